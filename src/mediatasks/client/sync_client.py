"""The synchronous client: send a call, repeat it where that is safe, wait for a task."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ParamSpec, Self, TypeVar, cast

from mediatasks.client import pauses
from mediatasks.client.batch import Batch
from mediatasks.client.call import Call, is_captured
from mediatasks.client.exchange import BadEncoding, RawReply, Request, TooLong
from mediatasks.client.operation import OperationSpec, Provider
from mediatasks.client.options import CallOptions, ClientOptions, check_callback, check_options
from mediatasks.client.paging import start_pager
from mediatasks.client.replies.reply import Reply
from mediatasks.client.requests.builder import NO_BODY
from mediatasks.client.session import Session
from mediatasks.client.transport.opening import open_transport
from mediatasks.client.wait import tell
from mediatasks.errors import CallError, ConnectionFailed

T = TypeVar("T")
P = ParamSpec("P")


class Client(Session):
    """Base of the synchronous clients. Use it as a context manager, or call `close()`."""

    def __init__(
        self, provider: Provider, base_url: str | None, credentials: Mapping[str, Any], **options: Any
    ) -> None:
        check_options(type(self).__name__, options, ClientOptions, credentials)
        super().__init__(provider, base_url, credentials, options)
        self._transport = open_transport(self._builder, options)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, unless they are the caller's own; no call is possible afterwards."""
        self._closed = True
        self._transport.close()

    def detailed(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Reply[T]:
        """Call `method` of this client and return its reply with status, headers and raw bytes."""
        return self._perform(self._captured(method, *args, **kwargs))

    def pages(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        """Yield the pages of a list, from the one asked for to the last.

        It ends when the server says so, or at a page that brings nothing new.
        """
        call = self._captured(method, *args, **kwargs)
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
        return Batch(self, self._send)

    def _call(
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
        result: T = self._perform(call).result
        return result

    def _perform(self, call: Call) -> Reply[Any]:
        return self._read(call.operation, self._send([call.operation], self._request(call), call.options))

    def _wait(
        self,
        kind: Any,
        task: Any,
        timeout: float | None,
        interval: float | None,
        on_update: Callable[[Any], object] | None,
        arguments: Mapping[str, Any],
    ) -> Any:
        check_callback(on_update, asynchronous=False)
        watch = self._watch(kind, task, arguments, timeout, interval)
        while True:
            try:
                reply = self._perform(Call(watch.operation, **watch.call_arguments()))
            except CallError as error:
                watch.fail(error)
                pauses.sleep(watch.pause(error))
                continue
            if watch.see(self._result(watch.operation, reply), reply) and on_update:
                tell(on_update, watch.model)
            if watch.ended:
                return watch.model
            pauses.sleep(watch.pause())

    def _send(
        self, operations: Sequence[OperationSpec[Any]], request: Request, options: CallOptions
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
