import json

import pytest

from tests.check.rules import oven
from tests.check.rules.reading import Reader
from tests.check.rules.wrong_servers import edit, probe

RULE = "lifecycle-progress"


@pytest.fixture
def seen():
    return Reader(oven.build_contract(), RULE)


def loaf(state, done, **more):
    return {"id": 7, "state": state, "done": done, **more}


def unit_of(unit, **more):
    def change(document):
        fields = document["x-lifecycle"]["Loaf"]["fields"]
        fields["progress"] = {"at": "/done", "unit": unit, **more}

    return Reader(oven.build_contract(change), RULE)


def test_progress_that_falls_is_found(seen):
    seen("get_loaf", loaf("baking", 40, tries=0), id=7)
    [found] = seen("get_loaf", loaf("baking", 39, tries=0), id=7)
    assert (found.place, found.got) == ("/done", "`39`, after 40")
    assert found.expected == "no less than before in the same attempt"


def test_progress_that_stands_still_or_grows_is_right(seen):
    for done in (0, 40, 40, 100):
        assert seen("get_loaf", loaf("baking", done, tries=0), id=7) == []
    assert seen.judged == 4


@pytest.mark.parametrize(
    ("unit", "done"), [("percent", 101), ("percent", -1), ("ratio", 1.5), ("ratio", "x")]
)
def test_progress_out_of_range_is_found(unit, done):
    assert len(unit_of(unit)("get_loaf", loaf("baking", done), id=7)) == 1


def test_frames_are_counted_up_to_those_that_the_resource_has():
    seen = unit_of("frames", of="/tries")
    assert seen("get_loaf", loaf("baking", "300", tries="300"), id=7) == []
    assert len(seen("get_loaf", loaf("baking", "301", tries="300"), id=7)) == 1


def test_frames_without_their_number_have_no_end():
    assert unit_of("frames", of="/tries")("get_loaf", loaf("baking", 10**6), id=7) == []


def test_progress_that_is_not_known_is_not_judged(seen):
    assert seen("get_loaf", loaf("waiting", None), id=7) == []
    assert seen("get_loaf", {"id": 7, "state": "waiting"}, id=7) == []
    assert seen.judged == 0


def test_a_retry_that_is_counted_is_a_new_attempt(seen):
    seen("get_loaf", loaf("baking", 80, tries=0), id=7)
    assert seen("get_loaf", loaf("baking", 10, tries=1), id=7) == []


def test_a_retry_that_is_not_counted_is_none(seen):
    seen("get_loaf", loaf("baking", 80, tries=1), id=7)
    assert len(seen("get_loaf", loaf("baking", 10, tries=1), id=7)) == 1


def test_where_retries_are_not_shown_there_may_have_been_one(seen):
    seen("get_loaf", loaf("baking", 80), id=7)
    assert seen("get_loaf", loaf("waiting", 0), id=7) == []


def test_progress_in_a_final_state_says_nothing(seen):
    # KoKoon shows 255 of 300 frames, or 0 of 5, for a task that is done.
    seen("get_loaf", loaf("baking", 80, tries=0), id=7)
    assert seen("get_loaf", loaf("baked", 0, tries=0, black=False), id=7) == []


def test_a_retry_by_an_operation_begins_anew(seen):
    seen("get_loaf", loaf("baking", 80, tries=0), id=7)
    seen("get_loaf", {"id": 7, "state": "baked", "black": True}, id=7)
    seen("retry_loaf", loaf("waiting", 0, tries=0), id=7)
    assert seen("get_loaf", loaf("baking", 10, tries=0), id=7) == []


def falling(pointer, shown):
    reads = []

    def change(task):
        text = json.dumps(task)
        reads.append(text)
        if shown not in text or len(reads) % 2:
            return task
        return task | ({"status": task["status"] | {pointer: 0}} if "status" in task else {pointer: "0"})

    return change


@pytest.mark.parametrize(
    ("provider", "shown", "place", "source"),
    [
        ("livepeer", '"phase": "running"', "/status/progress", "Retrieve a Task"),
        ("kokoon", '"step": "running"', "/progress", "Get a task information"),
    ],
)
def test_a_server_whose_progress_falls_is_found(store, provider, shown, place, source):
    wrong = edit("get_task", falling("progress", shown))
    found = probe(store.contract(provider), RULE, wrong)
    assert {(f.operation, f.place, f.severity) for f in found} == {("get_task", place, "error")}
    assert all(f.source.startswith(source) for f in found)


def test_a_server_that_counts_percents_is_found(store):
    def change(task):
        status = task["status"]
        return task | {"status": status | {"progress": status.get("progress", 0) * 100}}

    found = probe(store.contract("livepeer"), RULE, edit("get_task", change))
    assert "a share from 0 to 1" in {f.expected for f in found}
