"""Measure speed as ratios within one run: ours over theirs, the median of interleaved rounds.

`python scripts/bench.py` runs everything, `bench.py NAME…` some; `--write` also puts the table into
docs/performance.md. Exit code 1 for a ratio above its limit, 2 for a benchmark that could not run.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / name) for name in ("scripts", "src", "generated")]

from benchmarks import (  # noqa: E402
    async_call,
    check_run,
    decode,
    importing,
    judging,
    memory,
    mock_held,
    mock_speed,
    mock_start,
    odd_reply,
    sync_call,
    vendor_call,
)
from benchmarks.measurement import Benchmark, NotRun, Ratios  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.markup import escape  # noqa: E402
from rich.table import Table  # noqa: E402

MODULES = (sync_call, async_call, vendor_call, decode, importing, memory, judging)
GROUPS = (odd_reply, mock_speed, mock_start, mock_held, check_run)
ROWS = [*(module.BENCHMARK for module in MODULES), *(row for group in GROUPS for row in group.BENCHMARKS)]
BENCHMARKS = {row.name: row for row in ROWS}
COLUMNS = ("what", "against", "ratio", "half of the rounds", "limit", "ok?")
PAGE = ROOT / "docs/performance.md"
START, END = "<!-- bench: table -->", "<!-- bench: end -->"


@dataclass(frozen=True)
class Row:
    """One benchmark's outcome: its ratios, or why there are none."""

    benchmark: Benchmark
    ratios: Ratios | None
    reason: str = ""

    @property
    def passes(self) -> bool:
        """Whether the median is within the limit."""
        return self.ratios is not None and self.ratios.median <= self.benchmark.limit

    def cells(self) -> tuple[str, ...]:
        """Return what the table shows, one text for each of COLUMNS."""
        named, limit = self.benchmark, f"{self.benchmark.limit:.2f}"
        if self.ratios is None:
            return named.what, named.against, "–", "–", limit, f"not run: {self.reason}"
        low, high = self.ratios.quartiles
        spread = f"{low:.3f}-{high:.3f}"
        ratio, verdict = f"{self.ratios.median:.3f}", "yes" if self.passes else "no"
        return named.what, named.against, ratio, spread, limit, verdict


def main() -> int:
    """Run the benchmarks and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}")
    parser.add_argument("--write", action="store_true", help="refresh the table in docs/performance.md")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in BENCHMARKS]:
        parser.error(f"no benchmark `{unknown[0]}`; there are {', '.join(BENCHMARKS)}")
    if arguments.write and arguments.names:
        parser.error("--write needs all benchmarks; leave out the names")
    rows = [run(BENCHMARKS[name]) for name in arguments.names or BENCHMARKS]
    show(rows)
    if arguments.write:
        write(rows)
    if any(row.ratios and not row.passes for row in rows):
        return 1
    return 0 if all(row.ratios for row in rows) else 2


def run(benchmark: Benchmark) -> Row:
    """Return the outcome of one benchmark."""
    print(f"measuring {benchmark.name}", file=sys.stderr)
    try:
        return Row(benchmark, benchmark.measure())
    except NotRun as reason:
        return Row(benchmark, None, str(reason))


def show(rows: list[Row]) -> None:
    """Print the table."""
    table = Table(caption=machine(), caption_justify="left")
    for column in COLUMNS:
        table.add_column(column)
    for row in rows:
        style = "" if row.passes else "red" if row.ratios else "yellow"
        table.add_row(*(escape(cell.replace("`", "")) for cell in row.cells()), style=style)
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def machine() -> str:
    """Return what the ratios depend on besides the code."""
    named = ("httpx2", "httpcore2", "msgspec", "openapi-python-client")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in named)
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"{platform.python_implementation()} {platform.python_version()}, {versions}; {system}"


def write(rows: list[Row]) -> None:
    """Put the table between the markers of docs/performance.md. Raises SystemExit if they are missing."""
    lines = [COLUMNS, ("---",) * len(COLUMNS), *(row.cells() for row in rows)]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    before, start, rest = PAGE.read_text().partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        sys.exit(f"error: {PAGE} has no lines `{START}` and `{END}` to write between")
    PAGE.write_text(f"{before}{start}\n{table}\n\n{machine()}.\n{end}{after}")


if __name__ == "__main__":
    sys.exit(main())
