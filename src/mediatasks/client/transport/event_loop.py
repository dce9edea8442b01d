"""One pool of connections for each event loop: a connection works only in the loop that opened it."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from typing import Any, Generic, TypeVar

import anyio

from mediatasks.client.transport import fork
from mediatasks.errors import UsageError

T = TypeVar("T")
P = TypeVar("P")


def running_loop() -> asyncio.AbstractEventLoop:
    """Return the running event loop of asyncio. Raises UsageError under Trio."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise UsageError(
            "the asynchronous clients run under asyncio only; under Trio call a synchronous client "
            "by `trio.to_thread.run_sync`"
        ) from None


class LoopPools(Generic[P]):
    """The pools of one transport, by event loop. A pool is closed when its loop ends (`asyncio.run`)."""

    def __init__(self, open_pool: Callable[[], P], close_pool: Callable[[P], Awaitable[None]]) -> None:
        self._open, self._close = open_pool, close_pool
        self._pools: dict[asyncio.AbstractEventLoop, tuple[P, AsyncGenerator[None]]] = {}
        self._latest: tuple[asyncio.AbstractEventLoop, P] | None = None
        self.left_behind = False
        """Whether a loop has ended in which there was a pool."""

    async def get(self) -> P:
        """Return the running loop's pool. Raises UsageError under Trio."""
        loop = running_loop()
        if self._latest and self._latest[0] is loop:
            return self._latest[1]
        for other in [known for known in self._pools if known.is_closed()]:
            self.left_behind = True
            del self._pools[other]
        if loop not in self._pools:
            pool = self._open()
            # An event loop that ends closes the asynchronous generators that were started in it.
            closer = self._closer(pool)
            self._pools[loop] = pool, closer
            await anext(closer)
        self._latest = loop, self._pools[loop][0]
        return self._latest[1]

    async def _closer(self, pool: P) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            with contextlib.suppress(Exception):
                await self._close(pool)

    async def close(self) -> None:
        """Close the running loop's pool. Those of other loops end with their loops, or soon."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            loop = None
        pools, self._pools, self._latest = self._pools, {}, None
        if loop in pools:
            await pools[loop][1].aclose()
        # A generator that nobody holds is closed by the loop it was started in.

    def forget(self) -> None:
        """Leave alone all pools, in a child process."""
        fork.keep((self._pools, self._latest))
        self._pools, self._latest = {}, None


async def run_to_its_end(call: Callable[[], Coroutine[Any, Any, T]], deadline: float) -> T:
    """Await `call()`, and where it is cancelled or late, until its connection is released.

    httpcore loses the connection of a task that is cancelled while it cleans up. A cancel scope of
    anyio lets the clean-up end, so the call runs in a task of its own, which only the scope cancels.
    Raises TimeoutError past `deadline` (of `time.monotonic()`).
    """
    scope = anyio.CancelScope(deadline=anyio.current_time() + deadline - time.monotonic())

    async def bounded() -> T:
        with scope:
            return await call()
        raise TimeoutError

    task = asyncio.get_running_loop().create_task(bounded())
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        scope.cancel()
        while not task.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio does not report it
        raise
