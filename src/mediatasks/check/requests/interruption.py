"""Break off what a run waits for, once the user has ended it or its parent is gone.

A run asks before each request whether it was ended. That does not help while a server keeps it
waiting: so the waiting itself is broken off, by a signal that the process sends to its own main thread.
"""

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Seconds from the end of the parent to the end of its worker: time to set one thing back.
_ORPHAN_SECONDS = 0.8
# Seconds between being ended and breaking off what still waits.
_PATIENCE = 0.7
_ORPHAN_PATIENCE = 0.2
# Seconds between the two signs that the parent has ended, at most.
_SAME_TIME = 0.05
# Windows has no such signal; there the parent ends a worker that does not end by itself.
_SIGNAL = getattr(signal, "SIGUSR1", None)

_state = {"waits": 0}


class Interrupted(Exception):
    """What a run waited for was broken off."""


@contextmanager
def waiting() -> Iterator[None]:
    """Let the block be broken off by Interrupted; in the main thread of a worker only.

    Who catches that calls `settle`.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _state["waits"] += 1
    try:
        yield
    finally:
        _state["waits"] -= 1


def settle() -> None:
    """Say that nothing waits any more: the signal may have come while a wait was ending."""
    if threading.current_thread() is threading.main_thread():
        _state["waits"] = 0


def watch_for_end(channel: Any) -> threading.Event:
    """Return an event that is set when something comes through `channel`, or the parent has ended.

    From then on everything that waits is broken off after a moment. Without its parent this process ends
    after 0.8 s, whatever it does.
    """
    ended = threading.Event()
    if _SIGNAL is not None:
        signal.signal(_SIGNAL, _break_off)
    threading.Thread(target=_follow, args=(channel, ended), name="parent", daemon=True).start()
    return ended


def _follow(channel: Any, ended: threading.Event) -> None:
    parent = multiprocessing.parent_process()
    sentinels = [parent.sentinel] if parent is not None else []
    multiprocessing.connection.wait([channel, *sentinels])
    ended.set()
    # The end of the parent closes the channel as well.
    pause = threading.Event()
    is_orphan = bool(multiprocessing.connection.wait(sentinels, _SAME_TIME))
    if is_orphan:
        _die_soon()
    pause.wait(_ORPHAN_PATIENCE if is_orphan else _PATIENCE)
    while True:
        if _SIGNAL is not None:
            signal.pthread_kill(threading.main_thread().ident or 0, _SIGNAL)
        if not is_orphan and multiprocessing.connection.wait(sentinels, _PATIENCE):
            is_orphan = True
            _die_soon()
        pause.wait(_ORPHAN_PATIENCE)


def _die_soon() -> None:
    timer = threading.Timer(_ORPHAN_SECONDS, os._exit, [2])
    timer.daemon = True
    timer.start()


def _break_off(number: int, frame: Any) -> None:
    if _state["waits"]:
        raise Interrupted
