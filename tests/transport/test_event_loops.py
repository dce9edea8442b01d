"""An asynchronous client works in every event loop of asyncio, and closing it never raises."""

import asyncio
import threading
from typing import Any

import pytest

from mediatasks import AsyncTaskEngine
from mediatasks.errors import UsageError
from tests.transport.conftest import EACH, KEYS
from tests.transport.servers import JobServer


def make(url: str, library: Any) -> AsyncTaskEngine:
    own = {"http_client": library.AsyncClient()} if library else {}
    return AsyncTaskEngine(url, **KEYS, max_retries=0, **own)


async def expect(engine: AsyncTaskEngine, number: int) -> None:
    assert (await engine.get_job(number)).id == number


@EACH
def test_a_second_event_loop_has_connections_of_its_own(server: JobServer, library: Any) -> None:
    engine = make(server.url, library)

    async def twice() -> None:
        await expect(engine, 1)
        await expect(engine, 2)

    for _ in range(3):
        asyncio.run(twice())
    asyncio.run(engine.close())
    assert len(server.ports()) == 3


def test_two_event_loops_call_at_once(server: JobServer) -> None:
    engine, failures = make(server.url, None), []

    async def many() -> None:
        for _ in range(10):
            await asyncio.gather(*(expect(engine, number) for number in range(5)))

    def run() -> None:
        try:
            asyncio.run(many())
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_an_event_loop_that_was_closed_without_its_end_is_left_behind(server: JobServer) -> None:
    engine = make(server.url, None)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(expect(engine, 1))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
    asyncio.run(expect(engine, 2))
    asyncio.run(engine.close())


@EACH
def test_closing_in_another_event_loop_or_twice_does_not_raise(server: JobServer, library: Any) -> None:
    engine = make(server.url, library)
    asyncio.run(expect(engine, 1))
    asyncio.run(engine.close())
    asyncio.run(engine.close())


def test_closing_leaves_the_connections_of_a_loop_that_runs_elsewhere_to_it(server: JobServer) -> None:
    engine = make(server.url, None)
    used, closed = threading.Event(), threading.Event()

    async def use() -> None:
        await expect(engine, 1)
        used.set()
        await asyncio.to_thread(closed.wait, 10)

    thread = threading.Thread(target=asyncio.run, args=(use(),))
    thread.start()
    used.wait(10)
    asyncio.run(engine.close())
    closed.set()
    thread.join()


@EACH
def test_outside_of_asyncio_a_call_is_refused_before_any_request(server: JobServer, library: Any) -> None:
    # As under Trio, whose tasks asyncio does not know.
    call = make(server.url, library).get_job(1)
    with pytest.raises(UsageError, match="asyncio"):
        call.send(None)
    assert server.asked == []
