"""Send one request and read one reply, bounded in time and size.

Without a client of the caller's own, requests go through httpcore, the lower half of httpx, which
takes a total deadline and costs less. A caller's `httpx.Client` is used as it is (proxies, TLS,
other transports); with the synchronous one the deadline holds between the chunks of a body only.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import httpcore

from mediatasks.client.body import acollect, collect
from mediatasks.client.deadline import DeadlineBackend, deadline
from mediatasks.client.exchange import RawReply, Request
from mediatasks.errors import CallTimeout, ConnectionFailed, UsageError, shown

if TYPE_CHECKING:
    import httpx

MAX_CONNECTIONS = 100
KEEPALIVE = 5.0


class CoreTransport:
    """Sends through httpcore, under a total deadline. `secure` says that it will go to https."""

    def __init__(self, secure: bool) -> None:
        self._pool = httpcore.ConnectionPool(
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
    """Sends through httpcore asynchronously, under a total deadline; see CoreTransport."""

    def __init__(self, secure: bool) -> None:
        self._pool = httpcore.AsyncConnectionPool(
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
                    body = await acollect(response.status, headers, chunks, limit)
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

    Without it httpcore reads all certificates again for each connection: 50 ms, in the event loop too.
    """
    return httpcore.default_ssl_context() if secure else None


CORE_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    UnicodeError,
)
# Nothing of the request can have reached the server. UnicodeError: its name is none.
_UNSENT = (
    httpcore.ConnectError,
    httpcore.ConnectTimeout,
    httpcore.PoolTimeout,
    httpcore.UnsupportedProtocol,
    UnicodeError,
)
# What h11 would say of a header shows its value, which may be a secret.
_BAD_HEADER = (
    "the request cannot be sent: a header, perhaps a credential, has a character that HTTP "
    "forbids there, such as a line break or a space at the end"
)


def translate(error: BaseException) -> ConnectionFailed | UsageError:
    """Return our exception for one of httpcore's or the system's."""
    if isinstance(error, httpcore.LocalProtocolError):
        return UsageError(_BAD_HEADER)
    late = isinstance(error, TimeoutError | httpcore.TimeoutException)
    return _failure(error, late, not isinstance(error, _UNSENT))


def _failure(error: BaseException, late: bool, sent: bool) -> ConnectionFailed:
    result: ConnectionFailed = (
        CallTimeout("no whole reply in time")
        if late
        else ConnectionFailed(shown(str(error).encode()) if str(error) else type(error).__name__)
    )
    result.sent = sent
    return result


def _has_more(response: httpcore.Response) -> bool:
    """Whether bytes came after the reply: the next call on the connection would take them for its own.

    httpcore has no public way to ask.
    """
    stream: Any = response.stream
    try:
        return bool(stream._stream._connection._h11_state.trailing_data[0])
    except AttributeError:
        return False


def _core_request(request: Request, moment: float) -> httpcore.Request:
    origin = request.origin
    rest = max(moment - time.monotonic(), 0.001)
    soon = rest - min(0.05, rest / 10)
    return httpcore.Request(
        request.method.encode(),
        httpcore.URL(
            scheme=origin.scheme, host=origin.host, port=origin.port, target=request.target.encode("ascii")
        ),
        headers=_encoded(request),
        content=request.content,
        # A connection gives up a little before `asyncio.timeout` does, which cannot tell that
        # nothing was sent.
        extensions={"timeout": {"connect": soon, "read": rest, "write": rest, "pool": soon}},
    )


def _encoded(request: Request) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in request.headers.items()]


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by lower-case name; those that come twice are joined by commas (RFC 9110, 5.3)."""
    headers: dict[str, str] = {}
    for name, value in pairs:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


class HttpxTransport:
    """Sends through the caller's own `httpx.Client`, which it does not close."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def send(self, request: Request, moment: float, limit: int) -> RawReply:
        """Return the reply. Raises ConnectionFailed, CallTimeout, TooLong or BadEncoding."""
        import httpx

        try:
            # Credentials never follow a redirect, whatever the client does elsewhere.
            response = self._client.send(
                _httpx_request(request, moment), stream=True, follow_redirects=False
            )
            try:
                status, headers = response.status_code, response.headers
                if response.is_stream_consumed:
                    return _whole(response, limit)
                body = collect(status, headers, _until(response.iter_raw(), moment), limit)
                return RawReply(status, headers, body)
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise _translate_httpx(error) from None

    def close(self) -> None:
        """Leave the caller's client open."""


class AsyncHttpxTransport:
    """Sends through the caller's own `httpx.AsyncClient`, which it does not close."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def send(self, request: Request, moment: float, limit: int) -> RawReply:
        """Return the reply. Raises ConnectionFailed, CallTimeout, TooLong or BadEncoding."""
        import httpx

        try:
            async with asyncio.timeout(moment - time.monotonic()):
                response = await self._client.send(
                    _httpx_request(request, moment), stream=True, follow_redirects=False
                )
                try:
                    if response.is_stream_consumed:
                        return _whole(response, limit)
                    headers, chunks = response.headers, response.aiter_raw()
                    body = await acollect(response.status_code, headers, chunks, limit)
                    return RawReply(response.status_code, headers, body)
                finally:
                    await response.aclose()
        except TimeoutError as error:
            raise translate(error) from None
        except httpx.HTTPError as error:
            raise _translate_httpx(error) from None

    async def close(self) -> None:
        """Leave the caller's client open."""


def _httpx_request(request: Request, moment: float) -> httpx.Request:
    import httpx

    rest = max(moment - time.monotonic(), 0.001)
    return httpx.Request(
        request.method,
        request.url,
        headers=_encoded(request),
        content=request.content,
        extensions={"timeout": httpx.Timeout(rest).as_dict()},
    )


def _whole(response: httpx.Response, limit: int) -> RawReply:
    """Return a reply that its transport has read and decompressed already, as in tests."""
    body = collect(response.status_code, {}, [response.content], limit)
    return RawReply(response.status_code, response.headers, body)


def _until(chunks: Iterable[bytes], moment: float) -> Iterable[bytes]:
    for chunk in chunks:
        yield chunk
        if time.monotonic() > moment:
            raise CallTimeout("no whole reply in time")


def _translate_httpx(error: Exception) -> ConnectionFailed | UsageError:
    import httpx

    if isinstance(error, httpx.LocalProtocolError):
        return UsageError(_BAD_HEADER)
    unsent = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
    return _failure(error, isinstance(error, httpx.TimeoutException), not isinstance(error, unsent))
