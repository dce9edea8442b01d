"""A typed call over loopback HTTP, against httpx2 without types, retries or deadline."""

from __future__ import annotations

import httpx2

from benchmarks import task
from benchmarks.measurement import Benchmark, Ratios, interleave, timed
from benchmarks.server import serve
from mediatasks import Livepeer

ROUNDS, CALLS = 61, 40


def measure() -> Ratios:
    """Read the documented example by both, each over one kept connection."""
    headers = {"authorization": "Bearer key"}
    with (
        serve(task.documented()) as url,
        Livepeer(url, api_key="key") as ours,
        httpx2.Client(headers=headers) as raw,
    ):
        address = f"{url}/task/{task.ID}"
        typed = timed(lambda: ours.get_task(task.ID), CALLS)
        return interleave(typed, timed(lambda: raw.get(address).json(), CALLS), ROUNDS)


BENCHMARK = Benchmark("sync", "typed `get_task`, sync", "raw `httpx2.Client.get().json()`", 0.8, measure)
