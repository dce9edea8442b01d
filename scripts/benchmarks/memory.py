"""Resident memory of 10,000 decoded tasks, against openapi-python-client's default models."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mediatasks_clients.livepeer.client import GET_TASK

from benchmarks import task
from benchmarks.default_client import default_client, load_task
from benchmarks.environment import environment
from benchmarks.measurement import Benchmark, NotRun, Ratios, interleave
from mediatasks.client.replies.reply import read_reply

ROUNDS, TASKS = 3, 10_000

_STATM = Path("/proc/self/statm")


def measure() -> Ratios:
    """Decode in fresh processes: our replies keep their bytes, the default models keep only themselves."""
    if not _STATM.exists():
        raise NotRun(f"this system has no {_STATM} to read resident memory from")
    with default_client() as folder:
        return interleave(_turns("ours", folder), _turns("default", folder), ROUNDS)


def _turns(contestant: str, folder: Path) -> Callable[[], float]:
    command = [sys.executable, "-m", "benchmarks.memory", contestant, str(folder)]

    def turn() -> float:
        done = subprocess.run(
            command, env=environment("scripts"), check=True, stdout=subprocess.PIPE, timeout=300
        )
        return float(done.stdout)

    return turn


def _decoder(contestant: str, folder: Path) -> Callable[[bytes], Any]:
    if contestant == "ours":
        return lambda body: read_reply(GET_TASK, 200, {}, body)
    model = load_task(folder)
    return lambda body: model.from_dict(json.loads(body))


def _resident() -> int:
    gc.collect()
    return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Print by how many bytes the process grows when it decodes the tasks and keeps them."""
    decode = _decoder(sys.argv[1], Path(sys.argv[2]))
    body = bytearray(task.documented())
    decode(bytes(body))
    before = _resident()
    kept = [decode(bytes(body)) for _ in range(TASKS)]
    print(_resident() - before)
    assert len(kept) == TASKS


BENCHMARK = Benchmark(
    "memory", "10,000 decoded tasks and their bytes", "default attrs models", 0.75, measure
)

if __name__ == "__main__":
    main()
