"""Both clients behind one face, and a check that nothing of theirs stays behind."""

import asyncio
import contextlib
import socket
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import httpx2
import pytest

import mediatasks
import mediatasks.client.retry

SECRETS: dict[str, dict[str, Any]] = {
    "TaskEngine": {"client": "demo-client", "api_key": "s3cret-api-key"},
    "Boro": {"user_id": 7},
    "Vionlabs": {"key": "s3cret-query-key"},
}


class Driver:
    """Runs calls on a synchronous or an asynchronous client; results and exceptions are the same.

    With `library`, httpx2 or httpx, through a client of that library.
    """

    def __init__(self, asynchronous: bool, library: Any = None) -> None:
        self.asynchronous, self.library = asynchronous, library

    def __call__(
        self,
        url: str,
        *calls: tuple[Any, ...],
        provider: str = "TaskEngine",
        credentials: Mapping[str, Any] | None = None,
        pause: float = 0,
        **options: Any,
    ) -> list[Any]:
        """Make `calls` (method, arguments, keywords) with one client; return results or exceptions."""
        kind = getattr(mediatasks, f"Async{provider}" if self.asynchronous else provider)
        arguments = {**(credentials or SECRETS[provider]), **options}
        if self.asynchronous:
            return asyncio.run(self._arun(kind, url, calls, pause, arguments))
        results = []
        with contextlib.ExitStack() as stack:
            if self.library:
                arguments["http_client"] = stack.enter_context(self.library.Client())
            client = stack.enter_context(kind(url, **arguments))
            for name, *rest in calls:
                results.append(_outcome(getattr(client, name), *rest))
                time.sleep(pause)
        return results

    async def _arun(
        self, kind: Any, url: str, calls: Any, pause: float, arguments: Mapping[str, Any]
    ) -> list[Any]:
        results = []
        generators = _watch_generators()
        async with contextlib.AsyncExitStack() as stack:
            if self.library:
                own = self.library.AsyncClient()
                arguments = {**arguments, "http_client": await stack.enter_async_context(own)}
            client = await stack.enter_async_context(kind(url, **arguments))
            for name, *rest in calls:
                results.append(await _aoutcome(getattr(client, name), *rest))
                await asyncio.sleep(pause)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        # One left half-way is closed later, by a task of the event loop's own. The one that closes the
        # connections of a caller's client ends with the loop.
        half_way = [g for ref in generators if (g := ref()) is not None and g.ag_frame is not None]
        assert [g.__name__ for g in half_way] == (["_closer"] if self.library else [])
        return results


def _watch_generators() -> list[weakref.ref[Any]]:
    """Return a list to which every asynchronous generator of this thread adds itself."""
    hooks = sys.get_asyncgen_hooks()
    started: list[weakref.ref[Any]] = []

    def watch(generator: Any) -> None:
        started.append(weakref.ref(generator))
        if hooks.firstiter:
            hooks.firstiter(generator)

    sys.set_asyncgen_hooks(firstiter=watch, finalizer=hooks.finalizer)
    return started


def _outcome(method: Callable[..., Any], args: Any = (), keywords: Mapping[str, Any] | None = None) -> Any:
    try:
        return method(*args, **(keywords or {}))
    except Exception as error:
        return error


async def _aoutcome(
    method: Callable[..., Any], args: Any = (), keywords: Mapping[str, Any] | None = None
) -> Any:
    try:
        return await method(*args, **(keywords or {}))
    except Exception as error:
        return error


@pytest.fixture(params=["sync", "async"])
def drive(request: pytest.FixtureRequest) -> Driver:
    return Driver(request.param == "async")


@pytest.fixture(params=[None, httpx2, httpx], ids=["httpcore2", "httpx2", "httpx"])
def drive_each(request: pytest.FixtureRequest, drive: Driver) -> Driver:
    """Return a driver of each transport."""
    return Driver(drive.asynchronous, request.param)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mediatasks.client.retry, "FIRST_WAIT", 0.01)


@pytest.fixture(autouse=True)
def nothing_left_behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves a socket open or a thread running."""
    made: list[weakref.ref[socket.socket]] = []
    original = socket.socket.__init__

    def watched(self: socket.socket, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        made.append(weakref.ref(self))

    monkeypatch.setattr(socket.socket, "__init__", watched)
    threads = set(threading.enumerate())
    yield
    # An open socket that nobody holds shows here too, or fails the run with its ResourceWarning.
    still_open = [s for ref in made if (s := ref()) is not None and s.fileno() != -1]
    assert not still_open
    assert set(threading.enumerate()) <= threads
