LIST = "/x-lifecycle/Order/operations/list_orders"


def found(place):
    return [("lifecycle-filters", f"openapi.yaml#{place}")]


def test_codes_belong_to_a_filter(after):
    assert after.set(f"{LIST}/codes", {"/pages": {"1": 3}}) == found(f"{LIST}/codes/~1pages")


def test_filters_that_go_together_exist(after):
    rules = [{"when": {"/state": "printed"}, "only": {"/pages": [3]}}]
    assert after.set(f"{LIST}/together", rules) == found(f"{LIST}/together/0/only/~1pages")


def test_conditions_need_names(after):
    conditions = {"list": "$request.query.state", "name": "/id", "value": "/value"}
    assert after.set(f"{LIST}/conditions", conditions) == found(LIST)


def test_a_range_has_a_name_and_bounds(after):
    effect = {
        "action": "list",
        "items": "",
        "names": {"pages": "/pages"},
        "conditions": {
            "list": "$request.query.state",
            "name": "/id",
            "value": "/value",
            "ranged": ["pages", "sheets"],
        },
    }
    places = {place for _, place in after.set(LIST, effect)}
    assert places == {f"openapi.yaml#{LIST}/conditions", f"openapi.yaml#{LIST}/conditions/ranged/1"}


def test_what_a_reply_shows_is_of_one_resource(after):
    shown = {"/pages": {"of": {"/title": "Cats"}, "member": "/pages"}}
    place = "/x-lifecycle/Order/operations/get_order/shows"
    assert after.set(place, shown) == found(f"{place}/~1pages/of")


def test_only_a_read_shows(after):
    shown = {"/state": {"of": {"/id": 1}, "member": "/state"}}
    place = "/x-lifecycle/Order/operations/cancel_order/shows"
    assert found(place)[0] in after.set(place, shown)


def test_named_resources_stand_somewhere(after):
    place = "/x-lifecycle/Order/operations/get_order/named"
    assert after.set(place, "/title") == found(place)
