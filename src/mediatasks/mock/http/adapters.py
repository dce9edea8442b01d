"""The ways into the mock: ASGI, WSGI and an httpx2 transport; none needs a framework."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, MutableMapping
from http.client import responses
from typing import TYPE_CHECKING, Any

from mediatasks.mock.http.body import MAX_BYTES
from mediatasks.mock.http.delivery import deliver, pieces
from mediatasks.mock.http.messages import (
    BODILESS,
    Delivery,
    MockReply,
    MockRequest,
    join_headers,
    parse_query,
)
from mediatasks.mock.http.mount import locate

if TYPE_CHECKING:
    import httpx2

Handler = Callable[[MockRequest], MockReply]
_Message = MutableMapping[str, Any]


class AsgiApplication:
    """The mock as an ASGI 3 application (HTTP; no websockets, no lifespan)."""

    def __init__(self, handle: Handler) -> None:
        self.handle = handle

    async def __call__(
        self,
        scope: _Message,
        receive: Callable[[], Awaitable[_Message]],
        send: Callable[[_Message], Awaitable[None]],
    ) -> None:
        """Serve one connection event of the server."""
        if scope["type"] != "http":
            await _decline(scope, receive, send)
            return
        headers = join_headers((n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"])
        body = await _read(receive) if scope["method"] not in ("GET", "HEAD") or _has_body(headers) else b""
        query = parse_query(scope["query_string"].decode("latin-1"))
        raw = scope.get("raw_path")
        sent = raw.decode("latin-1").partition("?")[0] if raw else None
        prefix, path = locate(scope.get("root_path") or "", scope["path"], sent)
        scheme = scope.get("scheme", "http")
        request = MockRequest(scope["method"], path, query, headers, body, scheme=scheme, prefix=prefix)
        await self.send(self.handle(request), scope, receive, send)

    async def send(
        self,
        reply: MockReply,
        scope: _Message,
        receive: Callable[[], Awaitable[_Message]],
        send: Callable[[_Message], Awaitable[None]],
    ) -> None:
        """Send a reply as its delivery says."""
        sent = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in reply.headers.items()]
        if "content-length" not in reply.headers and reply.status not in BODILESS:
            sent.append((b"content-length", b"%d" % len(reply.body)))
        start = {"type": "http.response.start", "status": reply.status, "headers": sent}
        if reply.delivery is not None:
            await deliver(reply.delivery, start, reply.body, scope, receive, send)
            return
        await send(start)
        await send({"type": "http.response.body", "body": reply.body})


def _has_body(headers: Mapping[str, str]) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


async def _read(receive: Callable[[], Awaitable[_Message]]) -> bytes:
    """Return the body, or its start if it is larger than the mock takes."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body") and len(body) <= MAX_BYTES:
        message = await receive()
        body += message.get("body", b"")
    return body


async def _decline(
    scope: _Message,
    receive: Callable[[], Awaitable[_Message]],
    send: Callable[[_Message], Awaitable[None]],
) -> None:
    """Answer the events that are no HTTP requests."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1003})
    while scope["type"] == "lifespan":
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


class WsgiApplication:
    """The mock as a WSGI application."""

    def __init__(self, handle: Handler) -> None:
        self.handle = handle

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve one request."""
        sent_headers = ((key, value) for key, value in environ.items() if key.startswith("HTTP_"))
        headers = join_headers((key[5:].replace("_", "-"), value) for key, value in sent_headers)
        for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            if environ.get(key):
                headers[key.lower().replace("_", "-")] = environ[key]
        query = parse_query(environ.get("QUERY_STRING", ""))
        prefix, path = _located(environ)
        scheme = environ.get("wsgi.url_scheme", "http")
        request = MockRequest(
            environ["REQUEST_METHOD"], path, query, headers, _body(environ), scheme=scheme, prefix=prefix
        )
        reply = self.handle(request)
        status = f"{reply.status} {responses.get(reply.status, 'Unknown')}"
        sent = [*reply.headers.items()]
        if "content-length" not in reply.headers and reply.status not in BODILESS:
            sent.append(("content-length", str(len(reply.body))))
        start_response(status, sent)
        return [reply.body] if reply.delivery is None else _delivered(reply.delivery, reply.body)


def _delivered(delivery: Delivery, body: bytes) -> Iterator[bytes]:
    """Yield the body as `delivery` says, as far as WSGI can: it cannot reset a connection."""
    time.sleep(delivery.delay)
    if delivery.reset:
        raise ConnectionResetError("a fault ends this connection")
    for piece, pause in pieces(delivery, body):
        time.sleep(pause)
        yield piece


def _located(environ: Mapping[str, Any]) -> tuple[str, str]:
    """Return the prefix and the path below it, as they were sent where the server tells."""
    raw = str(environ.get("REQUEST_URI") or environ.get("RAW_URI") or "")
    root, path = (
        environ.get(name, "").encode("latin-1").decode("utf-8", "replace")
        for name in ("SCRIPT_NAME", "PATH_INFO")
    )
    return locate(root, root.rstrip("/") + path, raw.partition("?")[0] if raw.startswith("/") else None)


def _body(environ: Mapping[str, Any]) -> bytes:
    """Return the body, or its start if it is larger than the mock takes."""
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdecimal():
        wanted = min(int(length), MAX_BYTES + 1)
    else:
        # A body in chunks has no length; a server that decodes them ends the stream.
        wanted = MAX_BYTES + 1 if environ.get("wsgi.input_terminated") else 0
    body: bytes = environ["wsgi.input"].read(wanted) if wanted else b""
    return body


def mock_transport(handle: Handler) -> httpx2.MockTransport:
    """Return a transport that hands the requests of an httpx2 client to the mock."""
    from mediatasks.mock.http.transport import InProcessTransport

    def respond(request: httpx2.Request) -> MockReply:
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        headers = join_headers(request.headers.multi_items())
        return handle(
            MockRequest(
                *(request.method, path, parse_query(query), headers, request.content),
                scheme=request.url.scheme,
            )
        )

    return InProcessTransport(respond)
