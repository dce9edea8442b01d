"""Requests to our mock and to Prism, on the same contract and with validation, 32 connections."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.load import Load, Turn
from benchmarks.measurement import Benchmark, Ratios, interleave
from benchmarks.mock_servers import PACKAGE, Server, ours, prism

ROUNDS, SECONDS = 9, 0.7
# Node compiles what runs often: its first seconds are much slower, and do not count.
WARM_SECONDS = 4.0


def measure(name: str, of: Callable[[Turn], float], *options: str) -> Ratios:
    """Compare what one request costs both. Raises NotRun."""
    with Load() as load, ours(*options) as mock, prism() as other:

        def turn(server: Server, seconds: float = SECONDS) -> float:
            return of(load.turn(server.port, server.request(name), seconds))

        turn(other, WARM_SECONDS)
        turn(mock, 1.0)
        return interleave(lambda: turn(mock), lambda: turn(other), ROUNDS)


def measure_kept() -> Ratios:
    """Compare a POST that we keep in a file with one that Prism forgets."""
    with tempfile.TemporaryDirectory() as folder:
        return measure("post", lambda turn: turn.cost, "--state", str(Path(folder) / "mock.db"))


def _row(name: str, what: str, limit: float, request: str, of: Callable[[Turn], float]) -> Benchmark:
    return Benchmark(name, what, f"`{PACKAGE}`", limit, lambda: measure(request, of))


BENCHMARKS = (
    _row("mock-get", "mock: GET one task", 1 / 4, "get", lambda turn: turn.cost),
    _row("mock-post", "mock: POST a task", 1 / 3.5, "post", lambda turn: turn.cost),
    _row("mock-list", "mock: a list", 1 / 2.5, "list", lambda turn: turn.cost),
    _row("mock-p99", "mock: p99 of GET one task", 1 / 10, "get", lambda turn: turn.p99),
    Benchmark("mock-kept", "mock: POST with `--state`", f"`{PACKAGE}`", 1.0, measure_kept),
)
