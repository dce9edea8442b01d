"""Import of one provider's client in a fresh process, against import of httpx2 alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from benchmarks.environment import environment
from benchmarks.measurement import Benchmark, Ratios, interleave

ROUNDS = 31

# httpx2 brings a command line where click is installed; a plain install, ours among them, has none.
_TIMED = """
import sys, time
sys.modules["click"] = None
started = time.perf_counter()
{}
print(time.perf_counter() - started)
"""


def measure() -> Ratios:
    """Time the import statement alone, in processes that find compiled bytecode."""
    return interleave(_turns("from mediatasks import Livepeer"), _turns("import httpx2"), ROUNDS)


def _turns(statement: str) -> Callable[[], float]:
    command = [sys.executable, "-c", _TIMED.format(statement)]

    def turn() -> float:
        done = subprocess.run(command, env=environment(), check=True, stdout=subprocess.PIPE, timeout=300)
        return float(done.stdout)

    return turn


BENCHMARK = Benchmark("import", "import of one provider's client", "import of httpx2 alone", 1.0, measure)
