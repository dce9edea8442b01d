"""Connections that never open, that are pooled, or that a reply wants to send elsewhere."""

import asyncio
import socket
import time
from typing import Any

import httpx2
import pytest

from mediatasks import AsyncTaskEngine, TaskEngine
from mediatasks.errors import (
    CallTimeout,
    ConnectionFailed,
    ReplyError,
    ServerFailed,
    StatusError,
    UsageError,
)
from tests.faults.conftest import SECRETS, Driver
from tests.faults.faults import GOOD, SHORT
from tests.faults.scripts import BLANKS, BODY, MIB, closes, drips, floods, reply, sends, sends_and_closes
from tests.faults.server import Peer, ScriptedServer, refusing, unanswering
from tests.faults.test_faults import GET_JOB, SLACK

CREATE_JOB = (
    "create_job",
    (),
    {"client": "c", "job": {"workflow": "w"}, "parameters": {"content_id": "x"}},
)


def test_a_refused_connection_has_sent_nothing(drive: Driver) -> None:
    with refusing() as url:
        [error] = drive(url, GET_JOB, timeout=20)
    assert (type(error), error.sent, error.operation) == (ConnectionFailed, False, "get_job")
    assert url in str(error)


def test_a_connection_that_never_opens_ends_at_the_deadline(drive: Driver) -> None:
    started = time.monotonic()
    with unanswering() as (host, port):
        [error] = drive(f"http://{host}:{port}", CREATE_JOB, timeout=SHORT)
    assert (type(error), error.sent) == (CallTimeout, False)
    assert time.monotonic() - started < SHORT + SLACK


def test_a_name_without_address_has_sent_nothing(drive: Driver) -> None:
    [error] = drive("http://nobody.invalid", GET_JOB, timeout=20, max_retries=0)
    assert (type(error), error.sent) == (ConnectionFailed, False)


def test_a_name_that_is_none_is_a_usage_error(drive: Driver) -> None:
    with pytest.raises(UsageError):
        drive("http://a..b", GET_JOB)


def test_the_next_address_is_tried_when_the_first_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    # Of the synchronous client: the asynchronous one leaves addresses to anyio.
    found = socket.getaddrinfo

    def resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        names = ["127.0.0.1", "127.0.0.2"] if host == "two.test" else [host]
        return [entry for name in names for entry in found(name, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with unanswering() as (_, port), ScriptedServer([GOOD], address=("127.0.0.2", port)) as server:
        engine = TaskEngine(f"http://two.test:{port}", **SECRETS["TaskEngine"], timeout=4)
        started = time.monotonic()
        with engine:
            assert engine.get_job(123).id == 123
        # Half of the time went to the first address.
        assert time.monotonic() - started < 3.8
        assert server.all_left()


@pytest.mark.parametrize("plain", [GOOD, closes], ids=["plain", "closed"])
def test_a_failed_tls_handshake_has_sent_nothing(drive: Driver, plain: Any) -> None:
    with ScriptedServer([plain], unread=True) as server:
        url = server.url.replace("http", "https")
        [error] = drive(url, GET_JOB, timeout=20, max_retries=0)
        assert server.all_left()
    assert (type(error), error.sent) == (ConnectionFailed, False)


def test_a_connection_closed_while_pooled_is_replaced(drive: Driver) -> None:
    def replies_then_closes(peer: Peer) -> None:
        peer.send(reply())
        peer.close()

    with ScriptedServer([replies_then_closes]) as server:
        outcomes = drive(server.url, *[GET_JOB] * 3, timeout=20, max_retries=0, pause=0.3)
        assert server.all_left()
    assert [getattr(job, "id", job) for job in outcomes] == [123, 123, 123]
    assert server.accepted == len(server.asked) == 3


def test_a_connection_is_used_again(drive: Driver) -> None:
    with ScriptedServer([GOOD]) as server:
        drive(server.url, *[GET_JOB] * 5, timeout=20)
        assert server.all_left()
    assert (server.accepted, len(server.asked)) == (1, 5)


@pytest.mark.parametrize(
    "more", [reply(BODY.replace(b"123", b"666")), b"garbage"], ids=["reply", "garbage"]
)
def test_bytes_after_a_reply_are_not_taken_for_the_next_one(drive: Driver, more: bytes) -> None:
    with ScriptedServer([sends(reply() + more), GOOD]) as server:
        outcomes = drive(server.url, GET_JOB, GET_JOB, timeout=20, max_retries=0)
        assert server.all_left()
    assert [getattr(job, "id", job) for job in outcomes] == [123, 123]
    assert (server.accepted, len(server.asked)) == (2, 2)


def test_a_huge_body_is_not_read_to_its_end(drive: Driver) -> None:
    with ScriptedServer([floods(reply(b"", length=100 * MIB), BLANKS, 100)]) as server:
        drive(server.url, GET_JOB, timeout=20, max_reply_bytes=MIB)
        assert server.all_left()
    assert server.sent < 50 * MIB


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_redirect_is_not_followed(drive: Driver, status: str, scheme: str) -> None:
    with ScriptedServer([GOOD]) as other:
        place = f"Location: {scheme}://localhost:{other.port}/jobs/123"
        with ScriptedServer([sends(reply(b"", status, place))]) as server:
            [error] = drive(server.url, GET_JOB, timeout=20)
    assert isinstance(error, StatusError)
    assert error.status == int(status[:3])
    assert (other.accepted, len(server.asked)) == (0, 1)


def test_a_client_of_the_caller_follows_no_redirect_either() -> None:
    with ScriptedServer([GOOD]) as other:
        script = sends(reply(b"", "302 Found", f"Location: http://localhost:{other.port}/"))
        with (
            ScriptedServer([script]) as server,
            httpx2.Client(follow_redirects=True) as own,
            TaskEngine(server.url, **SECRETS["TaskEngine"], http_client=own) as engine,
            pytest.raises(ServerFailed),
        ):
            engine.get_job(123)
    assert other.accepted == 0


def test_an_asynchronous_client_of_the_caller_follows_no_redirect_either() -> None:
    async def call(url: str) -> None:
        async with httpx2.AsyncClient(follow_redirects=True) as own:
            engine = AsyncTaskEngine(url, **SECRETS["TaskEngine"], http_client=own)
            with pytest.raises(ServerFailed):
                await engine.get_job(123)

    with ScriptedServer([GOOD]) as other:
        script = sends(reply(b"", "302 Found", f"Location: http://localhost:{other.port}/"))
        with ScriptedServer([script]) as server:
            asyncio.run(call(server.url))
    assert other.accepted == 0


def test_a_body_that_is_too_long_leaves_nothing_behind_in_a_client_of_the_caller() -> None:
    async def call(url: str) -> None:
        async with httpx2.AsyncClient() as own:
            engine = AsyncTaskEngine(url, **SECRETS["TaskEngine"], http_client=own, max_reply_bytes=MIB)
            with pytest.raises(ReplyError, match=f"at most {MIB} bytes"):
                await engine.get_job(123)
            await asyncio.sleep(0)
            assert asyncio.all_tasks() == {asyncio.current_task()}

    with ScriptedServer([floods(reply(b"", length=100 * MIB), BLANKS, 100)]) as server:
        asyncio.run(call(server.url))
        assert server.all_left()


def test_a_cancelled_call_leaves_nothing_behind() -> None:
    async def call(url: str) -> None:
        async with AsyncTaskEngine(url, **SECRETS["TaskEngine"]) as engine:
            task = asyncio.create_task(engine.get_job(123))
            await asyncio.sleep(0.3)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert asyncio.all_tasks() == {asyncio.current_task()}

    with ScriptedServer([drips(b"", b"HTTP/1.1 200 OK")]) as server:
        asyncio.run(call(server.url))
        assert server.all_left()


def test_a_call_cancelled_while_it_waits_to_be_repeated_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    async def call(url: str) -> None:
        async with AsyncTaskEngine(url, **SECRETS["TaskEngine"]) as engine:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.5):
                    await engine.get_job(123)

    busy = sends_and_closes(reply(b"", "503 Busy", "Retry-After: 30"))
    with ScriptedServer([busy]) as server:
        asyncio.run(call(server.url))
    assert len(server.asked) == 1


@pytest.mark.parametrize("secret", ["s3cret-api-key\n", "s3cret-api-key ", "s3cret\r\nx-more: 1"])
def test_a_credential_that_cannot_be_sent_is_a_usage_error_without_it(drive: Driver, secret: str) -> None:
    with ScriptedServer([GOOD]) as server:
        with pytest.raises(UsageError) as caught:
            drive(server.url, GET_JOB, credentials={"client": "demo-client", "api_key": secret})
        assert server.all_left()
    assert "s3cret" not in f"{caught.value!r} {caught.value}"
    assert not server.asked
