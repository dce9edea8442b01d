"""One odd member never costs the reply: it reads as None, and is told."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import pickle
from datetime import datetime

import httpx2
import pytest

from mediatasks import AsyncTaskEngine, Boro, KoKoon, Livepeer, TaskEngine
from mediatasks.client import Model
from mediatasks.client.replies import deviation as deviations
from mediatasks.client.replies.reading import read_value
from mediatasks.errors import NotFound, PartialFailure, ReplyError, RpcError, UsageError, WebhookError

JOB = {"id": 123, "queue_state": "queued"}
TASK = {"id": "t", "status": {"phase": "running"}}


@pytest.fixture(autouse=True)
def _nothing_logged_yet(monkeypatch):
    monkeypatch.setattr(deviations, "_logged", {})


def answering(kind, *bodies, status=200, **options):
    """Return a client that gets `bodies`, one after the other; the last one for ever."""
    left = itertools.chain(bodies, itertools.repeat(bodies[-1]))
    kinds = {"content-type": "application/json"}
    send = httpx2.MockTransport(
        lambda _: httpx2.Response(status, content=json.dumps(next(left)), headers=kinds)
    )
    http = httpx2.AsyncClient(transport=send) if kind is AsyncTaskEngine else httpx2.Client(transport=send)
    credentials = {
        TaskEngine: {"client": "c", "api_key": "s3cret"},
        AsyncTaskEngine: {"client": "c", "api_key": "s3cret"},
        Livepeer: {"api_key": "s3cret"},
        KoKoon: {"token": "s3cret"},
        Boro: {"user_id": 1},
    }
    return kind("http://h.test", http_client=http, max_retries=0, **credentials[kind], **options)


def engine(job, **options):
    return answering(TaskEngine, job, **options)


class Node(Model):
    """A model that holds itself."""

    inner: Node | None = None


class Moment(Model):
    """A model with a time and an integer."""

    at: datetime | None = None
    count: int | None = None


def told_of(kind, value):
    return [(d.pointer, d.expected, d.got) for d in read_value(kind, value, "op")[1]]


def told(found):
    return [(d.pointer, d.expected, d.got) for d in found.deviations]


@pytest.mark.parametrize(
    ("member", "value", "expected", "got"),
    [
        ("client", 17, "a string", "an integer"),
        ("client", ["x"], "a string", "an array"),
        ("priority", "2", "a number", "a string"),
        ("priority", True, "a number", "true"),
        ("failed", 0, "true or false", "an integer"),
        ("created_at", {}, "a string", "an object"),
        ("parameters", 1.5, "an object or a string", "a number with a fraction"),
    ],
)
def test_a_misfit_reads_as_none_and_is_listed(member, value, expected, got):
    client = engine({**JOB, "workflow": "w", member: value})
    reply = client.detailed(client.get_job, 123)
    assert (getattr(reply.result, member), reply.result.workflow) == (None, "w")
    assert told(reply) == [(f"/{member}", expected, got)]
    assert reply.json()[member] == value


def test_an_odd_element_reads_as_none_in_its_place():
    client = engine({**JOB, "parameters": {"rest_endpoints": ["a", 5, "c"], "content_id": "x"}})
    reply = client.detailed(client.get_job, 123)
    assert reply.result.parameters.rest_endpoints == ["a", None, "c"]
    assert told(reply) == [("/parameters/rest_endpoints/1", "a string", "an integer")]


def test_an_odd_value_of_a_map_reads_as_none():
    client = engine({"queues": {"good": {"workers": 1}, "odd/one": 3}})
    reply = client.detailed(client.get_health)
    assert (reply.result.queues["good"].workers, reply.result.queues["odd/one"]) == (1, None)
    assert [(d.pointer, d.pattern) for d in reply.deviations] == [("/queues/odd~1one", "/queues/*")]


def test_a_reply_that_fits_has_no_deviations():
    client = engine({**JOB, "priority": 3.0, "brand_new": [], "workflow": None})
    assert client.detailed(client.get_job, 123).deviations == ()


@pytest.mark.parametrize(
    ("body", "pointer", "expected", "got"),
    [
        ({"id": "x", "queue_state": "queued"}, "/id", "a number", "a string"),
        ({"id": 1, "queue_state": 7}, "/queue_state", "a string", "an integer"),
        ({"id": 1, "queue_state": None}, "/queue_state", "a string", "null"),
        ({"queue_state": "queued"}, "", "the member `id`", "an object without it"),
        ([JOB], "", "an object", "an array"),
        (None, "", "an object", "null"),
    ],
)
def test_a_reply_without_identity_or_state_is_an_error(body, pointer, expected, got):
    with pytest.raises(ReplyError) as caught:
        engine(body).get_job(1)
    assert (caught.value.pointer, caught.value.expected, caught.value.got) == (pointer, expected, got)


@pytest.mark.parametrize("status", ["running", {"phase": 5}, {"phase": None}])
def test_a_state_that_may_be_missing_must_be_read_where_it_is_sent(status):
    assert answering(Livepeer, {"id": "t"}).get_task("t").status is None
    with pytest.raises(ReplyError):
        answering(Livepeer, {"id": "t", "status": status}).get_task("t")


def test_a_page_with_one_odd_task_gives_all():
    client = answering(Livepeer, [TASK, {**TASK, "createdAt": "soon"}, {**TASK, "id": "u"}])
    reply = client.detailed(client.list_tasks)
    assert [task.id for task in reply.result] == ["t", "t", "u"]
    assert told(reply) == [("/1/createdAt", "a number", "a string")]


@pytest.mark.parametrize("odd", [{**TASK, "id": 5}, {"id": "v", "status": {"phase": []}}, "task", {}])
def test_a_task_of_a_list_that_cannot_be_identified_is_none_in_its_place(odd):
    client = answering(Livepeer, [TASK, odd, TASK])
    reply = client.detailed(client.list_tasks)
    assert [task and task.id for task in reply.result] == ["t", None, "t"]
    assert [d.pointer[:2] for d in reply.deviations] == ["/1"]


def test_a_page_inside_an_object_gives_all_too():
    tasks = [
        {"tid": "a", "step": "done"},
        {"tid": 7, "step": "done"},
        {"tid": "c", "step": "done", "uid": 1},
    ]
    found = answering(KoKoon, {"sr_tasks": tasks, "all_count": "many"}).list_tasks()
    assert [task and task.tid for task in found.sr_tasks] == ["a", None, "c"]
    assert found.all_count is None


def test_pages_go_on_past_an_odd_task():
    client = answering(Livepeer, [{**TASK, "type": []}, {"id": 5}])
    assert [[t and t.id for t in page] for page in client.pages(client.list_tasks)] == [["t", None]]


def test_every_deviation_is_handed_over():
    seen = []
    client = engine({**JOB, "client": 1, "workflow": 2}, on_deviation=seen.append)
    assert [client.get_job(123).id, client.get_job(123).id] == [123, 123]
    assert [(d.operation, d.pointer) for d in seen] == 2 * [
        ("get_job", "/client"),
        ("get_job", "/workflow"),
    ]


def test_the_asynchronous_client_tells_the_same():
    seen = []

    async def run():
        async with answering(AsyncTaskEngine, {**JOB, "client": 1}, on_deviation=seen.append) as client:
            return await client.detailed(client.get_job, 123)

    reply = asyncio.run(run())
    assert [*reply.deviations] == seen
    assert told(reply) == [("/client", "a string", "an integer")]


def test_what_on_deviation_is_must_be_callable():
    with pytest.raises(UsageError, match="`on_deviation` is a function"):
        engine(JOB, on_deviation="print")


def test_each_kind_is_logged_once_without_values(caplog):
    client = answering(Livepeer, [{**TASK, "createdAt": "s3cret"}, {**TASK, "createdAt": "s3cret"}])
    with caplog.at_level(logging.DEBUG, "mediatasks"):
        client.list_tasks()
        client.list_tasks()
        answering(Livepeer, [{**TASK, "createdAt": "s3cret"}]).list_tasks()
    warnings = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert len(warnings) == 1
    assert "livepeer: `list_tasks` deviates from the contract at `/*/createdAt`" in warnings[0]
    assert "s3cret" not in warnings[0]


def test_another_operation_is_logged_too(caplog):
    client = answering(TaskEngine, {**JOB, "client": 1}, [{**JOB, "client": 1}])
    client.get_job(1)
    client.list_jobs()
    assert [r.getMessage().split("`")[1] for r in caplog.records] == ["get_job", "list_jobs"]


def test_strict_refuses_any_deviation():
    pytest.importorskip("jsonschema_rs")
    with pytest.raises(ReplyError) as caught:
        engine({**JOB, "client": 1}, strict=True).get_job(123)
    assert caught.value.pointer == "/client"


def test_a_time_that_no_datetime_can_hold_is_a_deviation():
    leap = "2016-12-31T23:59:60Z"  # RFC 3339 has it, Python's datetime does not
    assert told_of(Moment, {"at": leap}) == [("/at", "a date-time (RFC 3339)", "a string of another form")]


@pytest.mark.parametrize(
    ("member", "value", "expected", "got"),
    [
        ("at", "yesterday", "a date-time (RFC 3339)", "a string of another form"),
        ("at", {}, "a date-time (RFC 3339)", "an object"),
        ("count", 2.5, "an integer", "a number with a fraction"),
    ],
)
def test_times_and_integers_deviate_by_their_form(member, value, expected, got):
    assert told_of(Moment, {member: value}) == [(f"/{member}", expected, got)]


def test_an_error_body_is_typed_but_for_what_deviates():
    client = answering(Livepeer, {"errors": ["no such task", 5]}, status=404)
    with pytest.raises(NotFound) as caught:
        client.get_task("t")
    assert caught.value.body.errors == ["no such task", None]
    assert told(caught.value) == [("/errors/1", "a string", "an integer")]


def reply_of(*elements):
    return {"reply": list(elements)}


CHAIN = {"initial_task_id": 1, "tasks": [{"task_id": 1, "status": "Running", "name": 5}]}


def test_an_rpc_result_is_read_in_the_same_way():
    client = answering(Boro, reply_of({"method": "TaskStatus", "result": [CHAIN, {"tasks": 3}, 4]}))
    reply = client.detailed(client.task_status, project_id=2, task_ids=[1])
    assert reply.result[0].tasks[0].task_id == 1
    places = ["/reply/0/result/0/tasks/0/name", "/reply/0/result/1/tasks", "/reply/0/result/2"]
    assert [d.pointer for d in reply.deviations] == places
    assert reply.deviations[0].pattern == "/reply/*/result/*/tasks/*/name"


def test_each_call_of_a_batch_has_its_deviations():
    seen = []
    elements = [
        {"method": "TemplateList", "id": 1, "result": [{"template_id": 63, "name": 5}]},
        {"method": "TemplateList", "id": 2, "result": {}},
        {"method": "TemplateList", "id": 3, "result": [{"template_id": 64, "name": "b"}]},
    ]
    client = answering(Boro, reply_of(*elements), on_deviation=seen.append)
    with client.batch() as batch:
        odd, broken, good = (batch.add(client.template_list, project_id=2) for _ in elements)
    assert (odd.result()[0].name, good.result()[0].name) == (None, "b")
    assert told(odd) == [("/reply/0/result/0/name", "a string", "an integer")]
    with pytest.raises(ReplyError, match="/reply/1/result"):
        broken.result()
    assert seen == [*odd.deviations]


def test_strict_refuses_only_the_call_of_a_batch_that_deviates():
    pytest.importorskip("jsonschema_rs")
    elements = [
        {"method": "TemplateList", "id": 1, "result": [{"template_id": 63, "name": "a"}]},
        {"method": "TemplateList", "id": 2, "result": [{"template_id": 64, "name": 5}]},
    ]
    client = answering(Boro, reply_of(*elements), strict=True)
    with client.batch() as batch:
        good, odd = (batch.add(client.template_list, project_id=2) for _ in elements)
    assert good.result()[0].name == "a"
    with pytest.raises(ReplyError) as caught:
        odd.result()
    assert caught.value.pointer == "/reply/1/result/0/name"


def test_a_partial_failure_keeps_what_could_be_read():
    element = {"method": "TaskReport", "result": [{"task_id": 1, "status": "Running", "name": 5}]}
    client = answering(Boro, reply_of({**element, "errors": ["no task 2"]}))
    with pytest.raises(PartialFailure) as caught:
        client.task_report(project_id=2, task_ids=[1, 2])
    assert (caught.value.result[0].task_id, caught.value.result[0].name) == (1, None)
    assert [d.pointer for d in caught.value.deviations] == ["/reply/0/result/0/name"]


def test_deviations_pickle_with_their_reply_and_error():
    client = engine({**JOB, "client": 5})
    reply = client.detailed(client.get_job, 123)
    assert pickle.loads(pickle.dumps(reply)) == reply
    failing = answering(Livepeer, {"errors": 5}, status=404)
    with pytest.raises(NotFound) as caught:
        failing.get_task("t")
    assert told(pickle.loads(pickle.dumps(caught.value))) == [("/errors", "an array", "an integer")]


def test_an_rpc_error_has_no_deviations():
    client = answering(Boro, reply_of({"method": "TemplateList", "error": "denied"}))
    with pytest.raises(RpcError) as caught:
        client.template_list(project_id=2)
    assert caught.value.deviations == ()


def test_wait_reads_past_an_odd_member():
    client = engine({**JOB, "queue_state": "completed", "client": 5})
    assert client.wait(123, timeout=5).client is None


def test_wait_ends_where_the_state_cannot_be_read():
    with pytest.raises(ReplyError, match="/queue_state"):
        engine({**JOB, "queue_state": 5}).wait(123, timeout=5)


def test_wait_reads_its_task_past_an_odd_one_in_the_same_list():
    tasks = [{"task_id": 9, "status": []}, {"task_id": 1, "status": "Completed", "name": []}]
    body = reply_of({"method": "TaskStatus", "result": [{"initial_task_id": 1, "tasks": tasks}]})
    assert answering(Boro, body).wait(1, project_id=2, timeout=5).task_id == 1


def test_wait_ends_where_its_task_in_a_list_has_no_state():
    tasks = [{"task_id": 1, "status": 5}]
    body = reply_of({"method": "TaskStatus", "result": [{"initial_task_id": 1, "tasks": tasks}]})
    with pytest.raises(ReplyError, match="/status"):
        answering(Boro, body).wait(1, project_id=2, timeout=5)


CALLBACK = {"job_id": 123, "status": "completed", "workflow": "w"}


def test_an_odd_member_never_costs_an_event():
    seen = []
    body = json.dumps({**CALLBACK, "workflow": 5, "files": [1, "b"]}).encode()
    event = TaskEngine.webhooks.parse(body, on_deviation=seen.append)
    assert (event.job_id, event.workflow, event.files) == (123, None, [None, "b"])
    assert [(d.operation, d.pointer) for d in seen] == [
        ("JobCallback", "/workflow"),
        ("JobCallback", "/files/0"),
    ]


@pytest.mark.parametrize("broken", [{"job_id": []}, {"status": 5}, {"status": None}])
def test_an_event_without_identity_is_none(broken):
    with pytest.raises(WebhookError, match="no event of this provider"):
        TaskEngine.webhooks.parse(json.dumps(CALLBACK | broken).encode())


def test_a_model_that_holds_itself_is_read_to_a_bounded_depth():
    nested = {"inner": 5}
    for _ in range(200):
        nested = {"inner": nested}
    found, told = read_value(Node, nested, "op")
    assert type(found) is Node
    assert [d.expected for d in told] == ["at most 100 levels"]
