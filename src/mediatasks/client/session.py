"""The clients: send a call's request, repeat it where that is safe, read its reply."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, Self, TypeVar, cast
from urllib.parse import quote_plus

from mediatasks.client.call import Call, capture, captured
from mediatasks.client.credentials import find_credentials
from mediatasks.client.exchange import (
    AsyncTransport,
    BadEncoding,
    RawReply,
    Request,
    TooLong,
    Transport,
)
from mediatasks.client.operation import Operation, Provider
from mediatasks.client.options import MAX_REPLY_BYTES, MAX_RETRIES, TIMEOUT, CallOptions
from mediatasks.client.paging import start_pager
from mediatasks.client.reply import Reply, read_reply
from mediatasks.client.request import NO_BODY, RequestBuilder
from mediatasks.client.retry import Budget, RetryPolicy
from mediatasks.client.rpc import AsyncBatch, Batch, read_rpc_reply, request_call
from mediatasks.client.wait import Watch
from mediatasks.errors import CallError, ConnectionFailed, ReplyError, UsageError

if TYPE_CHECKING:
    import httpx

    from mediatasks.client.strict import StrictReader

T = TypeVar("T")
P = ParamSpec("P")

log = logging.getLogger("mediatasks")

# The shortest secret that is looked for in messages.
MASKED = 4


class _Session:
    """What both clients share: everything but the sending."""

    operations: ClassVar[Mapping[str, Operation[Any]]] = {}

    def __init__(
        self,
        provider: Provider,
        base_url: str | None,
        credentials: Mapping[str, Any],
        options: Mapping[str, Any],
    ) -> None:
        self.provider = provider
        values = find_credentials(provider, credentials)
        self._builder = RequestBuilder(provider, base_url, values, options.get("headers", {}))
        self._timeout: float = options.get("timeout", TIMEOUT)
        self._max_retries: int = options.get("max_retries", MAX_RETRIES)
        self._limit: int = options.get("max_reply_bytes", MAX_REPLY_BYTES)
        self._budget = Budget()
        self._secrets = _secrets(provider, values)
        self._strict = _strict_reader(provider) if options.get("strict") else None

    @property
    def base_url(self) -> str:
        """The URL before the operations' paths."""
        return self._builder.base_url

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_url!r})"

    def _request(self, call: Call) -> Request:
        operation, headers, body = call.operation, call.options.get("headers", {}), call.body
        if call.members is not None:
            body = self._builder.members(operation, call.members)
        if operation.rpc_method:
            params = {} if body is NO_BODY else body
            return self._builder.build_calls([request_call(operation, params)], headers)
        if operation.body and body is None:
            body = NO_BODY
        return self._builder.build(operation, call.arguments, body, headers)

    def _policy(self, operations: Sequence[Operation[Any]], options: CallOptions) -> RetryPolicy:
        safe = all(operation.id in self.provider.repeatable for operation in operations)
        repeatable = safe or options.get("repeat_unsafe", False)
        moment = time.monotonic() + options.get("timeout", self._timeout)
        retries = options.get("max_retries", self._max_retries)
        return RetryPolicy(self._budget, repeatable, retries, moment)

    def _settle(
        self, operation: Operation[Any], request: Request, started: float, attempt: int, reply: RawReply
    ) -> RawReply:
        """Log a reply; raise StatusError outside 2xx."""
        self._log(request, str(reply.status), started, attempt)
        if not 200 <= reply.status < 300:
            try:
                read_reply(operation, reply.status, reply.headers, reply.body)
            except CallError as error:
                raise self._mask(error) from None
        return reply

    def _fail(
        self, operation: Operation[Any], request: Request, started: float, attempt: int, error: Exception
    ) -> Exception:
        """Log a failed attempt and return the exception to raise."""
        self._log(request, type(error).__name__, started, attempt)
        if isinstance(error, TooLong):
            expected = f"a body of at most {self._limit} bytes"
            return self._mask(ReplyError(operation.id, error.status, "", expected, "more", error.start))
        if isinstance(error, BadEncoding):
            got = f"a broken or unknown content encoding `{error.encoding}`"
            return self._mask(
                ReplyError(operation.id, error.status, "", "a body in gzip or plain", got, error.start)
            )
        shown = f"`{operation.id}`: {request.method} {self._builder.shown(request)}"
        error.args = (f"{shown}: {error}",)
        if isinstance(error, ConnectionFailed):
            error.operation = operation.id
        return self._mask(error)

    def _mask(self, error: Exception) -> Exception:
        """Hide secrets in the message of `error`: a server may send back what it was sent."""
        for secret in self._secrets:
            error.args = tuple(a.replace(secret, "***") if isinstance(a, str) else a for a in error.args)
        return error

    def _log(self, request: Request, outcome: str, started: float, attempt: int) -> None:
        if log.isEnabledFor(logging.DEBUG):
            duration = (time.monotonic() - started) * 1000
            url = self._builder.shown(request)
            log.debug("%s %s → %s in %.0f ms (attempt %d)", request.method, url, outcome, duration, attempt)

    def _read(self, operation: Operation[T], raw: RawReply) -> Reply[T]:
        try:
            if self._strict is not None:
                self._strict.check(operation, raw.status, raw.headers, raw.body)
            if operation.rpc_method:
                assert self._builder.envelope
                return read_rpc_reply(self._builder.envelope, operation, raw.status, raw.headers, raw.body)
            return read_reply(operation, raw.status, raw.headers, raw.body)
        except CallError as error:
            raise self._mask(error) from None

    def _result(self, operation: Operation[Any], reply: Reply[Any]) -> Any:
        """Return the plain values of a reply's result, without the envelope of an RPC provider."""
        if not operation.rpc_method or not self._builder.envelope:
            return reply.json()
        return self._builder.envelope.replies(reply.json())[0].result

    def _watch(self, task: Any, arguments: Mapping[str, Any], timeout: float) -> Watch:
        if self.provider.task is None:
            raise UsageError(f"`{self.provider.name}` has no tasks to wait for")
        return Watch(self.provider.task, self.operations, task, arguments, timeout)


def _secrets(provider: Provider, values: Mapping[str, Any]) -> list[str]:
    """Return what no message may show; numbers and very short texts would hide other things."""
    texts = [str(values[c.argument]) for c in provider.credentials if c.argument in values]
    return [form for t in texts if len(t) >= MASKED and not t.isdecimal() for form in {t, quote_plus(t)}]


def _strict_reader(provider: Provider) -> StrictReader:
    from mediatasks.client.strict import StrictReader

    return StrictReader(provider)


class Client(_Session):
    """Base of the synchronous clients. Use it as a context manager, or call `close()`."""

    def __init__(
        self, provider: Provider, base_url: str | None, credentials: Mapping[str, Any], **options: Any
    ) -> None:
        super().__init__(provider, base_url, credentials, options)
        self._transport = self._open(options.get("http_client"))

    def _open(self, own: httpx.Client | None) -> Transport:
        # Loaded with the first client: httpcore costs a fifth of the import of this package.
        if own is not None:
            from mediatasks.client.httpx_transport import HttpxTransport

            return HttpxTransport(own)
        from mediatasks.client.transport import CoreTransport

        return CoreTransport(self._builder.secure)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, unless they are the caller's own."""
        self._transport.close()

    def detailed(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Reply[T]:
        """Call `method` of this client and return its reply with status, headers and raw bytes."""
        return self._perform(capture(method, *args, **kwargs))

    def pages(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        """Yield the pages of a list, from the one asked for to the last.

        It ends when the server says so, or at a page that brings nothing new.
        """
        call = capture(method, *args, **kwargs)
        pager = start_pager(self.provider.paging, call.operation, call.arguments)
        while True:
            reply = self._perform(call._replace(arguments=tuple(pager.arguments)))
            if not pager.take(reply):
                return
            yield reply.result
            if not pager.advance(reply):
                return

    def batch(self) -> Batch:
        """Return a batch: several RPC calls in one request, sent when the `with` block ends."""
        return Batch(self)

    def _call(
        self,
        operation: Operation[T],
        *,
        arguments: tuple[Any, ...] = (),
        members: tuple[Any, ...] | None = None,
        body: Any = NO_BODY,
        options: CallOptions,
    ) -> T:
        call = Call(operation, arguments, members, body, options)
        calls = captured.get()
        if calls is not None:
            calls.append(call)
            return cast(T, None)
        result: T = self._perform(call).result
        return result

    def _perform(self, call: Call) -> Reply[Any]:
        return self._read(call.operation, self._send([call.operation], self._request(call), call.options))

    def _wait(
        self,
        kind: Any,
        task: Any,
        timeout: float,
        on_update: Callable[[Any], object] | None,
        arguments: Mapping[str, Any],
    ) -> Any:
        watch = self._watch(task, arguments, timeout)
        while True:
            try:
                reply = self._perform(Call(watch.operation, **watch.call_arguments()))
            except CallError as error:
                watch.fail(error)
                time.sleep(watch.pause(error))
                continue
            if watch.see(self._result(watch.operation, reply)) and on_update:
                on_update(watch.model(kind, reply))
            if watch.ended:
                return watch.model(kind, reply)
            time.sleep(watch.pause())

    def _send(
        self, operations: Sequence[Operation[Any]], request: Request, options: CallOptions
    ) -> RawReply:
        policy, operation = self._policy(operations, options), operations[0]

        def attempt(number: int) -> RawReply:
            started = time.monotonic()
            try:
                reply = self._transport.send(request, policy.moment, self._limit)
            except (ConnectionFailed, TooLong, BadEncoding) as error:
                raise self._fail(operation, request, started, number, error) from None
            return self._settle(operation, request, started, number, reply)

        return policy.run(attempt)


class AsyncClient(_Session):
    """Base of the asynchronous clients. Use it as a context manager, or await `close()`."""

    def __init__(
        self, provider: Provider, base_url: str | None, credentials: Mapping[str, Any], **options: Any
    ) -> None:
        super().__init__(provider, base_url, credentials, options)
        self._transport = self._open(options.get("http_client"))

    def _open(self, own: httpx.AsyncClient | None) -> AsyncTransport:
        if own is not None:
            from mediatasks.client.httpx_transport import AsyncHttpxTransport

            return AsyncHttpxTransport(own)
        from mediatasks.client.transport import AsyncCoreTransport

        return AsyncCoreTransport(self._builder.secure)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections, unless they are the caller's own."""
        await self._transport.close()

    async def detailed(
        self, method: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> Reply[T]:
        """Call `method` of this client and return its reply with status, headers and raw bytes."""
        return await self._perform(capture(method, *args, **kwargs))

    async def pages(
        self, method: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncIterator[T]:
        """Yield the pages of a list, from the one asked for to the last.

        It ends when the server says so, or at a page that brings nothing new.
        """
        call = capture(method, *args, **kwargs)
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
        return AsyncBatch(self)

    async def _call(
        self,
        operation: Operation[T],
        *,
        arguments: tuple[Any, ...] = (),
        members: tuple[Any, ...] | None = None,
        body: Any = NO_BODY,
        options: CallOptions,
    ) -> T:
        call = Call(operation, arguments, members, body, options)
        calls = captured.get()
        if calls is not None:
            calls.append(call)
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
        timeout: float,
        on_update: Callable[[Any], object] | None,
        arguments: Mapping[str, Any],
    ) -> Any:
        import asyncio

        watch = self._watch(task, arguments, timeout)
        while True:
            try:
                reply = await self._perform(Call(watch.operation, **watch.call_arguments()))
            except CallError as error:
                watch.fail(error)
                await asyncio.sleep(watch.pause(error))
                continue
            if watch.see(self._result(watch.operation, reply)) and on_update:
                on_update(watch.model(kind, reply))
            if watch.ended:
                return watch.model(kind, reply)
            await asyncio.sleep(watch.pause())

    async def _send(
        self, operations: Sequence[Operation[Any]], request: Request, options: CallOptions
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
