"""Send a reply late, dripping, cut short or not at all: what a fault does to a connection."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from functools import cache
from typing import Any

from mediatasks.mock.exchange import Delivery

_Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[_Message]]
Send = Callable[[_Message], Awaitable[None]]

TRANSPORT = "mediatasks.transport"
# Pieces of a dripping body go out no faster than this, in seconds.
_TICK = 0.01
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@cache
def severing_protocol() -> Any:
    """Return uvicorn's protocol class, with the connection in reach of the application.

    ASGI has no message for a broken connection, so it stands in `scope["state"]`.
    """
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    class SeveringProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type] # chosen at run time
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self.app_state: dict[str, Any] = {**self.app_state, TRANSPORT: transport}

    return SeveringProtocol


async def deliver(
    delivery: Delivery, start: _Message, body: bytes, scope: _Message, receive: Receive, send: Send
) -> None:
    """Send the reply as `delivery` says; stop where the client leaves before.

    Raises ConnectionResetError where the server does not let the application end a connection:
    most servers close it then.
    """
    if not await _stays(receive, delivery.delay):
        return
    if delivery.reset:
        await _end(scope, receive, abort)
        return
    await send(start)
    for piece, pause in pieces(delivery, body):
        if not await _stays(receive, pause):
            return
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    if delivery.keep is None:
        await send({"type": "http.response.body", "body": b""})
    else:
        await _end(scope, receive, lambda transport: transport.close())


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


async def _end(scope: _Message, receive: Receive, how: Callable[[Any], None]) -> None:
    """End the connection, and wait until the server knows: it would take the reply for forgotten."""
    transport = scope.get("state", {}).get(TRANSPORT)
    if transport is None:
        raise ConnectionResetError("a fault ends this connection")
    how(transport)
    await _leaves(receive)


def abort(transport: Any) -> None:
    """Reset a connection: the peer sees RST, not the end of the data."""
    known = transport.get_extra_info("socket")
    if known is not None:
        # Event loops show the socket in disguises; a twin of it has the same options.
        with socket.socket(fileno=os.dup(known.fileno())) as twin:
            twin.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()
