"""Send one request and read one reply, bounded in time and size.

Without a client of the caller's own, requests go through httpcore2, the lower half of httpx2, which
takes a total deadline and costs less.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import httpcore2

from mediatasks.client.body import acollect, collect
from mediatasks.client.deadline import DeadlineBackend, deadline
from mediatasks.client.exchange import RawReply, Request
from mediatasks.errors import CallTimeout, ConnectionFailed, UsageError, shown

if TYPE_CHECKING:
    import ssl

MAX_CONNECTIONS = 100
KEEPALIVE = 5.0


class CoreTransport:
    """Sends through httpcore2, under a total deadline. `secure` says that it will go to https."""

    def __init__(self, secure: bool) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=_tls_context(secure),
            max_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEEPALIVE,
            network_backend=DeadlineBackend(),
        )

    def send(self, request: Request, moment: float, limit: int) -> RawReply:
        """Return the reply. Raises ConnectionFailed, CallTimeout, TooLong or BadEncoding."""
        try:
            with deadline(moment):
                response = self._pool.handle_request(_core_request(request, moment))
                try:
                    headers = _headers(response.headers)
                    chunks: Any = response.stream
                    body = collect(response.status, headers, chunks, limit)
                    if _has_more(response):
                        response.extensions["network_stream"].close()
                    return RawReply(response.status, headers, body)
                finally:
                    response.close()
        except (OSError, *CORE_ERRORS) as error:
            raise translate(error) from None

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class AsyncCoreTransport:
    """Sends through httpcore2 asynchronously, under a total deadline; see CoreTransport."""

    def __init__(self, secure: bool) -> None:
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=_tls_context(secure),
            max_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEEPALIVE,
        )

    async def send(self, request: Request, moment: float, limit: int) -> RawReply:
        """Return the reply. Raises ConnectionFailed, CallTimeout, TooLong or BadEncoding."""
        try:
            async with asyncio.timeout(moment - time.monotonic()):
                response = await self._pool.handle_async_request(_core_request(request, moment))
                try:
                    headers = _headers(response.headers)
                    chunks: Any = response.stream
                    body = await acollect(response.status, headers, chunks, limit, response.aclose)
                    if _has_more(response):
                        await response.extensions["network_stream"].aclose()
                    return RawReply(response.status, headers, body)
                finally:
                    await response.aclose()
        except (OSError, *CORE_ERRORS) as error:
            raise translate(error) from None

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


def _tls_context(secure: bool) -> ssl.SSLContext | None:
    """Return one context for all connections of a client.

    Without it httpcore2 reads all certificates again for each connection: 50 ms, in the event loop too.
    """
    return httpcore2.default_ssl_context() if secure else None


CORE_ERRORS = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    httpcore2.UnsupportedProtocol,
    UnicodeError,
)
# Nothing of the request can have reached the server. UnicodeError: its name is none.
_UNSENT = (
    httpcore2.ConnectError,
    httpcore2.ConnectTimeout,
    httpcore2.PoolTimeout,
    httpcore2.UnsupportedProtocol,
    UnicodeError,
)
# What h11 would say of a header shows its value, which may be a secret.
BAD_HEADER = (
    "the request cannot be sent: a header, perhaps a credential, has a character that HTTP "
    "forbids there, such as a line break or a space at the end"
)


def translate(error: BaseException) -> ConnectionFailed | UsageError:
    """Return our exception for one of httpcore2's or the system's."""
    if isinstance(error, httpcore2.LocalProtocolError):
        return UsageError(BAD_HEADER)
    late = isinstance(error, TimeoutError | httpcore2.TimeoutException)
    return failure(error, late, not isinstance(error, _UNSENT))


def failure(error: BaseException, late: bool, sent: bool) -> ConnectionFailed:
    """Return the exception of a call that got no reply, because of `error`."""
    text = shown(str(error).encode("utf-8", "replace")) if str(error) else "the connection broke"
    result = CallTimeout("no whole reply in time") if late else ConnectionFailed(text)
    result.sent = sent
    return result


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
        headers=encoded(request),
        content=request.content,
        # A connection gives up a little before `asyncio.timeout` does, which cannot tell that
        # nothing was sent.
        extensions={"timeout": {"connect": soon, "read": rest, "write": rest, "pool": soon}},
    )


def encoded(request: Request) -> list[tuple[bytes, bytes]]:
    """Return the headers as they travel."""
    return [(name.encode(), value.encode("latin-1")) for name, value in request.headers.items()]


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by lower-case name; those that come twice are joined by commas (RFC 9110, 5.3)."""
    headers: dict[str, str] = {}
    for name, value in pairs:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers
