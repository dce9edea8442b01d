"""A typed asynchronous call over loopback HTTP, against httpx2 without types, retries or deadline."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import httpx2

from benchmarks import task
from benchmarks.measurement import Benchmark, Ratios, interleave
from benchmarks.server import serve
from mediatasks import AsyncLivepeer

ROUNDS, CALLS = 61, 40


def measure() -> Ratios:
    """Read the documented example by both, each over one kept connection of one event loop."""
    headers = {"authorization": "Bearer key"}
    with serve(task.documented()) as url, asyncio.Runner() as runner:
        ours, raw = AsyncLivepeer(url, api_key="key"), httpx2.AsyncClient(headers=headers)
        address = f"{url}/task/{task.ID}"

        async def read() -> None:
            (await raw.get(address)).json()

        try:
            typed = _timed(runner, lambda: ours.get_task(task.ID))
            return interleave(typed, _timed(runner, read), ROUNDS)
        finally:
            runner.run(ours.close())
            runner.run(raw.aclose())


def _timed(runner: asyncio.Runner, step: Callable[[], Awaitable[object]]) -> Callable[[], float]:
    async def turn() -> float:
        started = time.perf_counter()
        for _ in range(CALLS):
            await step()
        return (time.perf_counter() - started) / CALLS

    return lambda: runner.run(turn())


BENCHMARK = Benchmark("async", "typed `get_task`, async", "raw `httpx2.AsyncClient`", 0.9, measure)
