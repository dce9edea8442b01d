"""RPC: calls in order, ids echoed, failures inside HTTP 200, whatever the envelope."""

import json

import pytest

from mediatasks.contracts.model.envelope import RpcCall
from mediatasks.contracts.pointer import MISSING


def test_a_call_is_answered_with_its_id(render):
    assert render.calls(RpcCall("frame.read", {"frame": 7}, 31))[0].id == 31


def test_a_created_resource_can_be_read_back(render):
    created = render.calls(RpcCall("frame.add", {"scene": "noon"}, 1))[0].result
    assert render.calls(RpcCall("frame.read", {"frame": created["frame"]}, 2))[0].result == created


def test_time_moves_what_a_call_created(render):
    created = render.calls(RpcCall("frame.add", {"scene": "noon"}, 1))[0].result
    render.clock.advance(1)
    assert render.calls(RpcCall("frame.read", {"frame": created["frame"]}, 2))[0].result["mark"] == "shut"


def test_an_unknown_method_has_the_text_of_the_contract(render):
    (reply,) = render.calls(RpcCall("frame.lose", {}, 1))
    assert (reply.error["text"], reply.result) == ("cannot do frame.lose", MISSING)


def test_broken_params_are_placed(render):
    (reply,) = render.calls(RpcCall("frame.read", {"frame": "7"}, 1))
    assert reply.error["text"] == 'body `/with/frame` is wrong: expected integer, got `"7"`'


def test_a_missing_id_is_refused_where_the_envelope_demands_one(render):
    (reply,) = render.calls(RpcCall("frame.read", {"frame": 7}))
    assert "the member `ticket`" in reply.error["text"]


def test_a_missing_resource_is_an_error_of_the_call(render):
    (reply,) = render.calls(RpcCall("frame.read", {"frame": 99}, 5))
    assert (reply.error["text"], reply.id) == ("not found", 5)


def test_wrong_credentials_fail_the_whole_request(render):
    body = render.envelope.wrap([RpcCall("frame.read", {"frame": 7}, 1)], {"studio": "other"})
    assert render.send(body)["fault"]["text"] == "no such studio"


@pytest.mark.parametrize("raw", [b"", b"[", b"[]", b"7", b'{"studio": "demo-studio"}', b"null"])
def test_a_body_that_is_no_call_is_answered_with_a_failure(render, raw):
    reply = render("POST", "/rpc/v2", content=raw, headers={"content-type": "application/json"})
    assert (reply.status_code, "fault" in reply.json()) == (200, True)


def test_another_method_than_post_is_refused(render):
    reply = render("GET", "/rpc/v2")
    assert (reply.status_code, reply.headers["allow"]) == (405, "OPTIONS, POST")


def test_another_path_is_not_found(render):
    assert render("POST", "/rpc/v3").status_code == 404


def report(ids, **more):
    return RpcCall("TaskReport", {"project_id": 2, "task_ids": ids}, **more)


@pytest.fixture
def boro(call):
    return call("boro")


def test_several_calls_are_answered_in_order(boro):
    replies = boro.calls(report(2213, id=1), RpcCall("Nonsense", {}, 2), report([2222], id=3))
    assert [(r.id, r.error is MISSING) for r in replies] == [(1, True), (2, False), (3, True)]


def test_a_call_without_id_is_answered_without_one(boro):
    assert boro.calls(report(2213))[0].id is MISSING


def test_ids_that_do_not_exist_are_reported_and_the_rest_delivered(boro):
    (reply,) = boro.calls(report([2213, 2288, 2222]))
    assert reply.errors == ["Requested task IDs do not exist: [2288]"]
    assert {task["task_id"] for task in reply.result} == {2213, 2222}


def test_errors_are_absent_where_there_are_none(boro):
    assert boro.calls(report([2213, 2222]))[0].errors is MISSING


def test_the_wildcard_stands_for_the_active_tasks_only(boro):
    start = {"template_id": 63, "uri": "file:///a.mp4"}
    (started,) = boro.calls(RpcCall("TaskStart", {"project_id": 2, "tasks": [start, start]}))
    (reply,) = boro.calls(report("*"))
    assert {t["task_id"] for t in reply.result} == {t["task_id"] for t in started.result}


def test_elements_of_a_refused_call_stand_among_the_others(boro):
    start = {"template_id": 63, "uri": "file:///a.mp4"}
    (started,) = boro.calls(RpcCall("TaskStart", {"project_id": 2, "tasks": [start]}))
    number = started.result[0]["task_id"]
    boro.clock.advance(4)
    (reply,) = boro.calls(RpcCall("TaskStop", {"project_id": 2, "task_ids": [number, 2213]}))
    assert reply.result == [
        {"task_id": number, "status": "Stop request was sent"},
        {"task_id": 2213, "error": "Stopping task is unavailable"},
    ]


def test_an_unavailable_user_fails_the_request_in_the_documented_words(boro):
    body = boro.envelope.wrap([report(2213)], {"user_id": 9})
    assert boro.send(body) == {"error": "user 9 is unavailable"}


def test_a_fault_says_it_in_the_same_words(boro):
    body = boro.envelope.wrap([report(2213)], boro.credentials)
    reply = boro("POST", boro.envelope.path, json=body, headers={"x-mock-fault": "failure:unauthenticated"})
    assert reply.json() == {"error": "user 1 is unavailable"}


@pytest.mark.parametrize("methods", [[], {}, None, [1], [{"method": 7}], [{"params": {}}]])
def test_broken_calls_never_break_the_mock(boro, methods):
    reply = boro("POST", boro.envelope.path, json={"user_id": 1, "methods": methods})
    assert (reply.status_code, "error" in json.dumps(reply.json())) == (200, True)


def test_what_a_later_call_changes_does_not_change_an_earlier_reply(boro):
    start = {"template_id": 63, "uri": "file:///a.mp4"}
    (started,) = boro.calls(RpcCall("TaskStart", {"project_id": 2, "tasks": [start]}))
    number = started.result[0]["task_id"]
    boro.clock.advance(4)
    stop = RpcCall("TaskStop", {"project_id": 2, "task_ids": number})
    states = [r.result[0].get("status") for r in boro.calls(report(number), stop, report(number))]
    assert states == ["Running", "Stop request was sent", "Canceled"]
