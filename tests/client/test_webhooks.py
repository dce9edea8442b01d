import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from mediatasks_clients.taskengine import models

from mediatasks import Livepeer, TaskEngine
from mediatasks.client import SeenInMemory, UnknownEvent
from mediatasks.errors import UsageError, WebhookError
from tests.client.events import SECRET, signed

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


def test_a_secret_for_a_provider_that_does_not_sign_is_a_usage_error():
    with pytest.raises(UsageError, match="does not sign"):
        TaskEngine.webhooks.parse(json.dumps(JOB).encode(), secret="s")
    with pytest.raises(UsageError, match="does not sign"):
        TaskEngine.webhooks.app(print, secret="s")


def test_a_body_that_is_no_json_is_told_in_our_words():
    with pytest.raises(WebhookError, match=r"malformed JSON at byte 0 \(line 1, column 1\)"):
        TaskEngine.webhooks.parse(b"<html>")


def test_a_signed_event_is_typed():
    event = Livepeer.webhooks.parse(*signed(), secret=SECRET)
    assert (event.event, event.payload.task.id) == ("task.completed", "t1")


STREAM = {"event": "stream.started", "payload": {"stream": {"id": "s1"}}}
UNKNOWN = [STREAM, {"event": "stream.started", "payload": None}, {"event": "task.archived"}]


@pytest.mark.parametrize("changes", UNKNOWN)
@pytest.mark.parametrize("verified", [True, False])
def test_an_event_of_an_unknown_type_keeps_its_raw_payload(changes, verified):
    body, headers = signed(**changes)
    options = {"secret": SECRET} if verified else {"verify": False}
    event = Livepeer.webhooks.parse(body, headers, **options)
    assert isinstance(event, UnknownEvent)
    assert (event.type, event.payload, event.raw) == (changes["event"], json.loads(body), body)


@pytest.mark.parametrize("changes", [{"event": None}, {"event": 7}, {"event": ["task.completed"]}])
def test_a_signed_event_without_a_type_keeps_its_raw_payload(changes):
    event = Livepeer.webhooks.parse(*signed(**changes), secret=SECRET)
    assert (event.type, event.payload["event"]) == (None, changes["event"])


def test_an_unknown_type_does_not_save_a_forgery():
    with pytest.raises(WebhookError) as caught:
        Livepeer.webhooks.parse(*signed("other", **STREAM), secret=SECRET)
    assert caught.value.kind == "forged"


def test_a_signed_event_of_a_known_type_still_has_to_fit_the_contract():
    with pytest.raises(WebhookError, match="TaskEvent: at `/payload") as caught:
        Livepeer.webhooks.parse(*signed(payload={}), secret=SECRET)
    assert caught.value.kind == "malformed"


def replayed(*events, **options):
    """Parse events with one store; return which were refused as replays."""
    seen = SeenInMemory()

    def kind_of(body, headers):
        try:
            Livepeer.webhooks.parse(body, headers, seen=seen, **options)
        except WebhookError as error:
            return error.kind
        return "accepted"

    kinds = [kind_of(*event) for event in events]
    return [number for number, kind in enumerate(kinds) if kind == "replayed"]


def test_a_replay_is_refused():
    event = signed()
    assert replayed(event, event, event, secret=SECRET) == [1, 2]


def test_an_event_that_is_sent_again_with_a_new_signature_is_a_replay():
    assert replayed(signed(), signed(age=9), signed(id="e2"), secret=SECRET) == [1]


@pytest.mark.parametrize("id", [None, "", 7])
def test_a_body_without_an_id_is_known_by_its_bytes(id):
    first, second = signed(**STREAM, id=id), signed(**STREAM, id=id, more=1)
    assert replayed(first, second, first, secret=SECRET) == [2]


def test_without_a_store_an_event_may_come_twice():
    event = signed()
    assert [Livepeer.webhooks.parse(*event, secret=SECRET).id for _ in "12"] == ["e1", "e1"]


def test_an_event_is_known_by_its_body_where_the_contract_has_no_ids():
    seen, body = SeenInMemory(), json.dumps(JOB)
    TaskEngine.webhooks.parse(body, seen=seen)
    with pytest.raises(WebhookError, match="taken before"):
        TaskEngine.webhooks.parse(body, seen=seen)


@pytest.mark.parametrize("event", [signed("other"), signed(age=999), signed(payload={})])
def test_what_is_refused_claims_no_id(event):
    seen = SeenInMemory()
    with pytest.raises(WebhookError):
        Livepeer.webhooks.parse(*event, secret=SECRET, seen=seen)
    assert len(seen) == 0


@pytest.mark.parametrize("seen", [set(), {}, [], True])
def test_a_store_that_cannot_claim_is_a_usage_error(seen):
    with pytest.raises(UsageError, match="`claim` and `release`"):
        Livepeer.webhooks.parse(*signed(), secret=SECRET, seen=seen)


def test_a_store_in_memory_keeps_the_newest_ids():
    seen = SeenInMemory(2)
    assert [seen.claim(id) for id in ("a", "b", "a", "c", "b", "a")] == [
        True,
        True,
        False,
        True,
        False,
        True,
    ]
    assert len(seen) == 2


@pytest.mark.parametrize("most", [0, -1, 1.5, True, None])
def test_a_store_without_room_is_a_usage_error(most):
    with pytest.raises(UsageError, match="`most`"):
        SeenInMemory(most)


def test_of_many_threads_one_claims_an_id():
    seen = SeenInMemory()
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda n: seen.claim(str(n % 50)), range(2000)))
    assert sum(claims) == 50


def answer(app, content, method="POST", headers=None):
    async def run():
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://me.test") as client:
            return await client.request(method, "/hook", content=content, headers=headers)

    return asyncio.run(run())


def post(app, content, method="POST", headers=None):
    return answer(app, content, method, headers).status_code


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


async def ignore(event):
    pass


def test_another_method_is_told_which_one_is_allowed():
    assert answer(TaskEngine.webhooks.app(ignore), b"", "PUT").headers["allow"] == "POST"


def test_two_headers_of_which_one_is_right_are_accepted():
    body, headers = signed()
    ((name, value),) = headers.items()
    app = Livepeer.webhooks.app(ignore, secret=SECRET)
    assert post(app, body, headers=[(name, value), (name, "t=1,v1=00")]) == 204


@pytest.mark.parametrize(
    ("made", "status"), [(STREAM, 204), ({"secret": "other"}, 400), ({"age": 999}, 400)]
)
def test_the_application_verifies(made, status):
    # Signed here, and not when the tests are collected: the signature would grow too old.
    body, headers = signed(**made)
    app = Livepeer.webhooks.app(ignore, secret=["new", SECRET])
    assert post(app, body, headers=headers) == status


def test_the_application_refuses_a_replay():
    app = Livepeer.webhooks.app(ignore, secret=SECRET, seen=SeenInMemory())
    body, headers = signed()
    assert [post(app, body, headers=headers) for _ in "12"] == [204, 409]


def test_an_event_whose_handler_fails_may_come_again():
    failures = [ValueError("busy")]

    async def handle(event):
        if failures:
            raise failures.pop()

    app = Livepeer.webhooks.app(handle, secret=SECRET, seen=SeenInMemory())
    body, headers = signed()
    with pytest.raises(ValueError, match="busy"):
        post(app, body, headers=headers)
    assert post(app, body, headers=headers) == 204


def run(app, scope, *messages):
    """Return what an application sends when it receives `messages`."""
    sent, waiting = [], list(messages)

    async def receive():
        return waiting.pop(0)

    async def send(message):
        sent.append(message["type"])

    asyncio.run(app(scope, receive, send))
    return sent


def test_a_body_that_breaks_off_is_not_taken():
    async def handle(event):
        raise AssertionError(event)

    part = {"type": "http.request", "body": json.dumps(JOB).encode(), "more_body": True}
    scope = {"type": "http", "method": "POST", "headers": []}
    assert run(TaskEngine.webhooks.app(handle), scope, part, {"type": "http.disconnect"}) == []


def test_a_server_may_start_and_stop_the_application():
    steps = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent = run(TaskEngine.webhooks.app(ignore), {"type": "lifespan"}, *steps)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_websocket_is_closed():
    sent = run(TaskEngine.webhooks.app(ignore), {"type": "websocket"}, {"type": "websocket.connect"})
    assert sent == ["websocket.close"]


def test_why_a_webhook_was_refused_is_logged_without_the_secret(caplog):
    caplog.set_level("DEBUG", "mediatasks")
    body, headers = signed("other")
    post(Livepeer.webhooks.app(ignore, secret=SECRET), body, headers=headers)
    assert "webhook refused (forged): the signature does not fit" in caplog.text
    assert SECRET not in caplog.text
