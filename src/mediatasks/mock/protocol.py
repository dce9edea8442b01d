"""Answer plain requests without a task each: a shorter way from uvicorn's parser to the mock.

The mock answers at once, so most requests need neither ASGI messages nor a task of the event loop.
What is out of the ordinary (a reply that is delayed or cut, HEAD, an upgrade, `Expect`, HTTP/1.0, a
client that does not read, too many connections) goes uvicorn's own way. Connections, timeouts and
shutdown are uvicorn's throughout.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from mediatasks.mock.adapters import AsgiApplication
from mediatasks.mock.body import MAX_BYTES
from mediatasks.mock.delivery import severing_protocol
from mediatasks.mock.exchange import JSON, MockReply, MockRequest, parse_query

_LINES = {status.value: b"HTTP/1.1 %d %s\r\n" % (status, status.phrase.encode()) for status in HTTPStatus}
_JSON = b"".join(b"%s: %s\r\n" % (name.encode(), value.encode()) for name, value in JSON.items())
_UNSENDABLE = re.compile(rb"[\x00-\x1f\x7f]")
MAX_HEAD = 256 * 1024
_PLAIN = frozenset({b"GET", b"POST", b"PUT", b"PATCH", b"DELETE"})


def protocol_of(application: AsgiApplication) -> Any:
    """Return the protocol class for uvicorn; without httptools there is only uvicorn's own way."""
    base = severing_protocol()
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        return base
    if not issubclass(base, HttpToolsProtocol):
        return base

    class MockProtocol(base):  # type: ignore[misc, valid-type] # chosen at run time
        """One connection."""

        app: Any
        headers: list[tuple[bytes, bytes]]
        short = False
        content = b""
        # The bytes of a request whose head has not ended yet; None between requests and in bodies.
        head: int | None = None

        def connection_made(self, transport: Any) -> None:
            """Take a connection; far too many are closed at once, idle ones among them."""
            super().connection_made(transport)
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
            self.url, self.headers, self.expect_100_continue, self.head = b"", [], False, 0

        def on_headers_complete(self) -> None:
            """Choose the way of the request."""
            self.head = None
            busy = self.cycle is not None and not self.cycle.response_complete
            limit = self.limit_concurrency
            self.short, self.content = (
                (
                    not busy
                    and not self.pipeline
                    and not self.expect_100_continue
                    and not self.flow.write_paused
                    and self.parser.get_method() in _PLAIN
                    and self.parser.get_http_version() == "1.1"
                    and self.parser.should_keep_alive()
                    and not self.parser.should_upgrade()
                    and (limit is None or len(self.connections) < limit)
                ),
                b"",
            )
            if not self.short:
                self._go_long(super().on_headers_complete)

        def _go_long(self, begin: Callable[[], None]) -> None:
            """Prepare what uvicorn's way begins with, and take it."""
            url, headers, expects = self.url, self.headers, self.expect_100_continue
            super().on_message_begin()
            self.url, self.expect_100_continue = url, expects
            self.headers.extend(headers)
            begin()

        def on_body(self, body: bytes) -> None:
            """Take a part of the body; more than the mock takes is not kept."""
            if not self.short:
                super().on_body(body)
            elif len(self.content) <= MAX_BYTES:
                self.content += body

        def on_message_complete(self) -> None:
            """Answer."""
            if not self.short:
                super().on_message_complete()
                return
            reply = application.handle(self._request())
            if reply.delivery is None and reply.status in _LINES:
                self._reply(reply)
                return

            async def send_it(
                scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
            ) -> None:
                await application.send(reply, scope, receive, send)

            self.short = False
            chosen, self.app = self.app, send_it
            try:
                self._go_long(super().on_headers_complete)
            finally:
                self.app = chosen
            super().on_message_complete()

        def _request(self) -> MockRequest:
            path, _, query = self.url.decode("latin-1").partition("#")[0].partition("?")
            if not path.startswith("/"):
                # `GET http://host/path`, as one asks a proxy.
                path = "/" + path.rpartition("://")[2].partition("/")[2]
            headers: dict[str, str] = {}
            for raw, value in self.headers:
                name = raw.decode("latin-1")
                text = value.decode("latin-1")
                headers[name] = f"{headers[name]}, {text}" if name in headers else text
            return MockRequest(
                self.parser.get_method().decode("ascii"), path, parse_query(query), headers, self.content
            )

        def _reply(self, reply: MockReply) -> None:
            if self.transport is None or self.transport.is_closing():
                return
            lines = [_LINES[reply.status]]
            lines += [b"%s: %s\r\n" % pair for pair in self.server_state.default_headers]
            if reply.headers is JSON:
                lines.append(_JSON)
            else:
                lines += [
                    b"%s: %s\r\n"
                    % (name.encode("latin-1"), _UNSENDABLE.sub(b"", value.encode("latin-1", "replace")))
                    for name, value in reply.headers.items()
                ]
            lines += [b"content-length: %d\r\n\r\n" % len(reply.body), reply.body]
            self.transport.write(b"".join(lines))
            self.on_response_complete()

    return MockProtocol
