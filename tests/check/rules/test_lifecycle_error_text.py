import pytest

from mediatasks.judge.rules.lifecycle import lifecycle_error_text
from tests.check.rules import oven
from tests.check.rules.reading import Reader
from tests.check.rules.wrong_servers import edit, probe

RULE = "lifecycle-error-text"


@pytest.fixture
def seen():
    return Reader(oven.build_contract(), RULE)


def burnt(**more):
    return {"id": 7, "state": "baked", "black": True, **more}


@pytest.mark.parametrize("more", [{}, {"reason": ""}, {"reason": None}])
def test_a_failed_resource_that_does_not_say_why_is_found(seen, more):
    [found] = seen("get_loaf", burnt(**more), id=7)
    assert (found.place, found.expected) == ("/reason", "why the resource is in `burnt`")
    assert found.fact == "Loaf state `burnt`"


def test_a_failed_resource_that_says_why_is_right(seen):
    assert seen("get_loaf", burnt(reason="too hot"), id=7) == []
    assert seen.judged == 1


def test_a_resource_that_has_not_failed_may_show_an_error(seen):
    for state in ("waiting", "baking", "baked"):
        assert seen("get_loaf", {"id": 7, "state": state, "black": False, "reason": "too hot"}, id=7) == []
    assert seen.judged == 0


def test_a_resource_that_may_have_failed_is_not_judged(seen):
    seen("get_loaf", {"id": 7, "state": "baked"}, id=7)
    assert seen.judged == 0


def test_a_reply_whose_schema_has_no_text_is_not_judged():
    def change(document):
        shown = {"type": "object", "properties": {"id": {}, "state": {}, "black": {}}}
        replies = document["paths"]["/loaves"]["get"]["responses"]
        replies["200"]["content"]["application/json"]["schema"] = {"type": "array", "items": shown}

    seen = Reader(oven.build_contract(change), RULE)
    assert seen("list_loaves", [burnt()]) == []
    assert len(seen("get_loaf", burnt(), id=7)) == 1


def test_where_the_text_itself_means_failure_there_is_nothing_to_judge(store):
    assert not lifecycle_error_text.applies(store.contract("vionlabs"))
    assert lifecycle_error_text.applies(store.contract("livepeer"))


@pytest.mark.parametrize(
    ("provider", "operation", "change", "severity"),
    [
        ("kokoon", "get_task", lambda t: t | {"result_message": ""}, "warning"),
        (
            "livepeer",
            "list_tasks",
            lambda ts: [
                t | {"status": {n: v for n, v in t["status"].items() if n != "errorMessage"}} for t in ts
            ],
            "error",
        ),
    ],
)
def test_a_server_that_does_not_say_why_is_found(store, provider, operation, change, severity):
    found = probe(store.contract(provider), RULE, edit(operation, change))
    assert {(f.operation, f.severity) for f in found} == {(operation, severity)}
