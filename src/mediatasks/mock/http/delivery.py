"""Send a reply late, dripping, cut short or not at all: what a fault does to a connection."""

import asyncio
import os
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from functools import cache
from typing import Any

from mediatasks.mock.http.messages import Delivery

_Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[_Message]]
Send = Callable[[_Message], Awaitable[None]]

LINE = "mediatasks.line"
# Pieces of a dripping body go out no faster than this, in seconds.
_TICK = 0.01
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Line:
    """One connection in reach of the application; `busy` while a delivery takes its time."""

    def __init__(self, transport: Any) -> None:
        self.transport, self.busy = transport, False


@cache
def severing_protocol() -> Any:
    """Return uvicorn's protocol class, with the connection in reach of the application.

    ASGI has no message for a broken connection, so it stands in `scope["state"]`.
    """
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    class SeveringProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type] # chosen at run time
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self.line = Line(transport)
            self.app_state: dict[str, Any] = {**self.app_state, LINE: self.line}

        def shutdown(self) -> None:
            # A server that stops waits for no fault, and tells no story of one that was cut off.
            if self.line.busy:
                self.line.transport.abort()
            super().shutdown()

    return SeveringProtocol


async def deliver(
    delivery: Delivery, start: _Message, body: bytes, scope: _Message, receive: Receive, send: Send
) -> None:
    """Send the reply as `delivery` says; stop where the client leaves before.

    Raises ConnectionResetError where the server does not let the application end a connection:
    most servers close it then.
    """
    line = scope.get("state", {}).get(LINE) or Line(None)
    line.busy = True
    try:
        await _travel(delivery, start, body, line, receive, send)
    finally:
        line.busy = False


async def _travel(
    delivery: Delivery, start: _Message, body: bytes, line: Line, receive: Receive, send: Send
) -> None:
    if not await _stays(receive, delivery.delay):
        return
    if delivery.reset:
        await _end(line, receive, abort)
        return
    await send(start)
    for piece, pause in pieces(delivery, body):
        if not await _stays(receive, pause):
            return
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    if delivery.keep is None:
        await send({"type": "http.response.body", "body": b""})
    else:
        await _end(line, receive, lambda transport: transport.close())


def pieces(delivery: Delivery, body: bytes) -> Iterator[tuple[bytes, float]]:
    """Yield the parts of the body that are sent, each with the seconds to wait before it."""
    body = body[: delivery.keep]
    count = min(len(body), max(1, int(delivery.drip / _TICK)))
    for i in range(count):
        yield body[len(body) * i // count : len(body) * (i + 1) // count], delivery.drip / count


async def _stays(receive: Receive, seconds: float) -> bool:
    """Wait; return whether the client is still there."""
    if seconds <= 0:
        return True
    try:
        async with asyncio.timeout(seconds):
            await _leaves(receive)
    except TimeoutError:
        return True
    return False


async def _leaves(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _end(line: Line, receive: Receive, how: Callable[[Any], None]) -> None:
    """End the connection, and wait until the server knows: it would take the reply for forgotten."""
    if line.transport is None:
        raise ConnectionResetError("a fault ends this connection")
    how(line.transport)
    await _leaves(receive)


def abort(transport: Any) -> None:
    """Reset a connection: the peer sees RST, not the end of the data."""
    known = transport.get_extra_info("socket")
    if known is not None:
        # Event loops show the socket in disguises; a twin of it has the same options.
        with socket.socket(fileno=os.dup(known.fileno())) as twin:
            twin.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()
