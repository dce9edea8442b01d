import asyncio
import json

import httpx2
import pytest

from mediatasks import AsyncBoro
from mediatasks.errors import PartialFailure, ReplyError, RpcError, StatusError, UsageError

TASK = {"task_id": 2213, "status": "Completed"}


def answer(*elements):
    return httpx2.Response(200, json={"reply": list(elements)})


def test_a_method_sends_its_params_in_the_envelope(server, boro):
    server.answer = answer({"method": "TaskReport", "result": [TASK]})
    assert boro.task_report(project_id=2, task_ids="*")[0].task_id == 2213
    sent = json.loads(server.request.content)
    assert sent["user_id"] == 1
    assert sent["methods"][0]["method"] == "TaskReport"
    assert sent["methods"][0]["params"] == {"project_id": 2, "task_ids": "*"}


def test_a_failed_call_raises_with_the_servers_error(server, boro):
    server.answer = answer({"method": "TaskReport", "error": "access denied to tasks [1]"})
    with pytest.raises(RpcError, match="access denied") as caught:
        boro.task_report(project_id=2, task_ids=1)
    assert caught.value.error == "access denied to tasks [1]"


def test_a_failed_request_raises(server, boro):
    server.answer = httpx2.Response(200, json={"error": "user 1 is unavailable"})
    with pytest.raises(RpcError, match="user 1 is unavailable"):
        boro.task_report(project_id=2, task_ids=1)


def test_a_partial_failure_keeps_what_was_delivered(server, boro):
    missing = "Requested task IDs do not exist: [2288]"
    server.answer = answer({"method": "TaskReport", "result": [TASK], "errors": [missing]})
    with pytest.raises(PartialFailure) as caught:
        boro.task_report(project_id=2, task_ids=[2213, 2288])
    assert caught.value.error == [missing]
    assert caught.value.result[0].task_id == 2213


def test_a_reply_to_another_method_is_refused(server, boro):
    server.answer = answer({"method": "TemplateList", "result": []})
    with pytest.raises(ReplyError, match="a reply to `TaskReport`"):
        boro.task_report(project_id=2, task_ids=1)


@pytest.mark.parametrize("body", [{"reply": []}, {"reply": [{}, {}]}, [], "x", {"reply": 5}])
def test_a_wrong_number_of_elements_is_refused(server, boro, body):
    server.answer = httpx2.Response(200, json=body)
    with pytest.raises(ReplyError, match="1 reply elements"):
        boro.task_report(project_id=2, task_ids=1)


def test_a_status_error_is_a_status_error(server, boro):
    server.answer = httpx2.Response(502, text="<html>")
    with pytest.raises(StatusError):
        boro.task_report(project_id=2, task_ids=1)


def test_a_batch_is_one_request_and_its_replies_are_told_apart_by_id(server, boro):
    template = {"template_id": 63, "name": "All tests"}
    server.answer = answer(
        {"method": "TemplateList", "id": 2, "result": [template]},
        {"method": "TaskReport", "id": 1, "result": [TASK]},
    )
    with boro.batch() as batch:
        tasks = batch.add(boro.task_report, project_id=2, task_ids="*")
        templates = batch.add(boro.template_list, project_id=2)
    assert len(server.requests) == 1
    assert tasks.result()[0].task_id == 2213
    assert templates.result()[0].template_id == 63


@pytest.mark.parametrize(
    ("second", "got"),
    [
        ({"id": 7}, "id 7"), ({"id": "2"}, 'id "2"'), ({"id": True}, "id true"), ({"id": None}, "id null"),
        ({"id": [2]}, "id [2]"), ({"id": 1}, "id 1 twice"), ({}, "a reply without id"), (None, "none to 2"),
    ],
)  # fmt: skip
def test_a_reply_of_a_batch_without_its_calls_id_is_an_error_and_the_others_stay(server, boro, second, got):
    elements = [{"method": "TaskReport", "id": 1, "result": [TASK]}]
    if second is not None:
        elements.append({"method": "TemplateList", "result": [], **second})
    server.answer = answer(*elements)
    with pytest.raises(ReplyError) as caught, boro.batch() as batch:  # noqa: PT012
        tasks = batch.add(boro.task_report, project_id=2, task_ids="*")
        templates = batch.add(boro.template_list, project_id=2)
    assert f"expected one reply to each of 2 calls, with its id, got {got}\n" in str(caught.value)
    assert tasks.result()[0].task_id == 2213
    with pytest.raises(ReplyError):
        templates.result()


def test_a_reply_too_many_is_an_error_and_the_others_stay(server, boro):
    server.answer = answer(*({"method": "TaskReport", "id": n, "result": [TASK]} for n in (2, 1, 3)))
    with pytest.raises(ReplyError, match="got id 3"), boro.batch() as batch:
        calls = [batch.add(boro.task_report, project_id=2, task_ids=n) for n in (1, 2)]
    assert [c.result()[0].task_id for c in calls] == [2213, 2213]


def test_the_reply_to_one_call_has_its_id_or_none(server, boro):
    server.answer = answer({"method": "TaskReport", "id": 2, "result": [TASK]})
    with pytest.raises(ReplyError, match="expected a reply to call 1, got id 2"):
        boro.task_report(project_id=2, task_ids=1)


def test_one_failed_call_of_a_batch_leaves_the_others(server, boro):
    server.answer = answer(
        {"method": "TaskReport", "id": 1, "error": "project 9 does not exist"},
        {"method": "TaskReport", "id": 2, "result": [TASK]},
    )
    with boro.batch() as batch:
        failed = batch.add(boro.task_report, project_id=9, task_ids=1)
        fine = batch.add(boro.task_report, project_id=2, task_ids=2213)
    assert fine.result()[0].task_id == 2213
    with pytest.raises(RpcError, match="project 9"):
        failed.result()


def test_a_result_before_the_batch_was_sent_is_an_error(boro, server):
    server.answer = answer({"method": "TaskReport", "id": 1, "result": [TASK]})
    with boro.batch() as batch:
        call = batch.add(boro.task_report, project_id=2, task_ids=1)
        with pytest.raises(UsageError, match="not sent yet"):
            call.result()


def test_a_batch_that_raised_sends_nothing(boro, server):
    def fail():
        with boro.batch() as batch:
            batch.add(boro.template_list, project_id=2)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert server.requests == []


def test_a_rest_call_cannot_stand_in_a_batch(engine):
    with pytest.raises(UsageError, match="no RPC call"), engine.batch() as batch:
        batch.add(engine.get_job, 1)


def test_a_method_of_another_client_is_refused(boro, engine, server):
    for use in (boro.detailed, boro.batch().add, lambda *a: list(boro.pages(*a))):
        with pytest.raises(UsageError, match="`get_job` is an operation of another client than Boro"):
            use(engine.get_job, 1)
    assert server.requests == []


def test_an_asynchronous_batch_does_the_same(server):
    server.answer = answer({"method": "TaskReport", "id": 1, "result": [TASK]})

    async def run():
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(server))
        async with AsyncBoro("http://boro.test", user_id=1, http_client=http) as boro:
            async with boro.batch() as batch:
                call = batch.add(boro.task_report, project_id=2, task_ids=1)
            await http.aclose()
            return call.result()

    assert asyncio.run(run())[0].task_id == 2213
