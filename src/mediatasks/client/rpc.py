"""RPC calls: read the failures inside a 2xx reply, and send several calls in one request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Self, TypeVar

import msgspec

from mediatasks.client.call import Call
from mediatasks.client.exchange import RawReply, Request
from mediatasks.client.operation import Operation
from mediatasks.client.replies.deviation import Deviation
from mediatasks.client.replies.reply import Reply, convert, decode_json
from mediatasks.client.requests.builder import RequestBuilder
from mediatasks.contracts.model.envelope import Envelope, RpcCall, RpcReply
from mediatasks.contracts.pointer import MISSING
from mediatasks.errors import (
    CallError,
    PartialFailure,
    ReplyError,
    RpcError,
    UsageError,
    shown,
    status_error,
)
from mediatasks.exchange.content import ContentError

if TYPE_CHECKING:
    from mediatasks.client.async_client import AsyncClient
    from mediatasks.client.session import Session
    from mediatasks.client.sync_client import Client

T = TypeVar("T")
P = ParamSpec("P")

MAX_CALLS = 1000


class PendingCall(Generic[T]):
    """One call of a batch; its result is there once the batch was sent.

    `deviations` are the places of its result that do not fit the contract's types; they read as None.
    """

    def __init__(self, operation: Operation[T], call: RpcCall) -> None:
        self.operation, self.call = operation, call
        self._result: Any = MISSING
        self._error: CallError | None = None
        self.deviations: tuple[Deviation, ...] = ()

    def result(self) -> T:
        """Return the result. Raises RpcError if this call failed, UsageError before it was sent."""
        if self._error is not None:
            raise self._error
        if self._result is MISSING:
            raise UsageError("the batch was not sent yet; leave its `with` block first")
        found: T = self._result
        return found

    def settle(self, result: Any, error: CallError | None, deviations: tuple[Deviation, ...] = ()) -> None:
        """Store how the call ended."""
        self._result, self._error, self.deviations = result, error, deviations


class _Calls:
    """The calls of a batch, numbered from 1: the id tells a call's reply from the others."""

    def __init__(self) -> None:
        self.pending: list[PendingCall[Any]] = []

    def take(self, builder: RequestBuilder, call: Call) -> PendingCall[Any]:
        operation = call.operation
        if not operation.rpc_method:
            raise UsageError(f"`{operation.id}` is no RPC call; only those can stand in a batch")
        if len(self.pending) >= MAX_CALLS:
            raise UsageError(f"a batch holds at most {MAX_CALLS} calls")
        params = builder.members(operation, call.members) if call.members is not None else {}
        number = len(self.pending) + 1
        self.pending.append(PendingCall(operation, RpcCall(operation.rpc_method, params, number)))
        return self.pending[-1]

    def request(self, builder: RequestBuilder) -> Request:
        if builder.envelope and not builder.envelope.batches and len(self.pending) > 1:
            raise UsageError(f"`{builder.provider.name}` takes one call a request, so no batches")
        return builder.build_calls([p.call for p in self.pending], {})


class Batch:
    """Several RPC calls in one request.

    with client.batch() as batch:
        tasks = batch.add(client.some_method, some_param=2)
    tasks.result()
    """

    def __init__(self, client: Client) -> None:
        self._client, self._calls = client, _Calls()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._calls.pending:
            builder, pending = self._client._builder, self._calls.pending
            request = self._calls.request(builder)
            raw = self._client._send([p.operation for p in pending], request, {})
            settle(self._client, pending, raw)

    def add(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> PendingCall[T]:
        """Add one call of a method of the client."""
        return self._calls.take(self._client._builder, self._client._captured(method, *args, **kwargs))


class AsyncBatch:
    """Several RPC calls in one request, asynchronously; see Batch."""

    def __init__(self, client: AsyncClient) -> None:
        self._client, self._calls = client, _Calls()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._calls.pending:
            builder, pending = self._client._builder, self._calls.pending
            request = self._calls.request(builder)
            raw = await self._client._send([p.operation for p in pending], request, {})
            settle(self._client, pending, raw)

    def add(self, method: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> PendingCall[T]:
        """Add one call of a method of the client."""
        return self._calls.take(self._client._builder, self._client._captured(method, *args, **kwargs))


def request_call(operation: Operation[Any], params: Any) -> RpcCall:
    """Return the only call of a request."""
    return RpcCall(operation.rpc_method, params, 1)


def read_rpc_reply(
    envelope: Envelope, operation: Operation[T], status: int, headers: Mapping[str, str], raw: bytes
) -> Reply[T]:
    """Return the reply to a request of one call. Raises StatusError, ReplyError or RpcError."""
    element = _elements(envelope, operation, status, headers, raw, 1)[0]
    if not _number(element, 1) and element.id not in (MISSING, None):
        raise ReplyError(operation.id, status, element.place, "a reply to call 1", _shown_id(element), raw)
    result, deviations = _result(operation, status, element, raw)
    return Reply(status, headers, raw, result, deviations, operation.id)


def settle(session: Session, pending: list[PendingCall[Any]], raw: RawReply) -> None:
    """Give each call of a batch its result or its error."""
    envelope = session._builder.envelope
    assert envelope
    status, body = raw.status, raw.body
    try:
        elements = _elements(envelope, pending[0].operation, status, raw.headers, body)
    except CallError as error:
        raise session.mask(error) from None
    document = decode_json(body) if session.strict is not None else None
    matched, mismatch = _match(envelope, pending, elements, raw)
    if mismatch is not None:
        session.mask(mismatch)
    for call, own in zip(pending, matched, strict=True):
        if own is None:
            call.settle(MISSING, mismatch)
            continue
        try:
            if session.strict is not None:
                session.strict.check_call(call.operation, raw, document, own.place)
            result, deviations = _result(call.operation, status, own, body)
            session.refuse(deviations, status, body)
            call.settle(result, None, deviations)
        except CallError as error:
            call.settle(MISSING, session.mask(error), error.deviations)
    session.tell([found for call in pending for found in call.deviations])
    if mismatch is not None:
        raise mismatch


def _match(
    envelope: Envelope, pending: list[PendingCall[Any]], elements: list[RpcReply], raw: RawReply
) -> tuple[list[RpcReply | None], ReplyError | None]:
    """Return the reply to each call, found by its id, and the error where a reply or a call has no partner.

    The place in the list counts only where it is the only one, or where the envelope has no ids.
    """
    first = pending[0]
    is_numbered = "id" in envelope.request and "id" in envelope.reply
    alone = len(pending) == len(elements) == 1 and elements[0].id in (MISSING, None)
    if alone or (not is_numbered and len(elements) == len(pending)):
        return list(elements), None
    matched: list[RpcReply | None] = [None] * len(pending)
    place, got = str(envelope.reply.get("calls", "")), ""
    for element in elements if is_numbered else ():
        number = _number(element, len(pending))
        if number and matched[number - 1] is None:
            matched[number - 1] = element
        elif not got:
            place, got = element.place, _shown_id(element) + (" twice" if number else "")
    missing = [str(n) for n, element in enumerate(matched, 1) if element is None]
    if not missing and not got:
        return matched, None
    if not got:
        got = f"none to {', '.join(missing[:10])}" if is_numbered else f"{len(elements)} reply elements"
    expected = f"one reply to each of {len(pending)} calls, with its id"
    return matched, ReplyError(first.operation.id, raw.status, place, expected, got, raw.body)


def _number(element: RpcReply, count: int) -> int:
    """Return the number of the call that has the reply's id, 0 where none of `count` calls has it.

    Our ids are integers; a string is another id.
    """
    given = element.id
    if isinstance(given, bool) or not isinstance(given, int | float) or not 1 <= given <= count:
        return 0
    return int(given) if given == int(given) else 0


def _shown_id(element: RpcReply) -> str:
    if element.id is MISSING:
        return "a reply without id"
    return f"id {shown(msgspec.json.encode(element.id))}"


def _elements(
    envelope: Envelope,
    operation: Operation[Any],
    status: int,
    headers: Mapping[str, str],
    raw: bytes,
    count: int | None = None,
) -> list[RpcReply]:
    """Return the reply elements of a body; `count` of them, where that is said."""
    try:
        body = decode_json(raw)
    except ContentError as error:
        if not 200 <= status < 300:
            raise status_error(operation.id, status, raw, raw, headers) from None
        raise ReplyError(operation.id, status, "", "JSON", str(error), raw) from None
    if not 200 <= status < 300:
        raise status_error(operation.id, status, body, raw, headers)
    failed = envelope.request_error(body)
    if failed not in (MISSING, None):
        raise RpcError(operation.id, operation.rpc_method, failed)
    elements = envelope.replies(body)
    if count is not None and len(elements) != count:
        place = envelope.reply.get("calls", "")
        expected = f"{count} reply elements"
        raise ReplyError(operation.id, status, place, expected, str(len(elements)), raw)
    return elements


def _result(
    operation: Operation[T], status: int, element: RpcReply, raw: bytes
) -> tuple[T, tuple[Deviation, ...]]:
    """Return the typed result of one element, and its deviations.

    Raises RpcError, PartialFailure or ReplyError.
    """
    method = operation.rpc_method
    if element.error not in (MISSING, None):
        raise RpcError(operation.id, method, element.error)
    if element.result is MISSING:
        raise ReplyError(operation.id, status, element.place, f"a result of `{method}`", "none", raw)
    if element.method not in (MISSING, method):
        got = f"`{element.method}`"
        raise ReplyError(operation.id, status, element.place, f"a reply to `{method}`", got, raw)
    result, deviations = convert(operation, 200, element.result, raw, element.place)
    if element.errors not in (MISSING, None, []):
        error = PartialFailure(operation.id, method, element.errors, result)
        error.deviations = deviations
        raise error
    return result, deviations
