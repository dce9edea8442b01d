import httpx2
import pytest

from mediatasks.errors import (
    AuthenticationFailed,
    CallTimeout,
    ConnectionFailed,
    NotFound,
    ReplyError,
    RequestRefused,
    ServerFailed,
    StatusError,
    TooManyRequests,
)

JOB = {"id": 123, "queue_state": "queued"}


def test_a_reply_is_typed(server, engine):
    server.answer = httpx2.Response(200, json={**JOB, "run_at": "2020-11-29T18:00:30.000Z"})
    job = engine.get_job(123)
    assert (job.id, job.queue_state) == (123, "queued")
    assert job.run_at == "2020-11-29T18:00:30.000Z"


def test_an_unknown_enumeration_value_keeps_its_raw_value(server, engine):
    server.answer = httpx2.Response(200, json={"id": 1, "queue_state": "melted"})
    state = engine.get_job(1).queue_state
    assert state == "melted"
    assert not state.is_known


def test_a_listed_enumeration_value_is_known(server, engine):
    server.answer = httpx2.Response(200, json=JOB)
    assert engine.get_job(1).queue_state.is_known


def test_an_integral_float_reads_as_an_integer(server, engine):
    server.answer = httpx2.Response(200, text='{"id": 123.0, "queue_state": "queued"}')
    assert engine.get_job(123).id == 123


def test_null_for_an_optional_member_is_none(server, engine):
    server.answer = httpx2.Response(200, json={**JOB, "workflow": None})
    assert engine.get_job(123).workflow is None


def test_unknown_members_stay_reachable(server, engine):
    server.answer = httpx2.Response(200, json={**JOB, "brand_new": 1}, headers={"x-trace": "7"})
    reply = engine.detailed(engine.get_job, 123)
    assert reply.json()["brand_new"] == 1
    assert (reply.status, reply.headers["x-trace"], reply.result.id) == (200, "7", 123)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RequestRefused),
        (401, AuthenticationFailed),
        (403, AuthenticationFailed),
        (404, NotFound),
        (429, TooManyRequests),
        (500, ServerFailed),
        (520, ServerFailed),
        (599, ServerFailed),
        (302, ServerFailed),
    ],
)
def test_each_status_has_its_exception(server, engine, status, kind):
    server.answer = httpx2.Response(status, json={"error": "no such job"})
    with pytest.raises(kind, match="no such job") as caught:
        engine.get_job(123)
    assert caught.value.status == status


def test_a_status_error_holds_the_providers_parsed_body(server, engine):
    server.answer = httpx2.Response(400, json={"error": "no such job"})
    with pytest.raises(StatusError) as caught:
        engine.get_job(123)
    assert caught.value.body.error == "no such job"


@pytest.mark.parametrize(
    ("text", "got"),
    [("<html>Bad gateway</html>", "malformed"), ("", "an empty body"), ('{"id": 1', "end of the body")],
)
def test_a_body_that_is_not_json_shows_its_start(server, engine, text, got):
    server.answer = httpx2.Response(200, text=text)
    with pytest.raises(ReplyError, match=got) as caught:
        engine.get_job(123)
    assert (text[:10] or "(empty)") in str(caught.value)


def test_a_wrong_type_names_its_place(server, engine):
    server.answer = httpx2.Response(200, json={"id": "x", "queue_state": "queued"})
    with pytest.raises(ReplyError) as caught:
        engine.get_job(123)
    assert (caught.value.pointer, caught.value.expected, caught.value.got) == (
        "/id",
        "a number",
        "a string",
    )


def test_a_body_over_the_limit_is_refused(server):
    from mediatasks import TaskEngine

    server.answer = httpx2.Response(200, json={**JOB, "parameters": "x" * 1000})
    http = httpx2.Client(transport=httpx2.MockTransport(server))
    engine = TaskEngine("http://h.test", client="c", api_key="k", http_client=http, max_reply_bytes=100)
    with pytest.raises(ReplyError, match="at most 100 bytes"):
        engine.get_job(123)


def test_a_refused_connection_names_the_operation(server, engine):
    server.answer = httpx2.ConnectError("refused")
    with pytest.raises(
        ConnectionFailed, match=r"`get_job`: GET http://engine.test/jobs/123: no connection"
    ):
        engine.get_job(123)


def test_a_timeout_is_a_timeout(server, engine):
    server.answer = httpx2.ReadTimeout("slow")
    with pytest.raises(CallTimeout):
        engine.get_job(123)


def test_no_error_shows_the_query(server):
    from mediatasks import Vionlabs

    server.answer = httpx2.ConnectError("refused")
    http = httpx2.Client(transport=httpx2.MockTransport(server))
    with pytest.raises(ConnectionFailed) as caught:
        Vionlabs("http://h.test", key="s3cret", http_client=http).list_items()
    assert "s3cret" not in str(caught.value)


def test_an_id_written_as_a_float_leads_to_the_same_resource(server, engine):
    server.answer = httpx2.Response(200, text='{"id": 123.0, "queue_state": "queued"}')
    engine.get_job(engine.get_job(123).id)
    assert server.request.url.path == "/jobs/123"
