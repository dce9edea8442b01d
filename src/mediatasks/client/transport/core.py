"""Send one request through httpcore2 and read one reply, bounded in time and size.

This is the default: the lower half of httpx2 takes a total deadline and costs less than the whole.
"""

import asyncio
import contextlib
import time
from collections.abc import Iterable
from typing import Any

import httpcore2

from mediatasks.client.exchange import BadEncoding, Origin, RawReply, Request, TooLong
from mediatasks.client.transport import fork
from mediatasks.client.transport.body import acollect, collect
from mediatasks.client.transport.client_pools import release_lock
from mediatasks.client.transport.deadline import DeadlineBackend, clear_deadline, deadline
from mediatasks.client.transport.environment import find_route
from mediatasks.client.transport.event_loop import LoopPools
from mediatasks.client.transport.failure import translate

MAX_CONNECTIONS = 100
KEEPALIVE = 5.0
ERRORS = (
    UnicodeError,
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    httpcore2.UnsupportedProtocol,
)


class _Pool(httpcore2.ConnectionPool):
    """A pool that closes its connections when the last call that uses it has ended."""

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            fork.close_copies(self.connections)


class CoreTransport:
    """Sends to one origin through httpcore2, under a total deadline."""

    def __init__(self, origin: Origin, trust_env: bool = True) -> None:
        self._route = find_route(origin, trust_env)
        self._pool = self._open()
        fork.reset_in_child(self)

    def _open(self) -> _Pool:
        return _Pool(
            ssl_context=self._route.tls,
            proxy=self._route.proxy,
            max_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEEPALIVE,
            network_backend=DeadlineBackend(),
        )

    def send(self, request: Request, moment: float, limit: int) -> RawReply:
        """Return the reply. Raises ConnectionFailed, CallTimeout, TooLong or BadEncoding."""
        pool = self._pool
        try:
            with deadline(moment):
                response = pool.handle_request(_core_request(request, moment))
                try:
                    headers = _headers(response.headers)
                    chunks: Any = response.stream
                    body = collect(response.status, headers, chunks, limit)
                    if _has_more(response):
                        response.extensions["network_stream"].close()
                    return RawReply(response.status, headers, body)
                finally:
                    response.close()
        except ERRORS as error:
            raise translate(error) from None
        except (TooLong, BadEncoding):
            raise
        except BaseException as error:
            # A signal handler can raise at any point, also where the pool takes or returns a
            # connection. Calls of other threads end in the old pool.
            clear_deadline()
            release_lock(pool)
            if self._pool is pool:
                self._pool = self._open()
            if isinstance(error, OSError):
                raise translate(error) from None
            raise

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def forget_connections(self) -> None:
        """Go on without the connections of the parent process."""
        fork.close_copies(self._pool.connections)
        self._pool = self._open()


class AsyncCoreTransport:
    """Sends to one origin through httpcore2 asynchronously, under a total deadline."""

    def __init__(self, origin: Origin, trust_env: bool = True) -> None:
        self._route = find_route(origin, trust_env)
        self._pools = LoopPools(self._open, httpcore2.AsyncConnectionPool.aclose)
        fork.reset_in_child(self)

    def _open(self) -> httpcore2.AsyncConnectionPool:
        return httpcore2.AsyncConnectionPool(
            ssl_context=self._route.tls,
            proxy=self._route.proxy,
            max_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEEPALIVE,
        )

    async def send(self, request: Request, moment: float, limit: int) -> RawReply:
        """Return the reply. Raises ConnectionFailed, CallTimeout, TooLong, BadEncoding or UsageError."""
        pool = await self._pools.get()
        try:
            async with asyncio.timeout(moment - time.monotonic()):
                response = await pool.handle_async_request(_core_request(request, moment))
                try:
                    headers = _headers(response.headers)
                    chunks: Any = response.stream
                    body = await acollect(response.status, headers, chunks, limit, response.aclose)
                    if _has_more(response):
                        await response.extensions["network_stream"].aclose()
                    return RawReply(response.status, headers, body)
                finally:
                    await response.aclose()
        except (OSError, *ERRORS) as error:
            raise translate(error) from None

    async def close(self) -> None:
        """Close all connections."""
        await self._pools.close()

    def forget_connections(self) -> None:
        """Go on without the connections of the parent process."""
        self._pools.forget()


def _has_more(response: httpcore2.Response) -> bool:
    """Whether bytes came after the reply: the next call on the connection would take them for its own.

    httpcore2 has no public way to ask.
    """
    stream: Any = response.stream
    try:
        return bool(stream._stream._connection._h11_state.trailing_data[0])
    except AttributeError:
        return False


def _core_request(request: Request, moment: float) -> httpcore2.Request:
    origin = request.origin
    rest = max(moment - time.monotonic(), 0.001)
    soon = rest - min(0.05, rest / 10)
    return httpcore2.Request(
        request.method.encode(),
        httpcore2.URL(
            scheme=origin.scheme, host=origin.host, port=origin.port, target=request.target.encode("ascii")
        ),
        headers=[(name.encode(), value.encode("latin-1")) for name, value in request.headers.items()],
        content=request.content,
        # A connection gives up a little before `asyncio.timeout` does, which cannot tell that
        # nothing was sent.
        extensions={"timeout": {"connect": soon, "read": rest, "write": rest, "pool": soon}},
    )


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by lower-case name; those that come twice are joined by commas (RFC 9110, 5.3)."""
    headers: dict[str, str] = {}
    for name, value in pairs:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers
