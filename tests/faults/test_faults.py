"""Every fault of the table, over real sockets, with both clients and each transport."""

import time

import pytest

from mediatasks.errors import CallError, StatusError
from tests.faults.conftest import Driver
from tests.faults.faults import FAULTS, Fault
from tests.faults.server import ScriptedServer

GET_JOB = ("get_job", (123,))
# How much longer than its timeout a call may take on a loaded machine.
SLACK = 5.0


def test_the_table_holds_at_least_thirty_faults() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 30


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_ends_in_its_outcome(drive_each: Driver, fault: Fault) -> None:
    with ScriptedServer(fault.scripts, fault.unread) as server:
        started = time.monotonic()
        [outcome] = drive_each(server.url, GET_JOB, timeout=fault.timeout, **fault.options)
        assert time.monotonic() - started < fault.timeout + SLACK
        assert server.all_left()
    check(outcome, fault)
    assert len(server.asked) == fault.calls


def check(outcome: object, fault: Fault) -> None:
    if fault.error is None:
        assert getattr(outcome, "id", outcome) == 123
        return
    assert isinstance(outcome, CallError), outcome
    assert (type(outcome), outcome.operation) == (fault.error, "get_job"), outcome
    assert fault.text in str(outcome)
    assert len(str(outcome)) < 600
    if isinstance(outcome, StatusError):
        assert outcome.status == fault.status
