"""Each fault, seen through the project's own clients over a real port, ends in its defined outcome.

The outcomes are those of docs/client.md ("Time and retries", "What a reply may hold").
"""

import time

import pytest

import mediatasks.client.retry
from mediatasks.errors import (
    AuthenticationFailed,
    CallTimeout,
    ConnectionFailed,
    NotFound,
    ReplyError,
    RequestRefused,
    RpcError,
    ServerFailed,
    TooManyRequests,
    WaitTimeout,
)
from mediatasks.mock import Clock, Faults, Mock, MockServer
from tests.client.calls import CALLS
from tests.faults.conftest import Driver


@pytest.fixture(params=["sync", "async"])
def drive(request, monkeypatch):
    monkeypatch.setattr(mediatasks.client.retry, "FIRST_WAIT", 0.01)
    return Driver(request.param == "async")


@pytest.fixture
def ask(store, drive):
    """Call an operation as the client tests do, over a mock with `faults`; return outcome and mock."""

    def build(operation, *faults, provider="taskengine", clock=None, **options):
        contract = store.contract(provider)
        (given,) = ((a, k) for name, a, k in CALLS[provider] if name == operation)
        credentials = {c.argument: c.example for c in contract.credentials}
        mock = Mock([contract], clock or Clock(), faults=Faults(*faults))
        with MockServer(mock) as server:
            (outcome,) = drive(
                server.url_of(provider),
                (operation, *given),
                provider=contract.name,
                credentials=credentials,
                **options,
            )
        return outcome, mock

    return build


FAILING = [
    ("status:503", ServerFailed, 3, "breaking"),
    ("status:401", AuthenticationFailed, 1, "documented"),
    ("status:401/undocumented", AuthenticationFailed, 1, "breaking"),
    ("status:404", NotFound, 1, "breaking"),
    ("failure:missing", RequestRefused, 1, "documented"),
    ("failure:unauthenticated", AuthenticationFailed, 1, "documented"),
    ("rate_limit:0", TooManyRequests, 3, "breaking"),
    ("reset", ConnectionFailed, 3, "breaking"),
    ("lost", ConnectionFailed, 3, "breaking"),
    ("truncate", ConnectionFailed, 3, "breaking"),
    ("truncate:0", ConnectionFailed, 3, "breaking"),
    ("latency:5", CallTimeout, 1, "documented"),
    ("drip:5", CallTimeout, 1, "documented"),
    ("breach:required/id", ReplyError, 1, "breaking"),
    ("breach:type/id", ReplyError, 1, "breaking"),
]


@pytest.mark.parametrize(("fault", "error", "calls", "kind"), FAILING, ids=[row[0] for row in FAILING])
def test_a_fault_ends_the_call_as_defined(ask, fault, error, calls, kind):
    started = time.monotonic()
    outcome, mock = ask("get_job", fault, timeout=1)
    assert type(outcome) is error
    assert [mark.kind for mark in mock.faults.applied] == [kind] * calls
    assert time.monotonic() - started < 4


PASSING = [
    "latency:0.1",
    "latency:uniform/0.01/0.1",
    "latency:exponential/0.01",
    "drip:0.1",
    "content_type",
]


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_leaves_the_answer_whole_is_survived(ask, fault):
    outcome, mock = ask("get_job", fault)
    assert outcome.id == 123
    assert len(mock.faults.applied) == 1


@pytest.mark.parametrize("fault", ["status:503", "reset", "lost", "truncate", "rate_limit:0"])
def test_a_passing_fault_of_a_read_is_repeated_until_it_works(ask, fault):
    rule = {"fault": fault.partition(":")[0], "times": 2}
    rule |= {"status": 503} if "503" in fault else {}
    outcome, mock = ask("get_job", rule)
    assert outcome.id == 123
    assert len(mock.faults.applied) == 2


def test_the_wait_of_a_rate_limit_is_kept(ask):
    started = time.monotonic()
    outcome, _ = ask("get_job", {"fault": "rate_limit", "seconds": 1, "times": 1})
    assert outcome.id == 123
    assert 1 <= time.monotonic() - started < 3


@pytest.mark.parametrize("fault", ["reset", "lost", "status:503"])
def test_a_write_is_not_repeated(ask, fault):
    outcome, mock = ask("create_job", fault)
    assert isinstance(outcome, ConnectionFailed | ServerFailed)
    assert len(mock.faults.applied) == 1


@pytest.mark.parametrize(("fault", "more"), [("lost", 1), ("reset", 0), ("truncate", 1), ("status:500", 0)])
def test_the_work_is_done_before_an_answer_is_lost_only(ask, store, fault, more):
    seeded = len(Mock([store.contract("taskengine")]).services["taskengine"].store.collections["Job"].items)
    _, mock = ask("create_job", fault)
    assert len(mock.services["taskengine"].store.collections["Job"].items) == seeded + more


def test_an_unknown_enumeration_value_reads_as_unlisted(ask):
    outcome, _ = ask("get_job", "breach:enum/queue_state")
    assert outcome.queue_state == "not_in_the_contract"
    assert not outcome.queue_state.is_known


@pytest.mark.parametrize("fault", ["breach:enum", "content_type", "breach:type", "status:204"])
def test_a_strict_client_refuses_what_breaks_the_contract(ask, fault):
    outcome, _ = ask("get_job", fault, strict=True)
    assert type(outcome) is ReplyError


@pytest.mark.parametrize("fault", ["latency:0.01", "drip:0.05", "failure:missing", "status:401"])
def test_a_strict_client_takes_documented_faults(ask, fault):
    outcome, mock = ask("get_job", fault, strict=True)
    assert [mark.kind for mark in mock.faults.applied] == ["documented"]
    assert type(outcome) is not ReplyError


RPC = [
    ("failure:unauthenticated", RpcError),
    ("failure:invalid", RpcError),
    ("reset", ConnectionFailed),
    ("truncate", ConnectionFailed),
    ("breach:type", ReplyError),
    ("status:500", ServerFailed),
]


@pytest.mark.parametrize(("fault", "error"), RPC)
def test_a_fault_meets_the_calls_of_rpc(ask, fault, error):
    outcome, mock = ask("task_start", f"boro.TaskStart={fault}", provider="boro", strict=True)
    assert type(outcome) is error
    assert {mark.operation for mark in mock.faults.applied} == {"task_start"}


def test_a_fault_of_another_method_leaves_a_call_alone(ask):
    outcome, mock = ask("task_start", "boro.TaskStop=reset", provider="boro")
    assert not isinstance(outcome, Exception)
    assert not mock.faults.applied


@pytest.mark.parametrize("state", [None, "started"])
def test_a_stuck_task_never_ends(store, state):
    from mediatasks import TaskEngine

    contract = store.contract("taskengine")
    rule = {"fault": "stuck", "operation": "create_job"} | ({"state": state} if state else {})
    mock = Mock([contract], Clock(1000), faults=Faults(rule))
    credentials = {c.argument: c.example for c in contract.credentials}
    (keywords,) = (k for name, _, k in CALLS["taskengine"] if name == "create_job")
    with MockServer(mock) as server, TaskEngine(server.url_of("taskengine"), **credentials) as client:
        job = client.create_job(**keywords)
        with pytest.raises(WaitTimeout) as caught:
            client.wait(job, timeout=0.3)
    assert caught.value.state == (state or contract.task.initial)


@pytest.mark.parametrize("fault", ["reset", "truncate", "lost", "latency:30"])
def test_a_client_in_process_sees_the_same(store, fault):
    import httpx2

    from mediatasks import TaskEngine

    contract = store.contract("taskengine")
    mock = Mock([contract], faults=Faults(fault))
    credentials = {c.argument: c.example for c in contract.credentials}
    with httpx2.Client(transport=mock.transport()) as own:
        client = TaskEngine("http://mock/taskengine", **credentials, http_client=own, timeout=0.5)
        with pytest.raises(CallTimeout if "latency" in fault else ConnectionFailed):
            client.get_job(123)


def test_tasks_that_were_there_before_are_not_stuck(store):
    contract = store.contract("taskengine")
    mock = Mock([contract], Clock(0), faults=Faults({"fault": "stuck", "after": 1}))
    collection = mock.services["taskengine"].store.collections["Job"]
    from mediatasks import TaskEngine

    credentials = {c.argument: c.example for c in contract.credentials}
    (keywords,) = (k for name, _, k in CALLS["taskengine"] if name == "create_job")
    with MockServer(mock) as server, TaskEngine(server.url_of("taskengine"), **credentials) as client:
        client.create_job(**keywords)
        client.create_job(**keywords)
    first, second = list(collection.items.values())[-2:]
    assert (first.due is None, second.due is None) == (False, True)


def test_credentials_fail_for_a_whole_rpc_request(ask):
    outcome, _ = ask("task_start", "failure:unauthenticated", provider="boro", strict=True)
    assert type(outcome) is RpcError
    assert outcome.method == "TaskStart"
