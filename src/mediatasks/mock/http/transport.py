"""The mock as a transport of clients of httpx2 and httpx.

Broken deliveries raise what a real connection raises, in the library of the request.
"""

import functools
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import anyio
import httpx2

from mediatasks.mock.http.delivery import pieces
from mediatasks.mock.http.messages import Delivery, MockReply


class InProcessTransport(httpx2.MockTransport):
    """Answers by `respond`, for synchronous and asynchronous clients.

    Waits end with `ReadTimeout` at the client's read timeout, as they do on a socket.
    """

    def __init__(self, respond: Callable[[httpx2.Request], MockReply]) -> None:
        super().__init__(self.handle_request)
        self._respond = respond

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a request of a synchronous client."""
        request.read()
        reply = self._respond(request)
        if reply.delivery is not None:
            _sleep(reply.delivery.delay, request)
        return _response(reply, request)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a request of an asynchronous client."""
        await request.aread()
        reply = self._respond(request)
        if reply.delivery is not None:
            await _asleep(reply.delivery.delay, request)
        return _response(reply, request)


class _BrokenBody:
    """A body that comes slowly, or ends too early."""

    def __init__(self, delivery: Delivery, body: bytes, request: Any) -> None:
        self._delivery, self._body, self._request = delivery, body, request

    def __iter__(self) -> Iterator[bytes]:
        for piece, pause in pieces(self._delivery, self._body):
            _sleep(pause, self._request)
            yield piece
        self._judge()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece, pause in pieces(self._delivery, self._body):
            await _asleep(pause, self._request)
            yield piece
        self._judge()

    def _judge(self) -> None:
        keep, whole = self._delivery.keep, len(self._body)
        if keep is not None:
            message = (
                "peer closed connection without sending complete message body "
                f"(received {min(keep, whole)} bytes, expected {whole})"
            )
            raise _library(self._request).RemoteProtocolError(message, request=self._request)


def _library(request: Any) -> Any:
    """Return the module whose client sends `request`: httpx2 or httpx."""
    return sys.modules[type(request).__module__.partition(".")[0]]


@functools.cache
def _broken_stream(library: Any) -> Any:
    return type("BrokenStream", (_BrokenBody, library.SyncByteStream, library.AsyncByteStream), {})


def _response(reply: MockReply, request: Any) -> httpx2.Response:
    library, delivery = _library(request), reply.delivery
    if delivery is None:
        whole: httpx2.Response = library.Response(
            reply.status, headers=dict(reply.headers), content=reply.body
        )
        return whole
    if delivery.reset:
        raise library.ReadError("[Errno 104] Connection reset by peer", request=request)
    headers = {"content-length": str(len(reply.body)), **reply.headers}
    stream = _broken_stream(library)(delivery, reply.body, request)
    broken: httpx2.Response = library.Response(reply.status, headers=headers, stream=stream)
    return broken


def _patience(seconds: float, request: Any) -> tuple[float, bool]:
    """Return how long the client waits, and whether that is too short."""
    limit = request.extensions.get("timeout", {}).get("read")
    late = limit is not None and seconds > limit
    return (limit if late else seconds), late


def _sleep(seconds: float, request: Any) -> None:
    wait, late = _patience(seconds, request)
    if wait > 0:
        time.sleep(wait)
    if late:
        raise _library(request).ReadTimeout("timed out", request=request)


async def _asleep(seconds: float, request: Any) -> None:
    wait, late = _patience(seconds, request)
    if wait > 0:
        await anyio.sleep(wait)
    if late:
        raise _library(request).ReadTimeout("timed out", request=request)
