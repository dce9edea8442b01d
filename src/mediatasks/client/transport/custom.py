"""Send through a caller's own transport, whose replies are brought into the form of ours."""

import asyncio
import inspect
import time
from typing import Any

from mediatasks.client.exchange import AsyncTransport, RawReply, Request, Transport
from mediatasks.client.transport.body import collect
from mediatasks.client.transport.event_loop import running_loop
from mediatasks.client.transport.failure import translate
from mediatasks.errors import UsageError


class CustomTransport:
    """Sends through the caller's `Transport`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = _checked(transport, "Transport")

    def send(self, request: Request, deadline: float, limit: int) -> RawReply:
        """Return the reply. Raises ConnectionFailed, CallTimeout, TooLong or BadEncoding."""
        try:
            reply = self._transport.send(request, deadline, limit)
        except OSError as error:
            raise translate(error) from None
        if inspect.iscoroutine(reply):
            reply.close()
            raise UsageError("`transport` of a synchronous client is a Transport, got an AsyncTransport")
        return _finish(reply, limit)

    def close(self) -> None:
        """Close the caller's transport."""
        self._transport.close()


class AsyncCustomTransport:
    """Sends through the caller's `AsyncTransport`, and cancels a call that is late."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = _checked(transport, "AsyncTransport")

    async def send(self, request: Request, deadline: float, limit: int) -> RawReply:
        """Return the reply. Raises ConnectionFailed, CallTimeout, TooLong or BadEncoding."""
        running_loop()
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                waiting = self._transport.send(request, deadline, limit)
                if not inspect.isawaitable(waiting):
                    raise UsageError(
                        "`transport` of an asynchronous client is an AsyncTransport, got a Transport"
                    )
                reply = await waiting
        except OSError as error:
            raise translate(error) from None
        return _finish(reply, limit)

    async def close(self) -> None:
        """Close the caller's transport."""
        await self._transport.close()


def _checked(transport: Any, kind: str) -> Any:
    if isinstance(transport, type) or not all(
        callable(getattr(transport, name, None)) for name in ("send", "close")
    ):
        raise UsageError(f"`transport` is a {kind} with `send` and `close`, got {transport!r}")
    return transport


def _finish(reply: Any, limit: int) -> RawReply:
    if not isinstance(reply, RawReply):
        raise UsageError(f"`transport` returns a RawReply, got {type(reply).__name__}")
    headers = {name.lower(): value for name, value in reply.headers.items()}
    body = collect(reply.status, headers, [reply.body], limit)
    return RawReply(reply.status, headers, body)
