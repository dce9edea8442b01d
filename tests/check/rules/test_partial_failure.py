import json

import pytest
from msgspec.structs import replace

from tests.check.rules.wrong_mock import answered, find, places

RULE = "partial-failure"
ALL = ("boro", "kokoon", "livepeer", "taskengine", "vionlabs", "press", "render")


@pytest.mark.parametrize("provider", ALL)
def test_a_right_server_passes(provider):
    assert find(RULE, provider) == []


def element(change):
    """Return a server with another reply element to calls for several tasks."""

    def answer(request, reply):
        body = json.loads(reply.body)
        several = request.operation in ("task_report", "task_status", "task_stop")
        if several and "reply" in body:
            body["reply"] = [change(e) for e in body["reply"]]
        return replace(reply, body=json.dumps(body).encode())

    return answer


def test_ids_that_are_not_told_are_found():
    silent = element(lambda e: {n: v for n, v in e.items() if n != "errors"})
    found = find(RULE, "boro", answer=silent)
    assert {f.operation for f in found} == {"task_report", "task_status", "task_stop"}
    assert {f.got for f in found} == {"no error"}


def test_other_words_than_documented_are_found():
    vague = element(lambda e: {**e, "errors": ["some ids are unknown"]} if "errors" in e else e)
    [finding] = [f for f in find(RULE, "boro", answer=vague) if f.operation == "task_report"]
    assert finding.expected.startswith("the error `Requested task IDs do not exist: [")
    assert (finding.severity, finding.fact) == ("error", "task_report missing")


def test_what_is_documented_of_one_method_only_gives_a_warning():
    silent = element(lambda e: {n: v for n, v in e.items() if n != "errors"})
    found = {f.operation: f.severity for f in find(RULE, "boro", answer=silent)}
    assert found == {"task_report": "error", "task_status": "warning", "task_stop": "warning"}


def test_a_rest_that_is_not_delivered_is_found():
    found = find(RULE, "boro", answer=answered("task_report", lambda result: []))
    assert [(f.operation, f.got) for f in found] == [("task_report", "nothing of it")]


def test_a_call_that_fails_as_a_whole_is_right():
    # The guide has this for ids that do not exist, too.
    whole = element(lambda e: {"method": e["method"], "error": "access denied to tasks [2288]"})
    assert find(RULE, "boro", answer=whole) == []


@pytest.mark.parametrize(
    ("provider", "operation", "body"),
    [
        ("kokoon", "get_task", {"tid": "a", "step": "done"}),
        ("livepeer", "get_task", {"id": "a"}),
        ("taskengine", "get_job", {"id": 1, "queue_state": "completed"}),
        ("vionlabs", "get_item", {"id": "a", "type": "standalone"}),
        ("press", "get_print", {"number": 1, "stage": "printed"}),
    ],
)
def test_an_id_that_does_not_exist_and_is_read_is_found(provider, operation, body):
    def answer(request, reply):
        gone = request.operation == operation and reply.status in (400, 404)
        return replace(reply, status=200, body=json.dumps(body).encode()) if gone else reply

    found = find(RULE, provider, answer=answer)
    assert places(found) == {(operation, "status")}
    assert found[0].expected.endswith("since there is no such resource")
