"""Send one request and read one reply, bounded in time and size.

Without a client of the caller's own, requests go through httpcore, the lower half of httpx, which
takes a total deadline and costs less. A caller's `httpx.Client` is used as it is (proxies, TLS,
other transports); with the synchronous one the deadline holds between the chunks of a body only.
"""

from __future__ import annotations

import asyncio
import ssl
import time
import zlib
from collections.abc import AsyncIterable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import httpcore

from mediatasks.client.deadline import DeadlineBackend, deadline
from mediatasks.client.exchange import BadEncoding, RawReply, Request, TooLong
from mediatasks.errors import CallTimeout, ConnectionFailed

if TYPE_CHECKING:
    import httpx

MAX_CONNECTIONS = 100
KEEPALIVE = 5.0


class Body:
    """Collects a body: decompresses it and keeps it under the limit."""

    def __init__(self, status: int, headers: Mapping[str, str], limit: int) -> None:
        self.status, self.limit = status, limit
        self.chunks: list[bytes] = []
        self.size = 0
        self.encoding = headers.get("content-encoding", "identity").strip().lower()
        self.inflater = None
        if self.encoding in ("gzip", "x-gzip", "deflate"):
            # 47: gzip or zlib header, whichever comes.
            self.inflater = zlib.decompressobj(47)
        elif self.encoding not in ("identity", ""):
            raise BadEncoding(status, self.encoding, b"")

    def add(self, chunk: bytes) -> None:
        """Add one chunk as it came. Raises TooLong or BadEncoding."""
        if self.inflater is not None:
            try:
                # No more than the limit is ever unpacked, however much a chunk would give.
                chunk = self.inflater.decompress(chunk, self.limit - self.size + 1)
            except zlib.error:
                raise BadEncoding(self.status, self.encoding, chunk) from None
        self.size += len(chunk)
        self.chunks.append(chunk)
        if self.size > self.limit:
            raise TooLong(self.status, self.chunks[0])

    def done(self) -> bytes:
        """Return the whole body. Raises BadEncoding if it ends too early."""
        if self.inflater is not None and self.size and not self.inflater.eof:
            raise BadEncoding(self.status, self.encoding, self.chunks[0])
        return b"".join(self.chunks)


def collect(status: int, headers: Mapping[str, str], chunks: Iterable[bytes], limit: int) -> bytes:
    """Return the body made of `chunks`."""
    body = Body(status, headers, limit)
    for chunk in chunks:
        body.add(chunk)
    return body.done()


async def acollect(
    status: int, headers: Mapping[str, str], chunks: AsyncIterable[bytes], limit: int
) -> bytes:
    """Return the body made of `chunks`."""
    body = Body(status, headers, limit)
    async for chunk in chunks:
        body.add(chunk)
    return body.done()


class CoreTransport:
    """Sends through httpcore, under a total deadline."""

    def __init__(self) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=None,
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
                    return RawReply(
                        response.status, headers, collect(response.status, headers, chunks, limit)
                    )
                finally:
                    response.close()
        except (OSError, *CORE_ERRORS) as error:
            raise translate(error) from None

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class AsyncCoreTransport:
    """Sends through httpcore asynchronously, under a total deadline."""

    def __init__(self) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=None, max_connections=MAX_CONNECTIONS, keepalive_expiry=KEEPALIVE
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
                    return RawReply(response.status, headers, body)
                finally:
                    await response.aclose()
        except (TimeoutError, OSError, *CORE_ERRORS) as error:
            raise translate(error) from None

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


CORE_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    ssl.SSLError,
)
# Nothing of the request can have reached the server.
_UNSENT = (
    httpcore.ConnectError,
    httpcore.ConnectTimeout,
    httpcore.PoolTimeout,
    httpcore.UnsupportedProtocol,
)


def translate(error: BaseException) -> ConnectionFailed:
    """Return our exception for one of httpcore's or the system's."""
    kind = CallTimeout if isinstance(error, TimeoutError | httpcore.TimeoutException) else ConnectionFailed
    text = "no whole reply in time" if kind is CallTimeout else str(error) or type(error).__name__
    result = kind(text)
    result.sent = not isinstance(error, _UNSENT)
    return result


def _core_request(request: Request, moment: float) -> httpcore.Request:
    origin = request.origin
    rest = max(moment - time.monotonic(), 0.001)
    return httpcore.Request(
        request.method.encode(),
        httpcore.URL(
            scheme=origin.scheme, host=origin.host, port=origin.port, target=request.target.encode("ascii")
        ),
        headers=[(k.encode("ascii"), v.encode()) for k, v in request.headers.items()],
        content=request.content,
        extensions={"timeout": {"connect": rest, "read": rest, "write": rest, "pool": rest}},
    )


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
            response = self._client.send(_httpx_request(request, moment), stream=True)
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
                response = await self._client.send(_httpx_request(request, moment), stream=True)
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
        headers=dict(request.headers),
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


def _translate_httpx(error: Exception) -> ConnectionFailed:
    import httpx

    kind = CallTimeout if isinstance(error, httpx.TimeoutException) else ConnectionFailed
    text = "no whole reply in time" if kind is CallTimeout else str(error) or type(error).__name__
    result = kind(text)
    unsent = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
    result.sent = not isinstance(error, unsent)
    return result
