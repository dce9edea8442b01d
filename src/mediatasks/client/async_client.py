"""The asynchronous client: the same as the synchronous one, awaited."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, ParamSpec, Self, TypeVar, cast

from mediatasks.client import pauses
from mediatasks.client.batch import AsyncBatch
from mediatasks.client.call import Call, is_captured
from mediatasks.client.exchange import BadEncoding, RawReply, Request, TooLong
from mediatasks.client.operation import OperationSpec, Provider
from mediatasks.client.options import AsyncClientOptions, CallOptions, check_callback, check_options
from mediatasks.client.paging import start_pager
from mediatasks.client.replies.reply import Reply
from mediatasks.client.requests.builder import NO_BODY
from mediatasks.client.session import Session
from mediatasks.client.transport.opening import open_async_transport
from mediatasks.client.wait import atell
from mediatasks.errors import CallError, ConnectionFailed

T = TypeVar("T")
P = ParamSpec("P")


class AsyncClient(Session):
    """Base of the asynchronous clients. Use it as a context manager, or await `close()`."""

    def __init__(
        self, provider: Provider, base_url: str | None, credentials: Mapping[str, Any], **options: Any
    ) -> None:
        check_options(type(self).__name__, options, AsyncClientOptions, credentials)
        super().__init__(provider, base_url, credentials, options)
        self._transport = open_async_transport(self._builder, options)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections, unless they are the caller's own; no call is possible afterwards."""
        self._closed = True
        await self._transport.close()

    async def detailed(
        self, method: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> Reply[T]:
        """Call `method` of this client and return its reply with status, headers and raw bytes."""
        return await self._perform(self._captured(method, *args, **kwargs))

    async def pages(
        self, method: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncIterator[T]:
        """Yield the pages of a list, from the one asked for to the last.

        It ends when the server says so, or at a page that brings nothing new.
        """
        call = self._captured(method, *args, **kwargs)
        pager = start_pager(self.provider.paging, call.operation, call.arguments)
        while True:
            reply = await self._perform(call._replace(arguments=tuple(pager.arguments)))
            if not pager.take(reply):
                return
            yield reply.result
            if not pager.advance(reply):
                return

    def batch(self) -> AsyncBatch:
        """Return a batch: several RPC calls in one request, sent when the `async with` block ends."""
        return AsyncBatch(self, self._send)

    async def _call(
        self,
        operation: OperationSpec[T],
        *,
        arguments: tuple[Any, ...] = (),
        members: tuple[Any, ...] | None = None,
        body: Any = NO_BODY,
        options: CallOptions,
    ) -> T:
        call = Call(operation, arguments, members, body, options)
        if is_captured(call):
            return cast(T, None)
        result: T = (await self._perform(call)).result
        return result

    async def _perform(self, call: Call) -> Reply[Any]:
        raw = await self._send([call.operation], self._request(call), call.options)
        return self._read(call.operation, raw)

    async def _wait(
        self,
        kind: Any,
        task: Any,
        timeout: float | None,
        interval: float | None,
        on_update: Callable[[Any], object] | None,
        arguments: Mapping[str, Any],
    ) -> Any:
        check_callback(on_update, asynchronous=True)
        watch = self._watch(kind, task, arguments, timeout, interval)
        while True:
            try:
                reply = await self._perform(Call(watch.operation, **watch.call_arguments()))
            except CallError as error:
                watch.fail(error)
                await pauses.asleep(watch.pause(error))
                continue
            if watch.see(self._result(watch.operation, reply), reply) and on_update:
                await atell(on_update, watch.model)
            if watch.ended:
                return watch.model
            await pauses.asleep(watch.pause())

    async def _send(
        self, operations: Sequence[OperationSpec[Any]], request: Request, options: CallOptions
    ) -> RawReply:
        policy, operation = self._policy(operations, options), operations[0]

        async def attempt(number: int) -> RawReply:
            started = time.monotonic()
            try:
                reply = await self._transport.send(request, policy.moment, self._limit)
            except (ConnectionFailed, TooLong, BadEncoding) as error:
                raise self._fail(operation, request, started, number, error) from None
            return self._settle(operation, request, started, number, reply)

        return await policy.arun(attempt)
