"""Send through a caller's own `httpx2.Client`, used as it is (proxies, TLS, other transports).

With a synchronous one, the deadline holds between the chunks of a body only.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterable, Iterator
from contextvars import ContextVar

import httpx2

from mediatasks.client.body import acollect, collect
from mediatasks.client.exchange import RawReply, Request
from mediatasks.client.transport import BAD_HEADER, encoded, failure, translate
from mediatasks.errors import CallTimeout, ConnectionFailed, UsageError

_sending: ContextVar[bool] = ContextVar("mediatasks_sending", default=False)


class _QueryFilter(logging.Filter):
    """Cuts the queries from what httpx2 logs of our requests: a secret may stand there."""

    def filter(self, record: logging.LogRecord) -> bool:
        if _sending.get() and isinstance(record.args, tuple):
            record.args = tuple(
                value.copy_with(query=None) if isinstance(value, httpx2.URL) else value
                for value in record.args
            )
        return True


_FILTER = _QueryFilter()


@contextlib.contextmanager
def _discreet() -> Iterator[None]:
    # Added each time, because the application may set up its loggers anew; twice has no effect.
    logging.getLogger("httpx2").addFilter(_FILTER)
    token = _sending.set(True)
    try:
        yield
    finally:
        _sending.reset(token)


class HttpxTransport:
    """Sends through the caller's own `httpx2.Client`, which it does not close."""

    def __init__(self, client: httpx2.Client) -> None:
        self._client = client

    def send(self, request: Request, moment: float, limit: int) -> RawReply:
        """Return the reply. Raises ConnectionFailed, CallTimeout, TooLong or BadEncoding."""
        try:
            # Credentials never follow a redirect, whatever the client does elsewhere.
            with _discreet():
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
        except httpx2.HTTPError as error:
            raise _translate(error) from None

    def close(self) -> None:
        """Leave the caller's client open."""


class AsyncHttpxTransport:
    """Sends through the caller's own `httpx2.AsyncClient`, which it does not close."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client

    async def send(self, request: Request, moment: float, limit: int) -> RawReply:
        """Return the reply. Raises ConnectionFailed, CallTimeout, TooLong or BadEncoding."""
        try:
            async with asyncio.timeout(moment - time.monotonic()):
                with _discreet():
                    response = await self._client.send(
                        _httpx_request(request, moment), stream=True, follow_redirects=False
                    )
                try:
                    if response.is_stream_consumed:
                        return _whole(response, limit)
                    status, headers = response.status_code, response.headers
                    body = await acollect(status, headers, response.aiter_raw(), limit, response.aclose)
                    return RawReply(status, headers, body)
                finally:
                    await response.aclose()
        except TimeoutError as error:
            raise translate(error) from None
        except httpx2.HTTPError as error:
            raise _translate(error) from None

    async def close(self) -> None:
        """Leave the caller's client open."""


def _httpx_request(request: Request, moment: float) -> httpx2.Request:
    rest = max(moment - time.monotonic(), 0.001)
    return httpx2.Request(
        request.method,
        request.url,
        headers=encoded(request),
        content=request.content,
        extensions={"timeout": httpx2.Timeout(rest).as_dict()},
    )


def _whole(response: httpx2.Response, limit: int) -> RawReply:
    """Return a reply that its transport has read and decompressed already, as in tests."""
    body = collect(response.status_code, {}, [response.content], limit)
    return RawReply(response.status_code, response.headers, body)


def _until(chunks: Iterable[bytes], moment: float) -> Iterable[bytes]:
    for chunk in chunks:
        yield chunk
        if time.monotonic() > moment:
            raise CallTimeout("no whole reply in time")


def _translate(error: Exception) -> ConnectionFailed | UsageError:
    if isinstance(error, httpx2.LocalProtocolError):
        return UsageError(BAD_HEADER)
    unsent = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)
    return failure(error, isinstance(error, httpx2.TimeoutException), not isinstance(error, unsent))
