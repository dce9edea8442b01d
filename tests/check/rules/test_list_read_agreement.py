import itertools
import json

import pytest

from tests.check.rules import oven
from tests.check.rules.wrong_servers import MockReply, answer, edit, probe

RULE = "list-read-agreement"


def each(change):
    return lambda tasks: [task | change(task) for task in tasks]


def items(change):
    return lambda page: page | {"sr_tasks": [task | change(task) for task in page["sr_tasks"]]}


@pytest.mark.parametrize("provider", ["boro", "kokoon", "livepeer", "taskengine", "vionlabs"])
def test_a_right_server_agrees_with_itself(store, provider):
    assert probe(store.contract(provider), RULE) == []


@pytest.mark.parametrize(
    ("provider", "operation", "change", "place"),
    [
        ("livepeer", "list_tasks", each(lambda t: {"createdAt": t["createdAt"] + 7}), "/0/createdAt"),
        ("taskengine", "list_jobs", each(lambda j: {"workflow": "vodremix"}), "/0/workflow"),
        ("taskengine", "list_jobs", each(lambda j: {"parameters": {}}), "/0/parameters"),
        ("kokoon", "list_tasks", items(lambda t: {"in_vid": "another"}), "/sr_tasks/0/in_vid"),
        # No request writes these.
        ("kokoon", "list_tasks", items(lambda t: {"uid": "another"}), "/sr_tasks/0/uid"),
        ("livepeer", "list_tasks", each(lambda t: {"userId": "another"}), "/0/userId"),
        ("vionlabs", "list_items", each(lambda i: {"type": "season"}), ""),
    ],
)
def test_a_list_that_shows_other_values_is_found(store, provider, operation, change, place):
    found = probe(store.contract(provider), RULE, edit(operation, change))
    places = {(f.operation, f.place) for f in found}
    # An item of another type cannot be read at all.
    assert (operation, place) in places if place else {"get_item"} == {f.operation for f in found}


def test_a_member_that_changes_all_the_time_may_differ(store):
    turns = itertools.count()
    moving = items(lambda t: {"uid": f"at-{next(turns)}"})
    assert probe(store.contract("kokoon"), RULE, edit("list_tasks", moving)) == []


def test_a_list_that_lags_behind_is_found(store):
    stale = each(lambda t: {"status": t["status"] | {"phase": "running", "progress": 0.5}})
    found = probe(store.contract("livepeer"), RULE, edit("list_tasks", stale))
    assert {f.operation for f in found} == {"list_tasks", "get_task"}
    assert "a state that may follow `completed`, which `get_task` showed before" in {
        f.expected for f in found
    }


def test_a_list_that_shows_what_cannot_be_read_is_found(store):
    made_up = {"tid": "no-such-task", "step": "done"}
    change = lambda page: page | {"sr_tasks": [made_up, *page["sr_tasks"]]}  # noqa: E731
    [found] = probe(store.contract("kokoon"), RULE, edit("list_tasks", change))
    assert (found.operation, found.expected) == ("get_task", "the resource that `list_tasks` shows")
    # That the read knows the tasks of the list is inferred.
    assert found.severity == "warning"


def test_a_list_without_the_resource_that_it_is_asked_for_is_found(store):
    def wrong(request, handle):
        reply = handle(request)
        if b"TaskReport" not in request.body:
            return reply
        body = reply.json()
        body["reply"][0]["result"] = []
        return MockReply(reply.status, reply.headers, json.dumps(body).encode())

    [found] = probe(store.contract("boro"), RULE, wrong)
    assert (found.operation, found.expected) == ("task_report", "the resource that was asked for")


def test_a_member_that_a_list_leaves_out_is_no_finding(store):
    change = lambda jobs: [{n: j[n] for n in ("id", "queue_state")} for j in jobs]  # noqa: E731
    assert probe(store.contract("taskengine"), RULE, edit("list_jobs", change)) == []


def test_parameters_may_travel_as_text_in_one_place(store):
    def as_text(job):
        given = job.get("parameters")
        return {"parameters": json.dumps(given)} if isinstance(given, dict) else {}

    change = each(as_text)
    assert probe(store.contract("taskengine"), RULE, edit("list_jobs", change)) == []


def test_a_resource_that_moves_on_between_list_and_read_is_no_finding():
    # The mock's time passes with its use: each request finds the loaves further on.
    assert probe(oven.build_contract(), RULE) == []


def test_a_list_that_fails_is_left_to_others(store):
    def wrong(request, handle):
        return answer({"errors": ["busy"]}, 500) if request.path.endswith("/task") else handle(request)

    assert probe(store.contract("livepeer"), RULE, wrong) == []
