"""The terminal that tables are printed to."""

import os
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from mediatasks.errors import MissingExtra

_GAP = "  "


def open_console() -> Any:
    """Return a rich Console on stdout, as wide as $COLUMNS or the terminal. Raises MissingExtra."""
    try:
        from rich.console import Console
    except ModuleNotFoundError:
        raise MissingExtra("a table (`--format json` works without)", "mock") from None

    class Terminal(Console):
        def on_broken_pipe(self) -> None:
            # The command line ends quietly with 0; rich alone would end it with 1.
            raise BrokenPipeError

    # rich's own reading of NO_COLOR keeps bold; without a colour system no style is written.
    colours: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    return Terminal(color_system=colours, highlight=False, markup=False, emoji=False)


def print_table(
    console: Any, headings: Sequence[str], rows: Iterable[tuple[Sequence[object], Sequence[str]]]
) -> None:
    """Print (a name and its numbers, further lines) a row; the further lines stand below, indented.

    No word is cut: where the table is wider than the console, each number gets a line of its own.
    """
    table = [(list(map(str, cells)), lines) for cells, lines in rows]
    columns = zip(headings, *(cells for cells, _ in table), strict=True)
    widths = [max(map(len, column)) for column in columns]
    fits = sum(widths) + len(_GAP) * (len(widths) - 1) <= console.width
    if fits:
        print_line(console, _aligned(headings, widths), style="bold")
    for (name, *numbers), lines in table:
        below = [] if fits else [f"{n} {h}" for n, h in zip(numbers, headings[1:], strict=True)]
        print_line(console, _aligned((name, *numbers), widths) if fits else name)
        for line in (*below, *lines):
            print_line(console, _GAP + line)


def print_line(console: Any, line: str, style: str | None = None) -> None:
    """Print one line as it is: lines are searched and compared by other programs, so none is cut."""
    console.print(line, style=style, soft_wrap=True)


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Return one row: the name to the left, the numbers to the right."""
    name, *numbers = zip(cells, widths, strict=True)
    return _GAP.join([f"{name[0]:<{name[1]}}", *(f"{text:>{width}}" for text, width in numbers)])
