import pytest

from tests.check.rules import oven
from tests.check.rules.reading import Reader
from tests.check.rules.wrong_servers import edit, probe

RULE = "lifecycle-timestamps"
MADE = oven.MADE


@pytest.fixture
def seen():
    return Reader(oven.build_contract(), RULE)


def loaf(state="baking", **more):
    return {"id": 7, "state": state, **more}


def at(seconds):
    return f"2026-01-01T00:00:{seconds:06.3f}Z"


def test_times_in_order_and_in_their_units_are_right(seen):
    times = {"made": MADE, "due": MADE + 500, "began": at(1), "touched": at(3)}
    assert seen("get_loaf", loaf("baked", black=False, ended=MADE / 1000 + 2, **times), id=7) == []
    assert seen.judged > 5


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("made", MADE // 1000, "milliseconds since 1970"),
        ("ended", MADE, "seconds since 1970"),
        ("touched", MADE, "a date and time of RFC 3339"),
        ("began", "2026-01-01 00:00:00", "a date and time of RFC 3339"),
    ],
)
def test_a_time_in_another_unit_is_found(seen, name, value, expected):
    [found] = seen("get_loaf", loaf(**{name: value}), id=7)
    assert (found.place, found.expected) == (f"/{name}", expected)


@pytest.mark.parametrize("value", [None, 0])
def test_a_time_that_has_not_come_may_be_null_or_0(seen, value):
    assert seen("get_loaf", loaf(made=value), id=7) == []


@pytest.mark.parametrize(
    "times",
    [
        {"made": MADE + 2000, "touched": at(1)},
        {"made": MADE + 2000, "due": MADE},
        {"began": at(3), "touched": at(1)},
        {"made": MADE + 9000, "ended": MADE / 1000},
    ],
)
def test_a_time_before_an_earlier_one_is_found(seen, times):
    [found] = seen("get_loaf", loaf("baked", black=False, **times), id=7)
    assert found.place == f"/{list(times)[1]}"
    assert "no time before" in found.expected


def test_clocks_of_one_service_may_differ_a_little(seen):
    assert seen("get_loaf", loaf(made=MADE + 400, touched=at(0)), id=7) == []


def test_a_plan_may_lie_anywhere():
    def plan(document):
        document["x-lifecycle"]["Loaf"]["fields"]["timestamps"]["scheduled"]["planned"] = True

    seen = Reader(oven.build_contract(plan), RULE)
    for due in (MADE - 10**9, MADE + 10**9):
        assert seen("get_loaf", loaf(made=MADE, due=due, began=at(1), touched=at(2)), id=7) == []


def test_what_is_queued_anew_keeps_the_start_of_its_last_attempt(seen):
    assert seen("get_loaf", loaf("waiting", began=at(1), due=MADE + 30_000), id=7) == []


def test_what_has_not_ended_keeps_the_end_of_its_last_attempt(seen):
    assert seen("get_loaf", loaf("waiting", began=at(9), ended=MADE / 1000 + 5), id=7) == []


def test_what_has_finished_may_be_updated(seen):
    assert seen("get_loaf", loaf("baked", black=False, ended=MADE / 1000 + 5, touched=at(50)), id=7) == []


def test_a_created_time_that_changes_is_found(seen):
    seen("get_loaf", loaf(made=MADE), id=7)
    [found] = seen("list_loaves", [loaf(made=MADE + 10)])
    assert (found.place, found.expected) == ("/0/made", "the same time in every read")
    assert found.got == f"`{MADE + 10}`, after `{MADE}`"


def test_a_created_time_of_another_resource_is_its_own(seen):
    seen("get_loaf", loaf(made=MADE), id=7)
    assert seen("get_loaf", {"id": 8, "state": "baking", "made": MADE + 9000}, id=8) == []


def test_a_key_that_is_used_again_has_a_new_created_time(seen):
    seen("get_loaf", loaf(made=MADE), id=7)
    seen("eat_loaf", loaf(made=MADE), id=7)
    assert seen("get_loaf", loaf(made=MADE + 9000), id=7) == []


def test_an_updated_time_that_falls_is_found(seen):
    seen("get_loaf", loaf(touched=at(9)), id=7)
    assert seen("get_loaf", loaf(touched=at(8.7)), id=7) == []
    [found] = seen("get_loaf", loaf(touched=at(3)), id=7)
    assert found.expected == "a time that never falls"


def test_a_time_that_is_shown_less_finely_is_the_same():
    def change(document):
        document["x-lifecycle"]["Loaf"]["fields"]["timestamps"]["created"] = {
            "at": "/began",
            "unit": "date-time",
        }

    seen = Reader(oven.build_contract(change), RULE)
    seen("get_loaf", loaf(began="2026-01-01T00:00:01.900Z"), id=7)
    assert seen("list_loaves", [loaf(began="2026-01-01T00:00:01Z")]) == []
    assert len(seen("get_loaf", loaf(began="2026-01-01T00:00:03Z"), id=7)) == 1


@pytest.mark.parametrize(
    ("provider", "operation", "change", "place"),
    [
        ("livepeer", "get_task", lambda t: t | {"createdAt": t["createdAt"] // 1000}, "/createdAt"),
        ("livepeer", "get_task", lambda t: t | {"createdAt": t["createdAt"] + 10**7}, "/status/updatedAt"),
        (
            "kokoon",
            "get_task",
            lambda t: (
                t | {"finish_time": t["request_time"], "request_time": t["finish_time"]}
                if t.get("finish_time")
                else t
            ),
            "/finish_time",
        ),
        ("taskengine", "get_job", lambda t: t | {"created_at": "2026-01-02T00:00:00.000Z"}, "/updated_at"),
    ],
)
def test_a_server_with_wrong_times_is_found(store, provider, operation, change, place):
    found = probe(store.contract(provider), RULE, edit(operation, change))
    assert place in {f.place for f in found}
    assert {f.severity for f in found} == {"error"}


def test_a_server_that_shows_a_boro_start_in_milliseconds_is_found(store):
    def change(body):
        for reply in body["reply"]:
            for chain in reply.get("result", []):
                for task in chain.get("tasks", []):
                    if "start_unix" in task:
                        task["start_unix"] *= 1000
        return body

    found = probe(store.contract("boro"), RULE, edit("task_status", change))
    assert {f.expected for f in found} == {"seconds since 1970"}
