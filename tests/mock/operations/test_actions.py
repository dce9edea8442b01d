"""What operations do to resources, and what they answer."""

import pytest

from mediatasks.contracts.compose.store import ContractStore
from mediatasks.errors import ContractError
from mediatasks.mock.application import Mock


def lifecycle(document):
    return document["x-lifecycle"]["Print"]


def effects(document):
    return lifecycle(document)["operations"]


def numbers(reply):
    return [p["number"] for p in reply.json()]


def add(press, count=1):
    return [press("POST", "/prints", json={"title": f"P{i}"}).json()["number"] for i in range(count)]


def test_a_created_resource_can_be_read_back(press):
    created = press("POST", "/prints", json={"title": "Leaflet", "copies": 3}).json()
    assert press("GET", f"/prints/{created['number']}").json() == created


def test_a_new_integer_key_is_the_next_free_one(press):
    assert add(press, 2) == [2, 3]


def test_an_absent_member_counts_with_its_default(press):
    assert press("POST", "/prints", json={"title": "A"}).json()["copies"] == 1


def test_a_default_may_stand_beside_a_reference(press_with):
    def change(document):
        document["components"]["schemas"]["Count"] = {"type": "integer", "minimum": 1}
        count = {"$ref": "#/components/schemas/Count", "default": 7}
        document["components"]["schemas"]["PrintCreate"]["properties"]["copies"] = count

    assert press_with(change)("POST", "/prints", json={"title": "A"}).json()["copies"] == 7


def test_a_string_key_is_a_uuid_that_the_seed_repeats(press_with):
    def change(document):
        schemas = document["components"]["schemas"]
        schemas["Print"]["properties"]["number"] = {"type": "string"}
        document["components"]["examples"]["get_print_first"]["value"]["number"] = "first"
        document["components"]["examples"]["list_prints_one"]["value"][0]["number"] = "first"

    assert add(press_with(change), 2) == add(press_with(change), 2)


def test_required_members_that_nothing_gives_are_made_up(press_with):
    def change(document):
        schema = document["components"]["schemas"]["Print"]
        schema["required"].append("colour")
        schema["properties"]["colour"] = {"type": "string", "enum": ["cyan", "black"]}
        document["components"]["examples"]["get_print_first"]["value"]["colour"] = "black"
        document["components"]["examples"]["list_prints_one"]["value"][0]["colour"] = "black"

    assert press_with(change)("POST", "/prints", json={"title": "A"}).json()["colour"] == "cyan"


def test_an_unknown_resource_gives_the_documented_failure(press):
    reply = press("GET", "/prints/99")
    assert (reply.status_code, reply.json()) == (404, {"reason": "not found"})


def test_a_text_that_the_contract_states_is_the_message(press_with):
    def change(document):
        document["x-errors"]["missing"]["text"] = "never heard of it"

    assert press_with(change)("GET", "/prints/99").json() == {"reason": "never heard of it"}


def test_a_filter_filters(press):
    add(press)
    assert numbers(press("GET", "/prints?stage=printed")) == [1]


def test_a_filter_that_was_not_sent_does_not_filter(press):
    add(press)
    assert numbers(press("GET", "/prints")) == [1, 2]


def test_a_filter_may_use_codes_of_its_own(press_with):
    def change(document):
        document["paths"]["/prints"]["get"]["parameters"][0]["schema"] = {"type": "integer"}
        effects(document)["list_prints"]["codes"] = {"/stage": {"0": "waiting", "1": "printed"}}

    press = press_with(change)
    add(press)
    assert numbers(press("GET", "/prints?stage=0")) == [2]


def test_one_filter_may_hold_several_values(press_with):
    def change(document):
        document["paths"]["/prints"]["get"]["parameters"][0]["schema"] = {"type": "string"}
        effects(document)["list_prints"]["separators"] = {"/stage": ","}

    press = press_with(change)
    add(press)
    assert numbers(press("GET", "/prints?stage=waiting,printed")) == [1, 2]


def listed(**changes):
    def change(document):
        parameters = document["paths"]["/prints"]["get"]["parameters"]
        for name in ("limit", "page", "cursor"):
            kind = "string" if name == "cursor" else "integer"
            parameters.append({"name": name, "in": "query", "schema": {"type": kind}})
        effect = effects(document)["list_prints"]
        effect.update({"limit": "$request.query.limit", **changes})
        paging = effect.pop("paging", None)
        if paging:
            document["paths"]["/prints"]["get"]["x-paging"] = paging

    return change


@pytest.mark.parametrize(("query", "count"), [("?limit=2", 2), ("", 3), ("?limit=0", 0), ("?limit=-1", 0)])
def test_a_limit_limits_and_has_a_default(press_with, query, count):
    press = press_with(listed(default_limit=3))
    add(press, 4)
    assert len(press("GET", "/prints" + query).json()) == count


@pytest.mark.parametrize(("descending", "order"), [(True, [3, 2, 1]), (False, [1, 2, 3])])
def test_the_stated_order_is_kept(press_with, descending, order):
    press = press_with(listed(order={"by": "/number", "descending": descending}))
    add(press, 2)
    assert numbers(press("GET", "/prints")) == order


def test_a_limit_is_taken_from_the_ordered_list(press_with):
    press = press_with(listed(order={"by": "/number", "descending": True}))
    add(press, 40)
    assert numbers(press("GET", "/prints?limit=2")) == [41, 40]


def test_page_numbers_lead_through_the_list(press_with):
    paging = {
        "style": "page-number",
        "page": "page",
        "size": "limit",
        "first": 1,
        "items": "",
        "key": "/number",
    }
    press = press_with(listed(paging=paging))
    add(press, 4)
    assert numbers(press("GET", "/prints?limit=2&page=2")) == [3, 4]


def test_links_lead_through_the_list_once_and_end_with_the_stop(press_with):
    paging = {"style": "link-header", "items": "", "key": "/number", "stop": {"cursor": "end"}}
    press = press_with(listed(paging=paging))
    add(press, 4)
    seen, url = [], "http://mock/press/prints?limit=2"
    for _ in range(3):
        reply = press.client.get(url, headers=press.headers)
        seen += numbers(reply)
        url = reply.links["next"]["url"]
    assert (seen, "cursor=end" in url) == ([1, 2, 3, 4, 5], True)


def test_a_cursor_says_how_many_resources_the_pages_so_far_hold(press_with):
    paging = {"style": "link-header", "items": "", "key": "/number", "stop": {"cursor": "end"}}
    press = press_with(listed(paging=paging, order={"by": "/number", "descending": True}))
    add(press, 3)
    following = press("GET", "/prints?limit=2").links["next"]["url"]
    assert "cursor=skip2" in following
    add(press)
    # A new resource shifts the pages, as a list that moves does.
    assert numbers(press.client.get(following, headers=press.headers)) == [3, 2]


def test_an_operation_moves_a_resource(press):
    (number,) = add(press)
    press("POST", f"/prints/{number}/withdrawal")
    press.clock.advance(100)
    assert press("GET", f"/prints/{number}").json()["stage"] == "withdrawn"


def test_a_move_that_the_lifecycle_does_not_know_is_left_undone(press):
    assert press("POST", "/prints/1/withdrawal").json()["stage"] == "printed"


def test_a_move_that_another_operation_causes_is_left_undone(press_with):
    def change(document):
        states = document["x-lifecycle"]["Print"]["states"]
        states["waiting"]["next"]["withdrawn"]["by"] = ["create_print", "get_print"]

    press = press_with(change)
    (number,) = add(press)
    assert press("POST", f"/prints/{number}/withdrawal").json()["stage"] == "waiting"


def refusing(document):
    document["x-errors"]["refused"] = {"status": "422", "message": "/reason", "text": "too late"}


def test_a_move_that_the_lifecycle_does_not_know_is_refused_where_the_contract_says_how(press_with):
    reply = press_with(refusing)("POST", "/prints/1/withdrawal")
    assert (reply.status_code, reply.json()) == (422, {"reason": "too late"})


def test_a_move_from_another_state_than_those_listed_is_refused(press_with):
    def change(document):
        refusing(document)
        effects(document)["cancel_print"]["from"] = ["printing"]

    press = press_with(change)
    (number,) = add(press)
    assert press("POST", f"/prints/{number}/withdrawal").status_code == 422


def acting(action, **more):
    """Give the withdrawal another effect."""

    def change(document):
        effect = {"action": action, "where": {"/number": "$request.path.number"}, **more}
        effects(document)["cancel_print"] = effect

    return change


def test_a_deleted_resource_is_gone(press_with):
    press = press_with(acting("delete"))
    assert press("POST", "/prints/1/withdrawal").json()["title"] == "Poster"
    assert press("GET", "/prints/1").status_code == 404


def test_a_copy_has_a_new_key_the_same_content_and_a_life_of_its_own(press_with):
    press = press_with(acting("copy"))
    copy = press("POST", "/prints/1/withdrawal").json()
    assert (copy["number"], copy["title"], copy["stage"]) == (2, "Poster", "waiting")


def test_a_copy_moves_the_original_where_the_effect_says_so(press_with):
    press = press_with(acting("copy", to="withdrawn"))
    press("POST", "/prints/1/withdrawal")
    assert press("GET", "/prints/1").json()["stage"] == "withdrawn"


def test_an_update_changes_what_it_names_and_nothing_else(press_with):
    press = press_with(acting("update", sets={"/title": "Renamed"}))
    before = press("GET", "/prints/1").json()
    press("POST", "/prints/1/withdrawal")
    assert press("GET", "/prints/1").json() == {**before, "title": "Renamed"}


def test_an_update_moves_along_the_lifecycle_only(press_with):
    press = press_with(acting("update", sets={"/stage": "waiting", "/title": "Renamed"}))
    after = press("POST", "/prints/1/withdrawal").json()
    assert (after["stage"], after["title"]) == ("printed", "Renamed")


def test_an_update_that_moves_starts_the_time_of_the_new_state(press_with):
    press = press_with(acting("update", sets={"/stage": "printing"}))
    (number,) = add(press)
    press.clock.advance(0.9)
    press("POST", f"/prints/{number}/withdrawal")
    press.clock.advance(1.9)
    assert press("GET", f"/prints/{number}").json()["stage"] == "printing"


@pytest.mark.parametrize("action", ["create", "upsert"])
def test_a_member_that_the_request_leaves_to_the_service_is_not_written(press_with, action):
    def change(document):
        effect = effects(document)["create_print"]
        effect["action"], effect["where"] = action, {"/copies": "$request.body#/copies"}
        effect["unless"] = {"/title": {"$request.body#/title": "mine"}}

    press = press_with(change)
    assert "title" not in press("POST", "/prints", json={"title": "mine", "copies": 9}).json()
    assert press("POST", "/prints", json={"title": "yours", "copies": 9}).json()["title"] == "yours"
    kept = press("POST", "/prints", json={"title": "mine", "copies": 9}).json().get("title")
    assert kept == ("yours" if action == "upsert" else None)


def test_an_upsert_creates_once_and_then_updates(press_with):
    def change(document):
        effects(document)["create_print"] = {
            "action": "upsert",
            "where": {"/title": "$request.body#/title"},
            "sets": {"/title": "$request.body#/title", "/copies": "$request.body#/copies"},
        }

    press = press_with(change)
    press("POST", "/prints", json={"title": "Poster", "copies": 9})
    assert [(p["number"], p["copies"]) for p in press("GET", "/prints").json()] == [(1, 9)]


def test_an_operation_without_an_effect_answers_with_its_example(press_with):
    def change(document):
        del effects(document)["get_print"]

    assert press_with(change)("GET", "/prints/99").json()["title"] == "Poster"


def test_an_operation_without_effect_and_example_answers_with_a_minimal_instance(press_with):
    def change(document):
        del effects(document)["get_print"]
        reply = document["paths"]["/prints/{number}"]["get"]["responses"]["200"]
        del reply["content"]["application/json"]["examples"]

    assert press_with(change)("GET", "/prints/99").json() == {"number": 0, "stage": "waiting"}


def test_reply_values_lie_over_the_example(press_with):
    press = press_with(
        acting("read", reply={"/title": "$resource#/stage", "/copies": "$resource#/nothing"})
    )
    assert press("POST", "/prints/1/withdrawal").json() == {
        "number": 1,
        "title": "printed",
        "stage": "printed",
    }


def test_values_take_the_type_that_the_reply_schema_has(press_with):
    def change(document):
        acting("read", reply={"/title": "$resource#/number"})(document)

    assert press_with(change)("POST", "/prints/1/withdrawal").json()["title"] == "1"


def test_members_that_the_reply_does_not_list_stay_inside(press_with):
    def change(document):
        effects(document)["create_print"]["sets"]["/inside"] = "secret"

    assert "inside" not in press_with(change)("POST", "/prints", json={"title": "A"}).json()


def test_a_list_may_stand_inside_the_reply_with_its_counts(press_with):
    def change(document):
        listed(items="/prints", reply={"/total": "$total", "/count": "$count"})(document)
        reply = document["paths"]["/prints"]["get"]["responses"]["200"]["content"]["application/json"]
        array = {"type": "array", "items": {"$ref": "#/components/schemas/Print"}}
        members = {"total": {"type": "string"}, "count": {"type": "integer"}, "prints": array}
        reply["schema"] = {"type": "object", "required": [*members], "properties": members}
        reply["examples"] = {}

    press = press_with(change)
    add(press, 2)
    body = press("GET", "/prints?limit=1").json()
    assert (body["total"], body["count"], len(body["prints"])) == ("3", 1, 1)


def test_reset_goes_back_to_the_seeds(press):
    add(press)
    press.mock.reset()
    assert numbers(press("GET", "/prints")) == [1]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (acting("move", to="lost"), "names the state `lost`"),
        (acting("vanish"), "'vanish' is missing or unknown"),
        (acting("list"), "holds no array"),
    ],
)
def test_an_effect_that_cannot_be_carried_out_is_found_at_the_start(press_with, change, problem):
    with pytest.raises(ContractError, match=problem):
        press_with(change)


def test_a_reply_that_breaks_the_contract_is_a_500_naming_the_place(press_with):
    def change(document):
        example = document["components"]["examples"]["get_print_first"]["value"]
        example["copies"] = "two"

    reply = press_with(change)("GET", "/prints/1")
    assert reply.status_code == 500
    assert (
        '`get_print` breaks the contract: body `/copies`: expected integer, got `"two"`'
        in reply.json()["error"]
    )


def test_the_contract_itself_is_never_changed(made_up):
    fresh = ContractStore(made_up.folder).contract("press").document
    used = made_up.contract("press")
    mock = Mock([used])
    mock.services["press"].store.collections["Print"].items[("1",)].value["title"] = "changed"
    assert used.document == fresh
