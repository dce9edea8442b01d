"""The terminal that tables are printed to."""

from __future__ import annotations

from typing import Any

from mediatasks.errors import MissingExtra

_PIPE_WIDTH = 140


def open_console() -> Any:
    """Return a rich Console on stdout; a pipe gets a fixed width. Raises MissingExtra."""
    try:
        from rich.console import Console
    except ModuleNotFoundError:
        raise MissingExtra("a table (`--format json` works without)", "check") from None

    class Terminal(Console):
        def on_broken_pipe(self) -> None:
            # The command line ends quietly with 0; rich alone would end it with 1.
            raise BrokenPipeError

    console = Terminal(highlight=False, markup=False, emoji=False)
    return console if console.is_terminal else Terminal(width=_PIPE_WIDTH, markup=False, emoji=False)
