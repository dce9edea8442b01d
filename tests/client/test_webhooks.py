import asyncio
import json

import httpx2
import pytest
from mediatasks_clients.taskengine import models

from mediatasks import TaskEngine
from mediatasks.errors import WebhookError

TASK = {
    "job_id": 123,
    "task_id": 7,
    "task_name": "capture",
    "workflow": "vodcapture",
    "event": "complete",
    "content_id": "demo_1",
    "message": "done",
    "time": "2020-09-24T12:17:33.566Z",
    "client": "demo-client",
}
JOB = {
    "job_id": 123,
    "status": "completed",
    "workflow": "vodcapture",
    "content_id": "demo_1",
    "message": "done",
    "time": "2020-09-24T12:17:33.566Z",
    "client": "demo-client",
}


@pytest.mark.parametrize(("body", "kind"), [(TASK, models.TaskCallback), (JOB, models.JobCallback)])
def test_task_and_job_callbacks_are_told_apart(body, kind):
    assert type(TaskEngine.webhooks.parse(json.dumps(body).encode())) is kind


@pytest.mark.parametrize(
    ("body", "problem"),
    [(b"<html>", "not JSON"), (b"{}", "no event of this provider"), (b"\xff", "not JSON")],
)
def test_another_body_is_refused(body, problem):
    with pytest.raises(WebhookError, match=problem):
        TaskEngine.webhooks.parse(body)


def test_a_secret_for_a_provider_that_does_not_sign_is_refused():
    with pytest.raises(WebhookError, match="does not sign"):
        TaskEngine.webhooks.parse(json.dumps(JOB).encode(), secret="s")


def post(app, content, method="POST"):
    async def run():
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://me.test") as client:
            return (await client.request(method, "/hook", content=content)).status_code

    return asyncio.run(run())


def test_the_handler_gets_the_typed_event():
    events = []

    async def handle(event):
        events.append(event)

    assert post(TaskEngine.webhooks.app(handle), json.dumps(JOB).encode()) == 204
    assert events[0].job_id == 123


@pytest.mark.parametrize(
    ("content", "method", "status"),
    [(b"nonsense", "POST", 400), (b"", "GET", 405), (b"x" * 1_100_000, "POST", 413)],
)
def test_what_is_no_event_does_not_reach_the_handler(content, method, status):
    async def handle(event):
        raise AssertionError(event)

    assert post(TaskEngine.webhooks.app(handle), content, method) == status
