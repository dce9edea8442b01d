"""One row of the table: what is measured against what, and how ratios are taken."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


class NotRun(Exception):
    """This machine lacks what a benchmark needs; the message says what."""


@dataclass(frozen=True)
class Ratios:
    """The ratio of each round: what ours costs over what theirs costs."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The figure that counts."""
        return statistics.median(self.rounds)

    @property
    def quartiles(self) -> tuple[float, float]:
        """Between which half of the rounds lie."""
        low, _, high = statistics.quantiles(self.rounds, n=4, method="inclusive")
        return low, high


@dataclass(frozen=True)
class Benchmark:
    """One row. `measure` raises NotRun; `limit` is the greatest median that passes."""

    name: str
    what: str
    against: str
    limit: float
    measure: Callable[[], Ratios]


def interleave(ours: Callable[[], float], theirs: Callable[[], float], rounds: int) -> Ratios:
    """Return the ratios of `rounds`; each contestant returns what one turn costs it.

    They take turns in changing order, so that a busy moment of the machine hits both. The first
    turn of each, which fills caches and opens connections, does not count.
    """
    ours(), theirs()
    ratios = []
    for number in range(rounds):
        if number % 2:
            their_cost, our_cost = theirs(), ours()
        else:
            our_cost, their_cost = ours(), theirs()
        ratios.append(our_cost / their_cost)
    return Ratios(tuple(ratios))


def timed(step: Callable[[], object], count: int) -> Callable[[], float]:
    """Return a contestant that takes `count` steps a turn and costs the seconds of one."""

    def turn() -> float:
        started = time.perf_counter()
        for _ in range(count):
            step()
        return (time.perf_counter() - started) / count

    return turn
