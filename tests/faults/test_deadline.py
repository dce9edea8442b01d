"""The total deadline, where it is hardest: uploads, and clients of the caller's own."""

import time

from mediatasks.errors import CallTimeout
from tests.faults.conftest import Driver
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


def test_a_reply_in_time_is_no_timeout(drive: Driver) -> None:
    def slow(peer: Peer) -> None:
        peer.pause(0.3)
        peer.send(reply(BODY))

    with ScriptedServer([slow]) as server:
        [job] = drive(server.url, GET_JOB, timeout=20)
    assert job.id == 123
