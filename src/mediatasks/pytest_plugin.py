"""The pytest plugin: running mock servers for a test, which fails if it breaks a contract.

A request breaks it by its form, or by the state in which the client was shown its task.

    def test_a_job_is_done(mediatasks_mock):
        url = mediatasks_mock.url_of("acme")
        ...
        mediatasks_mock.advance("PT1H")

Every test has a mock of its own on a port of its own: nothing of another test is in it. With the
fixture `mediatasks_fast_clock`, the mock's clock leaps while a client of this package waits. A test of
how its client takes a refusal is marked `@pytest.mark.mediatasks_violations_allowed`, and
`@pytest.mark.mediatasks_faults("acme.get_job=status:503")` makes the mock misbehave. Options of the
configuration: `mediatasks_providers` (default: all), `mediatasks_contracts`, `mediatasks_fast_clock`
(default: only where the fixture is asked for), `mediatasks_allow_egress` (default: callbacks go to this
machine only).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import pytest

# pytest loads this module in every project where the package is installed: nothing heavy here.
if TYPE_CHECKING:
    from mediatasks.contracts.model.contract import Contract
    from mediatasks.mock import Clock, Control, Faults, LoggedViolation, Mock, MockServer

MARK = "mediatasks_violations_allowed"
FAULTS_MARK = "mediatasks_faults"
_TOLD = 20


class RunningMock:
    """Mock servers that run while a test does.

    `control` steers them, `clock` is theirs, `faults` are those that they follow, `mock` is what is
    behind the port.
    """

    def __init__(self, server: MockServer) -> None:
        self._server = server
        self.mock: Mock = server.mock
        self.control: Control = server.mock.control
        self.clock: Clock = server.mock.clock
        self.faults: Faults = server.mock.faults

    @property
    def url(self) -> str:
        """The root URL, without a slash at its end."""
        return self._server.url

    def url_of(self, provider: str) -> str:
        """Return the base URL of a provider."""
        return self._server.url_of(provider)

    def advance(self, step: str | float) -> None:
        """Move the clock forward by seconds or an ISO 8601 duration, and all tasks with it."""
        self.control.advance(step)

    def set_faults(self, *rules: str | Mapping[str, Any]) -> None:
        """Misbehave by these rules from now on, in place of those before; without rules behave again.

        Raises UsageError for a rule that suits no operation.
        """
        self.faults.replace(*rules)

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until all callbacks that are due were sent; return whether they were, in so many seconds."""
        return self.mock.settle(timeout)

    @property
    def violations(self) -> list[LoggedViolation]:
        """What broke a contract in this test so far."""
        return self.control.violations()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the configuration file."""
    parser.addini("mediatasks_providers", "providers that `mediatasks_mock` serves (default: all)", "args")
    parser.addini("mediatasks_contracts", "folder of contracts that takes the place of those that ship")
    parser.addini("mediatasks_allow_egress", "let callbacks leave this machine", "bool", default=False)
    parser.addini(
        "mediatasks_fast_clock",
        "let the clock of every `mediatasks_mock` leap while a client waits",
        "bool",
        default=False,
    )


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest the marks."""
    config.addinivalue_line("markers", f"{MARK}: requests of this test may break a contract")
    config.addinivalue_line(
        "markers", f"{FAULTS_MARK}(*rules): `mediatasks_mock` misbehaves by these rules"
    )


@pytest.fixture(scope="session")
def _mediatasks_contracts(pytestconfig: pytest.Config) -> list[Contract]:
    from mediatasks.contracts.compose.store import open_store

    folder = pytestconfig.getini("mediatasks_contracts")
    store = open_store(pytestconfig.rootpath / folder if folder else None)
    return store.choose(pytestconfig.getini("mediatasks_providers"))


@pytest.fixture(scope="session")
def _mediatasks_servers() -> Iterator[list[MockServer]]:
    """The servers that have stopped listening: their last threads are waited for once, at the end."""
    servers: list[MockServer] = []
    yield servers
    for server in servers:
        server.stop()


@pytest.fixture
def mediatasks_mock(
    request: pytest.FixtureRequest,
    _mediatasks_contracts: list[Contract],
    _mediatasks_servers: list[MockServer],
) -> Iterator[RunningMock]:
    """Running mock servers of this test alone; it fails if a request to them breaks a contract."""
    from mediatasks.judge.client_calls import ClientCalls
    from mediatasks.mock import Faults, Mock, MockServer

    rules = [rule for mark in request.node.iter_markers(FAULTS_MARK) for rule in mark.args]
    allow_egress = request.config.getini("mediatasks_allow_egress")
    contracts, faults = _mediatasks_contracts, Faults(*rules)
    judge = ClientCalls(contracts)
    server = MockServer(Mock(contracts, faults=faults, allow_egress=allow_egress, judge=judge))
    _mediatasks_servers[:] = [*(s for s in _mediatasks_servers if s.is_running), server]
    running = RunningMock(server.start())
    try:
        with _leaping(running) if request.config.getini("mediatasks_fast_clock") else nullcontext():
            yield running
    finally:
        server.stop(wait=False)


@pytest.fixture
def mediatasks_clock(mediatasks_mock: RunningMock) -> Clock:
    """The clock of `mediatasks_mock`, stopped: only `advance` moves it, and a client that waits."""
    mediatasks_mock.clock.set_speed(0)
    return mediatasks_mock.clock


@pytest.fixture
def mediatasks_fast_clock(mediatasks_mock: RunningMock) -> Iterator[Clock]:
    """The clock of `mediatasks_mock`, which leaps while a client of this package waits.

    `client.wait(…)` and the pauses before a call is repeated take no real time: the clock moves by
    their seconds instead, and so do the deadlines of the client.
    """
    with _leaping(mediatasks_mock):
        yield mediatasks_mock.clock


def _leaping(running: RunningMock) -> AbstractContextManager[None]:
    from mediatasks.client.pauses import skip_pauses

    return skip_pauses(running.advance)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Run the test, then judge what it sent."""
    running = getattr(item, "funcargs", {}).get("mediatasks_mock")
    allowed = item.get_closest_marker(MARK) is not None
    if running is None or allowed:
        return (yield)
    try:
        result = yield
    except BaseException:
        if running.violations:
            item.add_report_section("call", "mediatasks", _told(running))
        raise
    if running.violations:
        pytest.fail(f"requests of this test break a contract:\n{_told(running)}", pytrace=False)
    return result


def _told(running: RunningMock) -> str:
    count = running.control.violation_count
    lines = [str(violation) for violation in running.violations[:_TOLD]]
    return "\n".join([*lines, *([f"and {count - _TOLD} more"] if count > _TOLD else [])])
