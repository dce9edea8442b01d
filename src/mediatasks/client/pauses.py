"""The pauses of the clients: between the reads of a task, and before a call is repeated.

Tests skip them (`skip_pauses`): the time that a client would have slept passes for its deadlines, and
for whoever is told of it, such as the clock of a mock.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class _Skipping:
    """Who hears of skipped pauses (None: pauses are real), and how many seconds were skipped so far."""

    def __init__(self) -> None:
        self.told: Callable[[float], object] | None = None
        self.seconds = 0.0
        self.lock = threading.Lock()

    def skip(self, seconds: float) -> bool:
        """Skip a pause; return whether it was."""
        told = self.told
        if told is None:
            return False
        with self.lock:
            self.seconds += seconds
        told(seconds)
        return True


skipping = _Skipping()


def now() -> float:
    """Return `time.monotonic()` plus the seconds of all pauses that were skipped."""
    return time.monotonic() + skipping.seconds


def sleep(seconds: float) -> None:
    """Pause."""
    if not skipping.skip(seconds):
        time.sleep(seconds)


async def asleep(seconds: float) -> None:
    """Pause, and let other tasks run."""
    import asyncio

    await asyncio.sleep(0 if skipping.skip(seconds) else seconds)


@contextmanager
def skip_pauses(told: Callable[[float], object]) -> Iterator[None]:
    """Skip the pauses of all clients of this process while the block runs; `told` hears their seconds."""
    before, skipping.told = skipping.told, told
    try:
        yield
    finally:
        skipping.told = before
