"""The pytest plugin: running mock servers for a test, which fails if it breaks a contract.

    def test_a_job_is_done(mediatasks_mock):
        url = mediatasks_mock.url_of("acme")
        ...
        mediatasks_mock.advance("PT1H")

The servers are started once a session and are as new for each test: seeded state, clock, log. A
test of how its client takes a refusal is marked `@pytest.mark.mediatasks_violations_allowed`.
Options of the configuration: `mediatasks_providers` (default: all), `mediatasks_contracts`,
`mediatasks_allow_egress` (default: callbacks go to this machine only).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

# pytest loads this module in every project where the package is installed: nothing heavy here.
if TYPE_CHECKING:
    from mediatasks.mock import Clock, Control, Mock, MockServer, Violation

MARK = "mediatasks_violations_allowed"
_TOLD = 20


class RunningMock:
    """Mock servers that run while a test does.

    `control` steers them, `clock` is theirs, `mock` what is behind the port.
    """

    def __init__(self, server: MockServer) -> None:
        self._server = server
        self.mock: Mock = server.mock
        self.control: Control = server.mock.control
        self.clock: Clock = server.mock.clock

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

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until all callbacks that are due were sent; return whether they were, in so many seconds."""
        return self.mock.settle(timeout)

    @property
    def violations(self) -> list[Violation]:
        """What broke a contract in this test so far."""
        return self.control.violations()

    def begin(self) -> None:
        """Be as new: seeded state, clock, log."""
        self.clock.restart()
        self.control.reset()
        self.control.clear_requests()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the configuration file."""
    parser.addini("mediatasks_providers", "providers that `mediatasks_mock` serves (default: all)", "args")
    parser.addini("mediatasks_contracts", "folder of contracts that takes the place of those that ship")
    parser.addini("mediatasks_allow_egress", "let callbacks leave this machine", "bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest the mark."""
    config.addinivalue_line("markers", f"{MARK}: requests of this test may break a contract")


@pytest.fixture(scope="session")
def _mediatasks_server(pytestconfig: pytest.Config) -> Iterator[RunningMock]:
    from mediatasks.contracts.store import open_store
    from mediatasks.mock import Mock, MockServer

    folder = pytestconfig.getini("mediatasks_contracts")
    store = open_store(pytestconfig.rootpath / folder if folder else None)
    contracts = store.choose(pytestconfig.getini("mediatasks_providers"))
    mock = Mock(contracts, allow_egress=pytestconfig.getini("mediatasks_allow_egress"))
    with MockServer(mock) as server:
        yield RunningMock(server)


@pytest.fixture
def mediatasks_mock(_mediatasks_server: RunningMock) -> RunningMock:
    """Running mock servers, as new; the test fails if a request to them breaks a contract."""
    _mediatasks_server.begin()
    return _mediatasks_server


@pytest.fixture
def mediatasks_clock(mediatasks_mock: RunningMock) -> Clock:
    """The clock of `mediatasks_mock`, stopped: only `advance` moves it."""
    mediatasks_mock.clock.set_speed(0)
    return mediatasks_mock.clock


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
