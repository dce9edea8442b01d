"""Start to first answer, and memory after some thousand requests: our mock and Prism."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from benchmarks.load import Load
from benchmarks.measurement import Benchmark, Ratios, interleave
from benchmarks.mock_servers import PACKAGE, Server, ours, prism

START_ROUNDS, MEMORY_ROUNDS, SECONDS = 5, 3, 1.0

Contestant = Callable[[], AbstractContextManager[Server]]


def measure_start() -> Ratios:
    """Time both from the start of the process to the first answer."""

    def turn(contestant: Contestant) -> float:
        started = time.perf_counter()
        with contestant():
            return time.perf_counter() - started

    return interleave(lambda: turn(ours), lambda: turn(prism), START_ROUNDS)


def measure_memory() -> Ratios:
    """Read the resident memory of both after a second each of GET and list under load."""
    with Load() as load:

        def turn(contestant: Contestant) -> float:
            with contestant() as server:
                for name in ("get", "list"):
                    load.turn(server.port, server.request(name), SECONDS)
                return server.memory()

        return interleave(lambda: turn(ours), lambda: turn(prism), MEMORY_ROUNDS)


BENCHMARKS = (
    Benchmark("mock-start", "mock: start to first answer", f"`{PACKAGE}`", 1 / 3, measure_start),
    Benchmark("mock-memory", "mock: resident memory", f"`{PACKAGE}`", 1 / 2, measure_memory),
)
