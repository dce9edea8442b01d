"""A mock made for one run: its time passes with its use, so that a run repeats exactly."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from mediatasks.check.target import Target
from mediatasks.contracts.model.contract import Contract
from mediatasks.mock import Clock, Mock, MockServer

_START = 1_767_225_600.0  # 2026-01-01T00:00:00Z
_TICK = 0.1


class TickingClock(Clock):
    """A clock that moves 0.1 s each time it is looked at, whatever the machine is doing."""

    def __init__(self) -> None:
        super().__init__(speed=0, at=_START)

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        self.advance(_TICK)
        return super().now()


@contextmanager
def embedded_mock(contract: Contract, seed: int) -> Iterator[Target]:
    """Serve a mock of one provider on a free port of this machine while the block runs."""
    # Documented examples name receivers on the Internet, and an answer would come in real time.
    mock = Mock([contract], clock=TickingClock(), seed=seed, sends=False)
    # The test sends requests that are no HTTP on purpose; the mock's server would report each.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    with MockServer(mock) as server:
        yield Target(server.url_of(contract.provider), is_mock=True)
