"""What is repeated, and what is not: by the contract's word, the caller's, and the budget."""

import json
from typing import Any

import pytest

from mediatasks.errors import ConnectionFailed, ReplyError, RpcError, ServerFailed
from tests.faults.conftest import Driver
from tests.faults.faults import GOOD
from tests.faults.scripts import closes, nested, reply, resets, sends
from tests.faults.server import ScriptedServer
from tests.faults.test_connections import CREATE_JOB
from tests.faults.test_faults import GET_JOB

BUSY = sends(reply(b"{}", "503 Busy"))
LIMITED = sends(reply(b"{}", "429 Too Many", "Retry-After: 0"))
ACCEPTED = sends(reply(b'{"id": 5}'))
REPORT = ("task_report", (), {"project_id": 2, "task_ids": [2213]})
START = ("task_start", (), {"project_id": 2, "tasks": [{"template_id": 63, "uri": "file:///a.mp4"}]})


def asked(drive: Driver, call: tuple[Any, ...], *scripts: Any, **options: Any) -> tuple[Any, int]:
    """Return what a call came to, and how many requests it took."""
    with ScriptedServer(scripts) as server:
        [outcome] = drive(server.url, call, timeout=20, **options)
        assert server.all_left()
    return outcome, len(server.asked)


def unsafe(**options: Any) -> tuple[Any, ...]:
    name, arguments, keywords = CREATE_JOB
    return name, arguments, {**keywords, **options}


@pytest.mark.parametrize("fault", [closes, resets, BUSY, LIMITED], ids=["closed", "reset", "503", "429"])
def test_a_post_that_may_have_arrived_is_not_repeated(drive: Driver, fault: Any) -> None:
    outcome, count = asked(drive, CREATE_JOB, fault, ACCEPTED)
    assert isinstance(outcome, ConnectionFailed | ServerFailed | Exception)
    assert count == 1


@pytest.mark.parametrize("fault", [closes, resets, BUSY, LIMITED], ids=["closed", "reset", "503", "429"])
def test_a_post_is_repeated_when_the_caller_says_so(drive: Driver, fault: Any) -> None:
    outcome, count = asked(drive, unsafe(repeat_unsafe=True), fault, ACCEPTED)
    assert (getattr(outcome, "id", outcome), count) == (5, 2)


def test_a_post_whose_connection_failed_is_repeated(drive: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    import anyio
    import httpcore2

    failures = iter([True, False])

    def sync_connect(self: Any, *args: Any, **kwargs: Any) -> Any:
        if next(failures):
            raise httpcore2.ConnectError("refused")
        return connect_sync(self, *args, **kwargs)

    async def async_connect(*args: Any, **kwargs: Any) -> Any:
        if next(failures):
            raise ConnectionRefusedError("refused")
        return await connect_async(*args, **kwargs)

    connect_sync, connect_async = httpcore2.SyncBackend.connect_tcp, anyio.connect_tcp
    monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", sync_connect)
    monkeypatch.setattr(anyio, "connect_tcp", async_connect)
    outcome, count = asked(drive, CREATE_JOB, ACCEPTED)
    assert (getattr(outcome, "id", outcome), count) == (5, 1)
    assert next(failures, None) is None


def test_no_call_is_repeated_with_max_retries_0(drive: Driver) -> None:
    outcome, count = asked(drive, GET_JOB, BUSY, GOOD, max_retries=0)
    assert (outcome.status, count) == (503, 1)


def test_max_retries_of_one_call_goes_before_that_of_the_client(drive: Driver) -> None:
    _, count = asked(drive, ("get_job", (123,), {"max_retries": 4}), BUSY, max_retries=0)
    assert count == 5


@pytest.mark.parametrize("fault", [closes, BUSY], ids=["closed", "503"])
def test_a_safe_rpc_call_is_repeated(drive: Driver, fault: Any) -> None:
    reply_of = sends(
        reply(json.dumps({"reply": [{"method": "TaskReport", "id": 1, "result": []}]}).encode())
    )
    outcome, count = asked(drive, REPORT, fault, reply_of, provider="Boro")
    assert (outcome, count) == ([], 2)


@pytest.mark.parametrize("fault", [closes, BUSY], ids=["closed", "503"])
def test_an_unsafe_rpc_call_is_not_repeated(drive: Driver, fault: Any) -> None:
    outcome, count = asked(drive, START, fault, provider="Boro")
    assert isinstance(outcome, ConnectionFailed | ServerFailed)
    assert count == 1


def test_a_failure_inside_a_reply_is_not_repeated(drive: Driver) -> None:
    body = {"reply": [{"method": "TaskReport", "id": 1, "error": {"code": 1, "message": "no"}}]}
    outcome, count = asked(drive, REPORT, sends(reply(json.dumps(body).encode())), provider="Boro")
    assert (type(outcome), count) == (RpcError, 1)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"<html>",
        b'{"reply": {}}',
        b'{"reply": [1]}',
        b'{"reply": []}',
        b'{"reply": [null, null]}',
        nested(100000),
    ],
    ids=lambda body: repr(body[:30]),
)
def test_an_rpc_reply_that_is_none_breaks_the_contract(drive: Driver, body: bytes) -> None:
    outcome, count = asked(drive, REPORT, sends(reply(body)), provider="Boro")
    assert (type(outcome), count) == (ReplyError, 1)


def test_an_element_of_a_result_that_is_nested_deeply_reads_as_none(drive: Driver) -> None:
    body = b'{"reply": [{"method": "TaskReport", "id": 1, "result": ' + b"[" * 900 + b"]" * 900 + b"}]}"
    outcome, count = asked(drive, REPORT, sends(reply(body)), provider="Boro")
    assert (outcome, count) == ([None], 1)


def test_an_outage_is_not_multiplied(drive: Driver) -> None:
    with ScriptedServer([BUSY]) as server:
        outcomes = drive(server.url, *[GET_JOB] * 100, timeout=60)
        assert server.all_left()
    assert {outcome.status for outcome in outcomes} == {503}
    assert len(server.asked) == 110


def test_successes_give_the_budget_back(drive: Driver) -> None:
    with ScriptedServer([BUSY] * 40 + [GOOD] * 20 + [BUSY]) as server:
        drive(server.url, *[GET_JOB] * 30, *[GET_JOB] * 20, GET_JOB, timeout=60)
    # 30 calls and 10 retries; 20 successes, which give two retries back; one call and two retries.
    assert len(server.asked) == 40 + 20 + 3
