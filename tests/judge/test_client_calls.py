"""The sequence of a client's calls is judged by what the contract's lifecycle allows, from exchanges only."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

import mediatasks
from mediatasks.contracts.compose.store import open_store
from mediatasks.errors import MediatasksError
from mediatasks.exchange.exchange import Exchange
from mediatasks.judge import judge_exchanges
from mediatasks.judge.client_calls import ORIGIN, ClientCalls
from mediatasks.judge.tracks.allowed_states import changing
from mediatasks.mock import Mock, MockServer

STORE = open_store(None)
RULE = "operation-allowed"
FILM = {
    "input": {"url": "https://cdn.example.org/film.mp4"},
    "storage": {"type": "web3.storage", "credentials": {"proof": "example"}},
    "outputs": {"hls": {"path": "/films/1"}},
}
CLIENTS = {
    "boro": mediatasks.Boro,
    "livepeer": mediatasks.Livepeer,
    "taskengine": mediatasks.TaskEngine,
}


class Log(ClientCalls):
    """Judges a mock's exchanges, and keeps them."""

    def __init__(self, contracts: Any) -> None:
        super().__init__(contracts)
        self.exchanges: list[Exchange] = []

    def take(self, exchange: Exchange) -> list[Any]:
        self.exchanges.append(exchange)
        return super().take(exchange)


class Running:
    """One provider's mock, a client of it, and the log."""

    def __init__(self, provider: str, server: MockServer, client: Any, log: Log) -> None:
        self.provider, self.mock, self.client, self.log = provider, server.mock, client, log

    def make(self) -> str:
        if self.provider == "boro":
            (task,) = self.client.task_start(
                project_id=2, tasks=[{"template_id": 63, "uri": "file:///f.mp4"}]
            )
            return str(task.task_id)
        if self.provider == "livepeer":
            return str(self.client.create_transcode(**FILM).id)
        job = {"client": "demo-client", "job": {"workflow": "vodstream"}, "parameters": {"content_id": "1"}}
        return str(self.client.create_job(**job).id)

    def read(self, task: str) -> None:
        if self.provider == "boro":
            self.client.task_status(project_id=2, task_ids=[int(task)])
        elif self.provider == "livepeer":
            self.client.get_task(task)
        else:
            self.client.get_job(int(task))

    def act(self, task: str) -> None:
        acts: dict[str, Callable[[], Any]] = {
            "boro": lambda: self.client.task_stop(project_id=2, task_ids=[int(task)]),
            "livepeer": lambda: self.client.retry_task(task),
            "taskengine": lambda: self.client.update_job(int(task), queue_state="paused"),
        }
        with suppress(MediatasksError):
            acts[self.provider]()

    def move(self, task: str, state: str) -> None:
        self.mock.control.hold(self.provider, task, state)


@contextmanager
def running(provider: str) -> Iterator[Running]:
    contracts = STORE.choose([provider])
    log = Log(contracts)
    kind = CLIENTS[provider]
    with MockServer(Mock(contracts, judge=log)) as server:
        known = inspect.signature(kind).parameters
        values = {c.argument: c.example for c in contracts[0].credentials if c.argument in known}
        with kind(server.url_of(provider), **values) as client:
            yield Running(provider, server, client, log)


# Provider, the state in which the client acts, whether the contract forbids it.
CASES = [
    ("livepeer", "running", True),
    ("livepeer", "completed", True),
    ("livepeer", "failed", False),
    ("boro", "Completed", True),
    ("boro", "Running", False),
    ("taskengine", "completed", True),
    ("taskengine", "started", False),
]


@pytest.mark.parametrize(("provider", "state", "forbidden"), CASES)
def test_a_call_that_the_state_forbids_is_told_and_no_other(
    provider: str, state: str, forbidden: bool
) -> None:
    with running(provider) as run:
        task = run.make()
        run.move(task, state)
        run.read(task)
        run.act(task)
        told = run.mock.control.violations()
        assert len(told) == forbidden
        if forbidden:
            (violation,) = told
            assert violation.place == "request"
            assert f"was `{state}` when `" in violation.got
            assert "read it before" in violation.expected
            assert task in violation.got
            (entry,) = [e for e in run.mock.control.requests(verdict="breaks") if e.violations]
            assert entry.violations == (violation,)


@pytest.mark.parametrize(("provider", "state", "forbidden"), CASES)
def test_the_log_of_the_mock_judged_afterwards_says_the_same(
    provider: str, state: str, forbidden: bool
) -> None:
    with running(provider) as run:
        task = run.make()
        run.move(task, state)
        run.read(task)
        run.act(task)
    servers = {provider: f"{ORIGIN}/{provider}"}
    result = judge_exchanges(STORE.choose([provider]), run.log.exchanges, servers=servers)
    assert [f.rule for f in result.findings] == [RULE] * forbidden
    assert not result.not_judged
    assert result.judged == len(run.log.exchanges)


@pytest.mark.parametrize("provider", ["boro", "livepeer", "taskengine"])
def test_a_client_that_was_never_shown_the_state_is_blamed_for_nothing(provider: str) -> None:
    with running(provider) as run:
        task = run.make()
        run.log.forget()
        run.move(task, {"boro": "Completed", "livepeer": "completed", "taskengine": "completed"}[provider])
        run.act(task)
        assert run.mock.control.violations() == []


def test_a_task_that_ended_unseen_is_no_fault_of_the_client() -> None:
    with running("boro") as run:
        task = run.make()
        run.move(task, "Running")
        run.read(task)
        run.move(task, "Completed")
        run.act(task)
        assert run.mock.control.violations() == []


def test_what_the_server_carries_out_is_right() -> None:
    with running("livepeer") as run:
        task = run.make()
        run.move(task, "running")
        run.read(task)
        # The client was told of the failure by a webhook.
        run.move(task, "failed")
        run.act(task)
        assert run.mock.control.violations() == []


def test_a_reset_forgets_what_was_shown() -> None:
    with running("boro") as run:
        task = run.make()
        run.move(task, "Completed")
        run.read(task)
        run.mock.control.reset()
        assert run.make() == task
        run.act(task)
        assert run.mock.control.violations() == []


def limited(provider: str) -> Iterable[str]:
    (contract,) = STORE.choose([provider])
    return sorted(name for resource in contract.resources.values() for name in changing(resource))


def test_these_are_the_operations_that_some_state_forbids() -> None:
    assert {provider: limited(provider) for provider in (*CLIENTS, "kokoon", "vionlabs")} == {
        "boro": ["task_stop"],
        "livepeer": ["retry_task"],
        "taskengine": ["update_job"],
        "kokoon": [],
        "vionlabs": [],
    }
