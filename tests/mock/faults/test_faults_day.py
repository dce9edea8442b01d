"""A day of simulated traffic through every kind of fault in turn: the clients come to the end of it.

Each hour of the day has a fault of its own. All five clients create a task, read it, wait for it and
call every other operation; whatever comes, each call ends in a result or in one of our exceptions,
and long before `LATEST`.
"""

import asyncio
import contextlib
import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

import mediatasks
import mediatasks.client.retry
from mediatasks.errors import CallError, WaitTimeout
from mediatasks.mock import Clock, Mock, MockServer
from mediatasks.mock.faults.rules import FAULTS
from tests.client.calls import CALLS

HOUR = 3600.0
# Every kind of fault, those with arguments more than once; 24 hours.
HOURS = [
    "latency:0.02",
    "latency:exponential/0.01",
    "latency:9",
    "drip:0.05",
    "drip:9",
    "status:503",
    "status:404",
    "status:401/undocumented",
    "status:302",
    "rate_limit:0",
    "rate_limit:9",
    "failure:invalid",
    "failure:missing",
    "failure:unauthenticated",
    "content_type",
    "breach",
    "breach:required",
    "breach:type",
    "truncate",
    "truncate:0",
    "reset",
    "lost",
    "stuck",
    "status:500@0.5",
]
# provider → the operation that creates a task, and what `wait` takes of its reply.
TASKS = {
    "boro": ("task_start", lambda reply: ((reply[0],), {"project_id": 2})),
    "kokoon": ("create_task", lambda reply: ((reply.tid,), {})),
    "livepeer": ("create_transcode", lambda reply: ((reply,), {})),
    "taskengine": ("create_job", lambda reply: ((int(reply.id),), {})),
    "vionlabs": ("create_task", lambda reply: ((reply,), {})),
}
BOUNDS = {"timeout": 0.4, "max_retries": 2}
WAIT = {"timeout": 0.6, "interval": 0.02}
# Seconds after which a call that has not ended hangs; the machine may be busy.
LATEST = 15.0


def in_time(seconds, call, *arguments, **keywords):
    """Return what a call returns. One that hangs raises TimeoutError and is left behind."""
    ended = Future()

    def run():
        try:
            ended.set_result(call(*arguments, **keywords))
        except Exception as error:
            ended.set_exception(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    return ended.result(0)


@pytest.fixture
def day(store, monkeypatch):
    """Running mock servers whose clock runs an hour in four seconds, and their contracts."""
    monkeypatch.setattr(mediatasks.client.retry, "FIRST_WAIT", 0.005)
    contracts = store.choose([])
    mock = Mock(contracts, Clock(HOUR / 4))
    with MockServer(mock) as server:
        yield Day(mock, server, contracts)


class Day:
    """What both kinds of clients go through, hour by hour."""

    def __init__(self, mock, server, contracts):
        self.mock, self.contracts = mock, contracts
        self.urls = {c.provider: server.url_of(c.provider) for c in contracts}
        self.began, self.outcomes, self.applied = mock.clock.now(), [], set()

    def client(self, contract, prefix=""):
        credentials = {c.argument: c.example for c in contract.credentials if c.required}
        return getattr(mediatasks, prefix + contract.name)(
            self.urls[contract.provider], **credentials, **BOUNDS
        )

    def hours(self):
        """Yield once for each hour of the day, with its fault switched on."""
        for hour, fault in enumerate(HOURS, 1):
            self.mock.faults.replace(fault)
            yield
            self.applied |= {mark.fault for mark in self.mock.faults.applied}
            self.mock.control.advance(max(0.0, self.began + hour * HOUR - self.mock.clock.now()))
        self.mock.faults.replace()

    def calls(self, provider):
        """Return the creating call of a provider, what waits for its task, and all other calls."""
        name, waited = TASKS[provider]
        creates = next(call for call in CALLS[provider] if call[0] == name)
        return creates, waited, [call for call in CALLS[provider] if call[0] != name]

    @contextlib.contextmanager
    def judged(self):
        """Keep what the block ends in; anything but our own exceptions is a failure of the test."""
        try:
            yield
        except (CallError, WaitTimeout) as error:
            self.outcomes.append(type(error).__name__)
        else:
            self.outcomes.append("fine")

    def run(self):
        with ThreadPoolExecutor(len(self.contracts)) as pool:
            for _ in self.hours():
                list(pool.map(self.visit, self.contracts))

    def visit(self, contract):
        with self.client(contract) as client:
            (name, arguments, keywords), waited, others = self.calls(contract.provider)
            with self.judged():
                reply = in_time(LATEST, getattr(client, name), *arguments, **keywords)
                positional, named = waited(reply)
                # A fault may cost a started task its id: it reads as None in its list.
                if None not in positional:
                    in_time(LATEST, client.wait, *positional, **named, **WAIT)
            for name, arguments, keywords in others:
                with self.judged():
                    in_time(LATEST, getattr(client, name), *arguments, **keywords)

    async def arun(self):
        for _ in self.hours():
            await asyncio.gather(*(self.avisit(contract) for contract in self.contracts))

    async def avisit(self, contract):
        async with self.client(contract, "Async") as client:
            (name, arguments, keywords), waited, others = self.calls(contract.provider)
            with self.judged():
                async with asyncio.timeout(LATEST):
                    reply = await getattr(client, name)(*arguments, **keywords)
                positional, named = waited(reply)
                if None not in positional:
                    async with asyncio.timeout(LATEST):
                        await client.wait(*positional, **named, **WAIT)
            for name, arguments, keywords in others:
                with self.judged():
                    async with asyncio.timeout(LATEST):
                        await getattr(client, name)(*arguments, **keywords)


def test_the_day_has_24_hours_and_every_kind_of_fault():
    assert len(HOURS) == 24
    assert {fault.partition(":")[0].partition("@")[0] for fault in HOURS} == {*FAULTS}


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_the_clients_come_to_the_end_of_a_day_of_faults(day, kind):
    threads = threading.active_count()
    if kind == "sync":
        day.run()
    else:
        # A call that holds up the loop is seen from outside.
        in_time(LATEST * 24, asyncio.run, day.arun())
    assert day.mock.clock.now() - day.began >= 24 * HOUR
    assert day.applied == {*FAULTS}
    assert len(day.outcomes) == 24 * sum(len(CALLS[provider]) for provider in TASKS)
    assert {"fine", "ServerFailed", "ConnectionFailed", "CallTimeout", "ReplyError", "WaitTimeout"} <= {
        *day.outcomes
    }
    assert threading.active_count() <= threads
    # The day after, all is well.
    day.outcomes = []
    for contract in day.contracts:
        day.visit(contract)
    assert day.mock.control.violation_count == 0
    assert "WaitTimeout" not in day.outcomes
