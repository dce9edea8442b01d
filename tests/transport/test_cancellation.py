"""No connection is lost: after calls that were late, cancelled or interrupted, a pool has all its slots.

`nox -s deep` makes 20,000 calls of each kind.
"""

import asyncio
import gc
import random
import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from itertools import count
from types import FrameType
from typing import Any

import httpx
import httpx2
import pytest

from mediatasks import AsyncTaskEngine, TaskEngine
from mediatasks.client.transport.deadline import left
from mediatasks.errors import CallTimeout
from tests.conftest import examples
from tests.transport.conftest import EACH, KEYS
from tests.transport.servers import BODY, JobServer

CALLS = examples(100, 20_000)
AT_ONCE = 50
SLOTS = 100
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(BODY)
Call = Callable[[], Coroutine[Any, Any, Any]]


class SlowServer:
    """Answers in two parts, each after a random while of some milliseconds."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[Any]] = set()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self.tasks.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                for part in (HEAD + BODY[:9], BODY[9:]):
                    await asyncio.sleep(random.uniform(0, 0.01))
                    writer.write(part)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@asynccontextmanager
async def engine_of_a_slow_server(library: Any) -> AsyncIterator[AsyncTaskEngine]:
    slow = SlowServer()
    server = await asyncio.start_server(slow.answer, "127.0.0.1", 0, backlog=1000)
    own = library.AsyncClient() if library else None
    options = {"http_client": own} if own else {}
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    engine = AsyncTaskEngine(url, **KEYS, max_retries=0, **options)
    try:
        yield engine
    finally:
        await engine.close()
        if own:
            await own.aclose()
        server.close()
        await asyncio.gather(*slow.tasks)


def moment() -> float:
    """Return a while near the server's latency, in seconds."""
    return random.uniform(0.001, 0.08)


async def late(engine: AsyncTaskEngine) -> None:
    await engine.get_job(123, timeout=moment())


async def waited_for(engine: AsyncTaskEngine) -> None:
    await asyncio.wait_for(engine.get_job(123), moment())


async def cancelled(engine: AsyncTaskEngine) -> None:
    task = asyncio.create_task(engine.get_job(123))
    await asyncio.sleep(moment())
    task.cancel()
    await task


async def cancelled_again_and_again(engine: AsyncTaskEngine) -> None:
    task = asyncio.create_task(engine.get_job(123, timeout=moment()))
    await asyncio.sleep(moment())
    while not task.done():
        task.cancel()
        await asyncio.sleep(0)
    await task


async def in_a_group_that_fails(engine: AsyncTaskEngine) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(engine.get_job(123))
        await asyncio.sleep(moment())
        raise LookupError


async def in_an_interrupted_wait(engine: AsyncTaskEngine) -> None:
    await asyncio.wait_for(engine.wait(123, interval=0.001), moment())


ENDS = [
    late,
    waited_for,
    cancelled,
    cancelled_again_and_again,
    in_a_group_that_fails,
    in_an_interrupted_wait,
]
ROWS = [(None, end) for end in ENDS]
ROWS += [(library, end) for library in (httpx2, httpx) for end in (late, cancelled_again_and_again)]


@pytest.mark.parametrize(
    ("library", "end"),
    ROWS,
    ids=[f"{getattr(x, '__name__', 'httpcore2')}-{end.__name__}" for x, end in ROWS],
)
def test_a_pool_has_all_its_slots_after_calls_that_end_early(library: Any, end: Any) -> None:
    async def run() -> None:
        async with engine_of_a_slow_server(library) as engine:

            async def many() -> None:
                for _ in range(CALLS // AT_ONCE):
                    with suppress(CallTimeout, TimeoutError, asyncio.CancelledError, ExceptionGroup):
                        await end(engine)

            await asyncio.gather(*(many() for _ in range(AT_ONCE)))
            # Each slot that was lost would let one of these wait for ever.
            jobs = await asyncio.gather(*(engine.get_job(123, timeout=30) for _ in range(SLOTS)))
            assert {job.id for job in jobs} == {123}
            assert slots_in_use(engine) == 0

    asyncio.run(run())


def slots_in_use(engine: AsyncTaskEngine | TaskEngine) -> int:
    """Return how many connections of the engine's pool serve a call, or are said to."""
    transport: Any = engine._transport
    if hasattr(transport, "_client"):
        pool = transport._client._transport._pool
    else:
        pool = transport._pools._latest[1] if hasattr(transport, "_pools") else transport._pool
    return len(pool._requests) + sum(not connection.is_idle() for connection in pool.connections)


@EACH
def test_a_pool_of_threads_has_all_its_slots_after_calls_that_are_late(
    server: JobServer, library: Any
) -> None:
    own = library.Client() if library else None
    with TaskEngine(server.url, **KEYS, max_retries=0, **({"http_client": own} if own else {})) as engine:

        def many() -> None:
            for _ in range(CALLS // 10):
                with suppress(CallTimeout):
                    engine.get_job(123, timeout=random.uniform(0.0005, 0.03))

        threads = [threading.Thread(target=many) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert slots_in_use(engine) == 0
        assert engine.get_job(123, timeout=30).id == 123
    if own:
        own.close()


# Where an interrupt falls: in our code and in that of the transports.
_INTERRUPTED = ("mediatasks", "httpx", "httpcore", "h11")


def interrupted_at(number: int) -> Callable[..., Any]:
    """Return a trace function that raises KeyboardInterrupt at one line, as a signal handler could."""
    left = number

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if not str(frame.f_globals.get("__name__", "")).startswith(_INTERRUPTED):
            return None  # the standard library's own locks, of logging say, would stay taken
        left -= event == "line"
        if left == 0:
            sys.settrace(None)
            raise KeyboardInterrupt
        return trace

    return trace


# A socket that is interrupted while it connects is closed when it is collected.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@EACH
def test_a_pool_has_all_its_slots_after_an_interrupt_at_any_line(server: JobServer, library: Any) -> None:
    own = library.Client() if library else None
    before, interrupts, step = sys.gettrace(), 0, examples(41, 5)
    with TaskEngine(server.url, **KEYS, **({"http_client": own} if own else {})) as engine:
        for line in count(1, step):
            try:
                sys.settrace(interrupted_at(line))
                engine.get_job(123)
                break
            except KeyboardInterrupt:
                interrupts += 1
            finally:
                sys.settrace(before)
        assert interrupts > 5
        assert left(None, TimeoutError) is None  # no deadline outlives its call
        gc.collect()  # else the server waits for what was interrupted while it was opened
        assert slots_in_use(engine) == 0
        assert engine.get_job(123, timeout=30).id == 123
    if own:
        own.close()
