"""Answer plain requests without a task each: a shorter way from uvicorn's parser to the mock.

The mock answers at once, so most requests need neither ASGI messages nor a task of the event loop.
Over one connection a GET of one task takes 1.8 times the processor time by ASGI, a POST 1.8 times, a list
1.6 times (16 connections: 1.5 to 1.6 times), which is what this module is for.
What is out of the ordinary (a reply that is delayed or cut, HEAD, an upgrade, `Expect`, HTTP/1.0, a
client that does not read, too many connections) goes uvicorn's own way. Connections, timeouts and
shutdown are uvicorn's throughout.
"""

import asyncio
import contextlib
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from mediatasks.mock.http.adapters import AsgiApplication
from mediatasks.mock.http.body import MAX_BYTES
from mediatasks.mock.http.cors import VARYING
from mediatasks.mock.http.delivery import severing_protocol
from mediatasks.mock.http.messages import BODILESS, JSON, MockReply, MockRequest, join_headers, parse_query

_LINES = {status.value: b"HTTP/1.1 %d %s\r\n" % (status, status.phrase.encode()) for status in HTTPStatus}
_UNSENDABLE = re.compile(rb"[\x00-\x1f\x7f]")
MAX_HEAD = 256 * 1024
_PLAIN = {name.encode(): name for name in ("GET", "POST", "PUT", "PATCH", "DELETE")}

RawHeaders = list[tuple[bytes, bytes]]


class _Heads:
    """The heads of replies up to the length of the body; those of plain JSON are kept."""

    def __init__(self) -> None:
        self._defaults: RawHeaders = []
        self._known: dict[tuple[int, bool], bytes] = {}

    def of(self, reply: MockReply, defaults: RawHeaders) -> bytes:
        """Return the head; `defaults` is what the server adds, another list each second."""
        if reply.headers is not JSON and reply.headers is not VARYING:
            return _head(reply, defaults)
        if defaults is not self._defaults:
            self._defaults, self._known = defaults, {}
        key = (reply.status, reply.headers is JSON)
        head = self._known.get(key)
        if head is None:
            head = self._known[key] = _head(reply, defaults)
        return head


def _head(reply: MockReply, defaults: RawHeaders) -> bytes:
    lines = [_LINES[reply.status], *(b"%s: %s\r\n" % pair for pair in defaults)]
    for name, value in reply.headers.items():
        sendable = _UNSENDABLE.sub(b"", value.encode("latin-1", "replace"))
        lines.append(b"%s: %s\r\n" % (name.encode("latin-1"), sendable))
    return b"".join(lines)


def _read_url(url: bytes) -> tuple[str, list[tuple[str, str]]]:
    """Return the path, still percent-encoded, and the decoded pairs of the query."""
    path, _, query = url.decode("latin-1").partition("#")[0].partition("?")
    if not path.startswith("/"):
        # `GET http://host/path`, as one asks a proxy.
        path = "/" + path.rpartition("://")[2].partition("/")[2]
    return path, parse_query(query)


def protocol_of(application: AsgiApplication) -> Any:
    """Return the protocol class for uvicorn; without httptools there is only uvicorn's own way."""
    base = severing_protocol()
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        return base
    if not issubclass(base, HttpToolsProtocol):
        return base

    heads = _Heads()

    class MockProtocol(base):  # type: ignore[misc, valid-type] # chosen at run time
        """One connection."""

        app: Any
        headers: RawHeaders
        method: str | None = None
        content = b""
        # The bytes of a request whose head has not ended yet; None between requests and in bodies.
        head: int | None = None
        # The file of the connection, where the event loop is uvloop.
        socket: int | None = None
        rests_since: float | None = None
        rest_timer: asyncio.TimerHandle | None = None
        # What the last request on this connection brought: clients send the same headers again.
        raw_headers: RawHeaders | None = None
        read_headers: Mapping[str, str] = {}
        raw_url = b""
        read_url: tuple[str, list[tuple[str, str]]] = ("/", [])

        def connection_made(self, transport: Any) -> None:
            """Take a connection; far too many are closed at once, idle ones among them."""
            super().connection_made(transport)
            if type(transport).__module__.startswith("uvloop"):
                self.socket = transport.get_extra_info("socket").fileno()
            limit = self.limit_concurrency
            if limit is not None and len(self.connections) > 2 * limit:
                transport.abort()

        def data_received(self, data: bytes) -> None:
            """Take bytes; a head that does not end is refused before it fills the memory."""
            super().data_received(data)
            if self.head is not None:
                self.head += len(data)
                if self.head > MAX_HEAD and not self.transport.is_closing():
                    self.send_400_response("the head of the request is too large")

        def on_message_begin(self) -> None:
            """Begin a request; what only uvicorn's way needs is made there."""
            self.url, self.headers, self.content, self.head = b"", [], b"", 0
            self.rests_since = None

        def on_header(self, name: bytes, value: bytes) -> None:
            """Take a header."""
            self.headers.append((name, value))

        def on_headers_complete(self) -> None:
            """Choose the way of the request: `method` is that of one that takes the short way."""
            self.head = None
            if self.headers != self.raw_headers:
                self.raw_headers = self.headers
                decoded = ((n.decode("latin-1"), v.decode("latin-1")) for n, v in self.headers)
                self.read_headers = join_headers(decoded)
            busy = self.cycle is not None and not self.cycle.response_complete
            limit = self.limit_concurrency
            is_plain = (
                not busy
                and not self.pipeline
                and not self.flow.write_paused
                and self.parser.should_keep_alive()
                and not self.parser.should_upgrade()
                and self.parser.get_http_version() == "1.1"
                and "expect" not in self.read_headers
                and (limit is None or len(self.connections) < limit)
            )
            self.method = _PLAIN.get(self.parser.get_method()) if is_plain else None
            if self.method is None:
                self._go_long(super().on_headers_complete)

        def _go_long(self, begin: Callable[[], None]) -> None:
            """Prepare what uvicorn's way begins with, and take it."""
            url, headers = self.url, self.headers
            super().on_message_begin()
            self.url = url
            for name, value in headers:
                super().on_header(name, value)
            begin()

        def on_body(self, body: bytes) -> None:
            """Take a part of the body; more than the mock takes is not kept."""
            if self.method is None:
                super().on_body(body)
            elif len(self.content) <= MAX_BYTES:
                self.content += body

        def on_message_complete(self) -> None:
            """Answer."""
            if self.method is None:
                super().on_message_complete()
                return
            reply = application.handle(self._request(self.method))
            if reply.delivery is None and reply.status in _LINES:
                self._reply(reply)
                return

            async def send_it(
                scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
            ) -> None:
                await application.send(reply, scope, receive, send)

            self.method = None
            chosen, self.app = self.app, send_it
            try:
                self._go_long(super().on_headers_complete)
            finally:
                self.app = chosen
            super().on_message_complete()

        def _request(self, method: str) -> MockRequest:
            if self.url != self.raw_url:
                self.raw_url, self.read_url = self.url, _read_url(self.url)
            path, query = self.read_url
            return MockRequest(method, path, query, self.read_headers, self.content)

        def _reply(self, reply: MockReply) -> None:
            if self.transport is None or self.transport.is_closing():
                return
            head = heads.of(reply, self.server_state.default_headers)
            body = reply.body
            length = b"" if reply.status in BODILESS else b"content-length: %d\r\n" % len(body)
            self._send(b"%b%b\r\n%b" % (head, length, body))
            self.server_state.total_requests += 1
            self._rest()

        def _send(self, data: bytes) -> None:
            """Write at once: uvloop would wait until it has read what all other clients ask."""
            sent = 0
            if self.socket is not None and not self.transport.get_write_buffer_size():
                # What goes wrong the transport meets again, and it waits for a slow client.
                with contextlib.suppress(OSError):
                    sent = os.write(self.socket, data)
            if sent < len(data):
                self.transport.write(data[sent:])

        def _rest(self) -> None:
            """Have the connection closed when it rests too long: one timer for all its requests."""
            self.rests_since = self.loop.time()
            if self.rest_timer is None:
                self.rest_timer = self.loop.call_later(self.timeout_keep_alive, self._end_rest)

        def _end_rest(self) -> None:
            self.rest_timer = None
            if self.rests_since is None:
                return
            left = self.rests_since + self.timeout_keep_alive - self.loop.time()
            if left <= 0:
                self.timeout_keep_alive_handler()
            else:
                self.rest_timer = self.loop.call_later(left, self._end_rest)

        def connection_lost(self, exc: Exception | None) -> None:
            """Forget the client."""
            if self.rest_timer is not None:
                self.rest_timer.cancel()
            super().connection_lost(exc)

    return MockProtocol
