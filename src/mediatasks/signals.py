"""The signals that ask a process to end, and how a command obeys them."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK")
# Those that this system has; SIGKILL and the like cannot be handled.
ENDING = tuple(signal.Signals[name] for name in _NAMES if hasattr(signal, name))


def heeded() -> list[signal.Signals]:
    """Return the ending signals that this process does not ignore.

    `nohup` has SIGHUP ignored, and a shell has SIGINT ignored in what it runs in the background.
    """
    return [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]


@contextmanager
def raising_interrupt() -> Iterator[None]:
    """Raise KeyboardInterrupt at the first ending signal while the block runs; later ones are ignored.

    What the block does to end in order is not broken off by an impatient user. Other threads than the
    main one receive no signals: there the block runs as it is.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []

    def interrupt(number: int, frame: Any) -> None:
        received.append(number)
        if len(received) == 1:
            raise KeyboardInterrupt

    earlier = {number: signal.signal(number, interrupt) for number in heeded()}
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def ignore_all() -> None:
    """Ignore the ending signals: a terminal sends them to every process, and the parent decides."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
