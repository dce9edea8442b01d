"""Threads of a run that an error has ended: what they would have tested was not tested."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mediatasks.errors import UsageError


@contextmanager
def none_dies(provider: str) -> Iterator[None]:
    """Raise UsageError at the end of the block if an error has ended a thread meanwhile."""
    dead: list[str] = []
    before = threading.excepthook

    def note(args: Any) -> None:
        dead.append(f"{args.exc_type.__name__} in the thread `{args.thread.name if args.thread else '?'}`")

    threading.excepthook = note
    try:
        yield
    finally:
        threading.excepthook = before
    if dead:
        raise UsageError(
            f"`{provider}`: a part of the check broke off, its result would not be whole: {dead[0]}\n"
            "please report it; `--operation` and `--phases` run the rest"
        )
