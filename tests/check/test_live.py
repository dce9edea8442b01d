"""A server that is not ours: only read, at a pace, within a budget, and no further after a 401."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import tiny

from mediatasks.check import Options, ProviderResult, Target, check_provider
from mediatasks.check.requests.request_policy import Closed, RequestPolicy, Withheld
from mediatasks.cli.main import main
from mediatasks.contracts.compose.store import open_store
from mediatasks.contracts.model.contract import Contract
from mediatasks.errors import UsageError
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.exchange import Exchange
from mediatasks.mock import Mock, MockReply, MockRequest, MockServer
from tests.conftest import examples
from tests.contracts.test_store import FIVE

QUICK = Options(max_examples=examples(1, 3))


@dataclass
class Recording:
    """A service that writes down what reaches it; `answer` may take the place of a reply."""

    contract: Contract
    requests: list[MockRequest] = field(default_factory=list)
    answer: Any = None

    @contextmanager
    def serve(self) -> Iterator[str]:
        mock = Mock([self.contract], seed=1)
        handle = mock.handle

        def record(request: MockRequest) -> MockReply:
            self.requests.append(request)
            return (self.answer and self.answer(request)) or handle(request)

        mock.handle = record  # type: ignore[method-assign]
        with MockServer(mock) as server:
            yield server.url_of(self.contract.provider)

    def check(self, options: Options = QUICK, **target: Any) -> ProviderResult:
        values = {c.argument: c.example for c in self.contract.credentials}
        with self.serve() as url:
            return check_provider(self.contract, Target(url, **target), options, values)


def writing(contract: Contract, request: MockRequest) -> bool:
    """Whether a request that arrived is none of a safe operation of the contract."""
    path = request.path.removeprefix(f"/{contract.provider}") or "/"
    if contract.envelope is not None and path == contract.envelope.path:
        known = {o.rpc_method: o.safe for o in contract.operations.values()}
        calls = contract.envelope.calls(json.loads(request.body))
        return not calls or not all(isinstance(c.method, str) and known.get(c.method, False) for c in calls)
    return request.method not in ("GET", "HEAD")


@pytest.mark.parametrize("provider", FIVE)
def test_no_request_that_may_write_leaves(provider: str) -> None:
    service = Recording(open_store().contract(provider))
    result = service.check()
    assert len(service.requests) > 20
    assert [r for r in service.requests if writing(service.contract, r)] == []
    notes = {o.operation: o.note for o in result.operations}
    for operation in service.contract.operations.values():
        assert ("--allow-writes" in notes[operation.id]) is not operation.safe


def test_no_request_that_may_write_leaves_when_the_service_asks_to_retry() -> None:
    def busy(request: MockRequest) -> MockReply | None:
        return MockReply(503, {"retry-after": "0"}, b"") if len(service.requests) % 2 else None

    service = Recording(open_store().contract("boro"), answer=busy)
    service.check()
    assert len(service.requests) > 20
    assert [r for r in service.requests if writing(service.contract, r)] == []


def test_with_allow_writes_they_leave() -> None:
    service = Recording(open_store().contract("boro"))
    service.check(Options(max_examples=1, phases=("examples",)), allow_writes=True)
    assert any(writing(service.contract, r) for r in service.requests)


def test_a_given_task_is_read() -> None:
    service = Recording(open_store().contract("vionlabs"))
    service.check(Options(max_examples=3, task_ids=("given-id-1",)))
    assert any(r.path.endswith("/given-id-1") for r in service.requests)


def test_tasks_that_the_server_lists_are_read_where_none_is_given() -> None:
    service = Recording(open_store().contract("taskengine"))
    result = service.check(Options(max_examples=1, phases=("examples",)))
    accepted = {o.operation: o.accepted for o in result.operations}
    assert accepted["get_job"] > 0


def test_the_first_401_to_the_given_credentials_ends_the_run() -> None:
    service = Recording(open_store().contract("livepeer"))
    refusal = MockReply(401, {"content-type": "application/json"}, b'{"errors": []}')
    service.answer = lambda request: refusal
    with pytest.raises(UsageError, match="answered 401 to the credentials given; the check stopped there"):
        service.check()
    # One asks whether a server is there, one is the first request of the check.
    assert len(service.requests) == 2


def test_the_budget_of_requests_is_kept() -> None:
    service = Recording(open_store().contract("taskengine"))
    result = service.check(Options(max_requests=7))
    # The one that asks whether a server is there counts as well.
    assert len(service.requests) == 7
    assert result.advice == "the run was cut short: the budget of 7 requests is spent"


def test_what_schemathesis_asks_before_its_phases_is_in_the_budget() -> None:
    service = Recording(open_store().contract("taskengine"))
    service.check(Options(max_requests=12, phases=("examples",)))
    # One of them is not sent where the HTTP library refuses its header.
    assert 10 <= len(service.requests) <= 12


def test_an_operation_that_a_short_budget_did_not_reach_says_so() -> None:
    result = Recording(open_store().contract("taskengine")).check(Options(max_requests=7))
    unreached = [f.got for f in result.findings if f.rule == "operation-reached"]
    assert set(unreached) == {"none was sent: the budget of 7 requests is spent"}


def test_a_run_of_operations_that_may_not_be_sent_is_none() -> None:
    service = Recording(open_store().contract("livepeer"))
    with pytest.raises(UsageError, match="`create_transcode` may write; `--allow-writes` sends"):
        service.check(Options(operations=("create_transcode",)))
    assert service.requests == []


def policy(**options: Any) -> tuple[RequestPolicy, list[float]]:
    clock = [0.0]

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    contract = tiny.build_contract()
    credentials = Credentials(contract, {"token": tiny.TOKEN})
    target = Target("http://api.example")
    return RequestPolicy(contract, target, Options(**options), credentials, lambda: clock[0], sleep), clock


def wait_seven(made: RequestPolicy) -> None:
    reply = Exchange("GET", "http://api.example/jobs/1", {}, None, 429, {"retry-after": ["7"]})
    made.note(made.contract.operations["get_job"], reply)


def test_a_server_elsewhere_gets_ten_requests_a_second() -> None:
    made, clock = policy()
    for _ in range(31):
        made.admit(made.contract.operations["get_job"], "GET", None)
    assert clock[0] == pytest.approx(3.0)


def test_a_retry_after_is_waited_for() -> None:
    made, clock = policy()
    wait_seven(made)
    made.admit(made.contract.operations["get_job"], "GET", None)
    assert clock[0] == pytest.approx(7.0)


def test_a_retry_after_beyond_the_time_ends_the_run_at_once() -> None:
    made, clock = policy(max_time=5)
    wait_seven(made)
    with pytest.raises(Closed, match="the time of 5 s is over"):
        made.admit(made.contract.operations["get_job"], "GET", None)
    assert clock[0] == 0


def test_another_method_at_the_path_of_a_read_is_withheld() -> None:
    made, _ = policy()
    with pytest.raises(Withheld):
        made.admit(made.contract.operations["get_job"], "DELETE", None)


@pytest.mark.parametrize("methods", [["TaskStop"], ["TaskReport", "TaskStop"], ["NoSuchMethod"], [7]])
def test_a_call_that_the_contract_does_not_call_safe_is_withheld(methods: list[Any]) -> None:
    contract = open_store().contract("boro")
    made = RequestPolicy(contract, Target("http://api.example"), Options(), Credentials(contract, {}))
    body = {"methods": [{"method": m, "params": {}} for m in methods]}
    assert not made.admits(contract.operations["task_report"], "POST", json.dumps(body).encode())


def test_options_of_a_server_of_yours_need_one(capsys: Any) -> None:
    assert main(["check", "livepeer", "--allow-writes"]) == 2
    assert "need `--url`" in capsys.readouterr().err
