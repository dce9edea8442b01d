"""The total deadline, where it is hardest: uploads, and clients of the caller's own."""

import asyncio
import time
from typing import Any

import httpx2
import pytest

from mediatasks import AsyncTaskEngine, TaskEngine
from mediatasks.errors import CallTimeout
from tests.faults.conftest import SECRETS, Driver
from tests.faults.faults import SHORT
from tests.faults.scripts import BODY, MIB, PATIENCE, drips, reply, sends
from tests.faults.server import Gone, Peer, ScriptedServer
from tests.faults.test_faults import GET_JOB, SLACK


def reads_slowly(peer: Peer) -> None:
    """Take a part now and then, so that sending goes on, for longer than any test waits; never all."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and peer.sock.recv(MIB // 4):
        peer.check()
        time.sleep(0.05)
    raise Gone


def test_the_deadline_holds_while_a_request_is_sent(drive: Driver) -> None:
    large = {"content_id": "x" * 50 * MIB}
    call = ("create_job", (), {"client": "c", "job": {"workflow": "w"}, "parameters": large})
    started = time.monotonic()
    with ScriptedServer([reads_slowly], unread=True) as server:
        [error] = drive(server.url, call, timeout=SHORT)
    assert type(error) is CallTimeout
    assert error.sent
    assert time.monotonic() - started < SHORT + SLACK


def test_the_deadline_counts_all_attempts_and_waits(drive: Driver) -> None:
    busy = sends(reply(b"", "503 Busy", "Retry-After: 1"))
    started = time.monotonic()
    with ScriptedServer([busy]) as server:
        [error] = drive(server.url, GET_JOB, timeout=1.5, max_retries=50)
    assert error.status == 503
    assert time.monotonic() - started < 1.5 + SLACK
    assert len(server.asked) <= 2


def test_a_timeout_of_one_call_goes_before_that_of_the_client(drive: Driver) -> None:
    started = time.monotonic()
    with ScriptedServer([drips(b"", b"HTTP/1.1 200 OK")]) as server:
        [error] = drive(server.url, ("get_job", (123,), {"timeout": SHORT}), timeout=60)
    assert type(error) is CallTimeout
    assert time.monotonic() - started < SHORT + SLACK


def test_with_a_synchronous_client_of_the_caller_it_holds_between_chunks_of_the_body_only() -> None:
    started = time.monotonic()
    with (
        ScriptedServer([drips(reply(b"", length=1000), b" ")]) as server,
        httpx2.Client() as own,
        TaskEngine(server.url, **SECRETS["TaskEngine"], http_client=own) as engine,
        pytest.raises(CallTimeout),
    ):
        engine.get_job(123, timeout=SHORT)
    assert time.monotonic() - started < SHORT + SLACK


def test_with_a_synchronous_client_of_the_caller_dripped_headers_outlast_it() -> None:
    def slow_head(peer: Peer) -> None:
        start = time.monotonic()
        while time.monotonic() - start < 3 * SHORT:
            peer.drip(b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.01)
        peer.send(reply(b"", length=1000))
        peer.pause(PATIENCE)

    started = time.monotonic()
    with (
        ScriptedServer([slow_head]) as server,
        httpx2.Client() as own,
        TaskEngine(server.url, **SECRETS["TaskEngine"], http_client=own) as engine,
        pytest.raises(CallTimeout),
    ):
        engine.get_job(123, timeout=SHORT)
    assert time.monotonic() - started > 2 * SHORT


def test_with_an_asynchronous_client_of_the_caller_it_holds_everywhere() -> None:
    async def call(url: str) -> Any:
        async with httpx2.AsyncClient() as own:
            engine = AsyncTaskEngine(url, **SECRETS["TaskEngine"], http_client=own)
            with pytest.raises(CallTimeout):
                await engine.get_job(123, timeout=SHORT)

    started = time.monotonic()
    with ScriptedServer([drips(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")]) as server:
        asyncio.run(call(server.url))
        assert server.all_left()
    assert time.monotonic() - started < SHORT + SLACK


def test_a_reply_in_time_is_no_timeout(drive: Driver) -> None:
    def slow(peer: Peer) -> None:
        peer.pause(0.3)
        peer.send(reply(BODY))

    with ScriptedServer([slow]) as server:
        [job] = drive(server.url, GET_JOB, timeout=20)
    assert job.id == 123
