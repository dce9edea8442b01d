"""A client that was used before a fork works in the child, on connections of its own."""

import asyncio
import contextlib
import multiprocessing
import os
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mediatasks import AsyncTaskEngine, TaskEngine
from tests.transport.conftest import EACH, KEYS
from tests.transport.servers import JobServer

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


def in_child(call: Callable[[], None]) -> int:
    """Run `call` in a forked child and return its exit code; 0 where nothing was raised."""
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(BaseException):
            try:
                call()
                code = 0
            except BaseException:
                traceback.print_exc()
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@contextlib.contextmanager
def open_client(url: str, library: Any, **more: Any) -> Iterator[TaskEngine]:
    with contextlib.ExitStack() as stack:
        own = {"http_client": stack.enter_context(library.Client())} if library else {}
        yield stack.enter_context(TaskEngine(url, **KEYS, **own, **more))


def expect(engine: TaskEngine, number: int, times: int = 1) -> None:
    for _ in range(times):
        assert engine.get_job(number).id == number


@EACH
def test_a_child_has_connections_of_its_own(server: JobServer, library: Any) -> None:
    with open_client(server.url, library) as engine:
        expect(engine, 1)
        assert in_child(lambda: expect(engine, 2, 2)) == 0
        assert in_child(lambda: expect(engine, 3, 2)) == 0
        expect(engine, 1)
    ports = {port: {p for n, p, _ in server.asked if n == port} for port in server.ports()}
    assert list(ports.values()) == [{"/jobs/1"}, {"/jobs/2"}, {"/jobs/3"}]


@EACH
def test_a_parent_keeps_its_connection_over_tls(
    secure_server: JobServer, authority_file: Path, monkeypatch: pytest.MonkeyPatch, library: Any
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority_file))
    with open_client(secure_server.url, library, max_retries=0) as engine:
        expect(engine, 1)
        assert in_child(lambda: expect(engine, 2) or engine.close()) == 0  # type: ignore[func-returns-value]
        expect(engine, 1)
    assert len(secure_server.ports()) == 2


@EACH
def test_children_and_parent_call_at_once(server: JobServer, library: Any) -> None:
    context = multiprocessing.get_context("fork")
    with open_client(server.url, library, max_retries=0) as engine:
        expect(engine, 1)
        children = [context.Process(target=expect, args=(engine, number, 20)) for number in (2, 3, 4)]
        for child in children:
            child.start()
        expect(engine, 1, 20)
        for child in children:
            child.join(60)
    assert [child.exitcode for child in children] == [0, 0, 0]


@EACH
@pytest.mark.parametrize("closed", [False, True], ids=["running", "ended"])
def test_an_asynchronous_client_works_in_a_child(server: JobServer, library: Any, closed: bool) -> None:
    own = library.AsyncClient() if library else None
    engine = AsyncTaskEngine(server.url, **KEYS, max_retries=0, **({"http_client": own} if own else {}))

    async def expect(number: int) -> None:
        assert (await engine.get_job(number)).id == number

    def child() -> None:
        asyncio.run(expect(2))

    async def parent() -> None:
        await expect(1)
        if not closed:
            assert await asyncio.to_thread(in_child, child) == 0
        await expect(1)

    async def end() -> None:
        await expect(3)
        await engine.close()
        if own:
            await own.aclose()

    asyncio.run(parent())
    if closed:
        assert in_child(child) == 0
    asyncio.run(end())
    paths = [[p for n, p, _ in server.asked if n == port] for port in server.ports()]
    assert sorted(paths) == [["/jobs/1", "/jobs/1"], ["/jobs/2"], ["/jobs/3"]]
