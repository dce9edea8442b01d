"""Filters and orders that a contract states by `ranges`, `search`, `conditions` and `order`."""

import json

import pytest


def change_with(**effect):
    def change(document):
        parameters = document["paths"]["/prints"]["get"]["parameters"]
        for name in ("from", "to", "search", "way", "order", "filters"):
            parameters.append({"name": name, "in": "query", "schema": {"type": "string"}})
        document["x-lifecycle"]["Print"]["operations"]["list_prints"].update(effect)

    return change


def titles(press, **query):
    return [p["title"] for p in press("GET", "/prints", params=query).json()]


@pytest.fixture
def collection(press_with):
    """Return a caller whose list has `effect`: Poster (2 copies), Alpha (5), Beta (3)."""

    def build(**effect):
        press = press_with(change_with(**effect))
        for title, copies in (("Alpha", 5), ("Beta", 3)):
            press("POST", "/prints", json={"title": title, "copies": copies})
        return press

    return build


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"from": "3"}, []),
        ({"from": "2026-02-02"}, ["Alpha", "Beta"]),
        ({"to": "2026-02-02"}, []),
        ({"from": "", "to": ""}, ["Poster", "Alpha", "Beta"]),
    ],
)
def test_a_range_bounds_a_moment(collection, query, found):
    press = collection(ranges={"/created": {"from": "$request.query.from", "to": "$request.query.to"}})
    assert titles(press, **query) == found


def test_a_search_looks_into_members(collection):
    press = collection(search={"text": "$request.query.search", "in": ["/title"]})
    assert titles(press, search="ph") == ["Alpha"]


def test_a_search_looks_into_json_in_a_string(collection):
    press = collection(search={"text": "$request.query.search", "in": ["/title/content_id"]})
    press("POST", "/prints", json={"title": '{"content_id": "demo"}'})
    assert titles(press, search="demo") == ['{"content_id": "demo"}']


def test_a_resource_without_a_member_may_count_as_one_with_it(collection):
    press = collection(where={"/reason": "$request.query.search"}, absent={"/reason": "none"})
    assert titles(press, search="none") == ["Poster", "Alpha", "Beta"]
    assert titles(press, search="some") == []


def test_filters_may_depend_on_one_another(collection):
    press = collection(
        where={"/title": "$request.query.search", "/stage": "$request.query.stage"},
        together=[{"when": {"/title": "Poster"}, "only": {"/stage": ["waiting"]}}],
    )
    assert titles(press, search="Poster") == ["Poster"]
    assert titles(press, search="Poster", stage="printed") == []
    assert titles(press, search="Alpha", stage="waiting") == ["Alpha"]


CONDITIONS = {
    "list": "$request.query.filters",
    "name": "/field",
    "value": "/is",
    "contains": ["title"],
    "ranged": ["copies"],
    "bounds": {"after": "above", "from": "least", "before": "below", "to": "most"},
    "unknown": "no `{name}` here",
}
NAMES = {"title": "/title", "copies": "/copies"}


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"field": "copies", "is": 5}, ["Alpha"]),
        ({"field": "title", "is": "et"}, ["Beta"]),
        ({"field": "copies", "is": {"above": 3}}, ["Alpha"]),
        ({"field": "copies", "is": {"least": 3}}, ["Alpha", "Beta"]),
        ({"field": "copies", "is": {"below": 3}}, ["Poster"]),
        ({"field": "copies", "is": {"most": 3}}, ["Poster", "Beta"]),
        ({"field": "title"}, ["Poster", "Alpha", "Beta"]),
    ],
)
def test_conditions_must_hold(collection, condition, found):
    press = collection(conditions=CONDITIONS, names=NAMES)
    assert titles(press, filters=json.dumps([condition])) == found


def test_a_condition_on_an_unknown_name_is_refused(collection):
    press = collection(conditions=CONDITIONS, names=NAMES)
    reply = press("GET", "/prints", params={"filters": '[{"field": "paper", "is": 1}]'})
    assert (reply.status_code, reply.json()) == (422, {"reason": "no `paper` here"})


def test_a_parameter_turns_the_order_round(collection):
    direction = {"from": "$request.query.way", "ascending": "up", "descending": "down"}
    press = collection(order={"by": "/copies", "descending": True, "direction": direction})
    assert titles(press) == titles(press, way="down") == ["Alpha", "Beta", "Poster"]
    assert titles(press, way="up") == ["Poster", "Beta", "Alpha"]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("title+", ["Alpha", "Beta", "Copy", "Poster"]),
        ("title-", ["Poster", "Copy", "Beta", "Alpha"]),
        ("copies+,title-", ["Poster", "Copy", "Beta", "Alpha"]),
        ("copies-,title+", ["Alpha", "Beta", "Copy", "Poster"]),
        ("paper+", ["Poster", "Alpha", "Beta", "Copy"]),
    ],
)
def test_a_parameter_names_the_keys_of_the_order(collection, order, found):
    keys = {"from": "$request.query.order", "separator": ","}
    keys |= {"ascending": "{name}+", "descending": "{name}-"}
    press = collection(order={"by": "/number", "descending": False, "keys": keys}, names=NAMES)
    press("POST", "/prints", json={"title": "Copy", "copies": 3})
    assert titles(press, order=order) == found


def test_a_total_in_a_header_may_have_to_be_asked_for(press_with):
    def change(document):
        operation = document["paths"]["/prints"]["get"]
        operation["parameters"].append({"name": "count", "in": "query", "schema": {}})
        operation["x-paging"] = {
            "style": "link-header",
            "items": "",
            "key": "/number",
            "total_header": "X-Prints",
            "total_asked_by": "count",
        }

    press = press_with(change)
    assert press("GET", "/prints?count=yes").headers["x-prints"] == "1"
    assert "x-prints" not in press("GET", "/prints").headers


def test_a_time_that_goes_in_without_a_zone_comes_out_in_utc(press_with):
    def change(document):
        document["x-lifecycle"]["Print"]["operations"]["create_print"]["sets"]["/title"] = "A"
        document["x-lifecycle"]["Print"]["operations"]["cancel_print"] = {
            "action": "update",
            "where": {"/number": "$request.path.number"},
            "sets": {"/created": "2026-01-01T00:00:00"},
            "zoneless": ["/created"],
        }

    reply = press_with(change)("POST", "/prints/1/withdrawal")
    assert reply.json()["created"] == "2026-01-01T00:00:00Z"


def named(document):
    schema = {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Print"}}
    document["components"]["schemas"]["PrintList"] = schema
    document["components"]["examples"]["list_prints_one"]["value"] = {}
    document["x-lifecycle"]["Print"]["operations"]["list_prints"]["named"] = "/title"


def test_resources_may_stand_under_their_names(press_with):
    press = press_with(named)
    press("POST", "/prints", json={"title": "Alpha"})
    assert {n: p["number"] for n, p in press("GET", "/prints").json().items()} == {"Poster": 1, "Alpha": 2}


def showing(number):
    def change(document):
        operation = document["x-lifecycle"]["Print"]["operations"]
        operation["get_print"] = {
            "action": "read",
            "shows": {"/copies": {"of": {"/number": number}, "member": "/number"}},
        }

    return change


@pytest.mark.parametrize(("number", "copies"), [(1, 1), (9, 2)])
def test_a_reply_may_show_a_member_of_another_resource(press_with, number, copies):
    assert press_with(showing(number))("GET", "/prints/7").json()["copies"] == copies
