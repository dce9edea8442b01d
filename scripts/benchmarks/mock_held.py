"""Our mock that holds 100,000 tasks, against the same mock with its seeds only."""

from __future__ import annotations

from benchmarks.load import Load
from benchmarks.measurement import Benchmark, NotRun, Ratios, interleave
from benchmarks.mock_servers import Server, ours

HELD, ROUNDS, SECONDS = 100_000, 9, 0.7
_FILL_TURNS = 200


def measure(name: str) -> Ratios:
    """Compare what one request costs both."""
    with Load() as load, ours() as full, ours() as empty:
        held = 0.0
        for _ in range(_FILL_TURNS):
            held += 1.0 / load.turn(full.port, full.request("post"), 1.0).cost
            if held >= HELD:
                break
        else:
            raise NotRun(f"only {held:.0f} tasks could be created")

        def turn(server: Server) -> float:
            return load.turn(server.port, server.request(name), SECONDS).cost

        return interleave(lambda: turn(full), lambda: turn(empty), ROUNDS)


BENCHMARKS = tuple(
    Benchmark(f"mock-held-{name}", f"mock: {what}, 100,000 tasks held", "the empty mock", 2.0, step)
    for name, what, step in (
        ("get", "GET one task", lambda: measure("get")),
        ("list", "a list", lambda: measure("list")),
    )
)
