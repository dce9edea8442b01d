"""Several RPC calls in one request: a batch, and the result of each of its calls."""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, ParamSpec, Self, TypeVar

from mediatasks.client.call import Call
from mediatasks.client.exchange import RawReply
from mediatasks.client.operation import OperationSpec
from mediatasks.client.replies.deviation import Deviation
from mediatasks.client.replies.reply import decode_json
from mediatasks.client.replies.rpc import call_number, read_elements, read_result, shown_id
from mediatasks.client.session import Session
from mediatasks.contracts.model.envelope import Envelope, RpcCall, RpcReply
from mediatasks.contracts.pointer import MISSING
from mediatasks.errors import CallError, ReplyError, UsageError

T = TypeVar("T")
P = ParamSpec("P")

MAX_CALLS = 1000


class PendingCall(Generic[T]):
    """One call of a batch; its result is there once the batch was sent.

    `deviations` are the places of its result that do not fit the contract's types; they read as None.
    """

    def __init__(self, operation: OperationSpec[T], call: RpcCall) -> None:
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

    def __init__(self, session: Session, send: Callable[..., Any]) -> None:
        self._session, self._builder, self._send = session, session._builder, send
        self._pending: list[PendingCall[Any]] = []

    def _take(self, call: Call) -> PendingCall[Any]:
        operation = call.operation
        if not operation.rpc_method:
            raise UsageError(f"`{operation.id}` is no RPC call; only those can stand in a batch")
        if len(self._pending) >= MAX_CALLS:
            raise UsageError(f"a batch holds at most {MAX_CALLS} calls")
        params = self._builder.members(operation, call.members) if call.members is not None else {}
        number = len(self._pending) + 1
        self._pending.append(PendingCall(operation, RpcCall(operation.rpc_method, params, number)))
        return self._pending[-1]

    def _sent(self) -> Any:
        """Send all calls; return what the client's `_send` returns."""
        if self._builder.envelope and not self._builder.envelope.batches and len(self._pending) > 1:
            raise UsageError(f"`{self._builder.provider.name}` takes one call a request, so no batches")
        request = self._builder.build_calls([p.call for p in self._pending], {})
        return self._send([p.operation for p in self._pending], request, {})


class Batch(_Calls):
    """Several RPC calls in one request.

    with client.batch() as batch:
        tasks = batch.add(client.some_method, some_param=2)
    tasks.result()
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._pending:
            settle(self._session, self._pending, self._sent())

    def add(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> PendingCall[T]:
        """Add one call of a method of the client."""
        return self._take(self._session._captured(method, *args, **kwargs))


class AsyncBatch(_Calls):
    """Several RPC calls in one request, asynchronously; see Batch."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._pending:
            settle(self._session, self._pending, await self._sent())

    def add(self, method: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> PendingCall[T]:
        """Add one call of a method of the client."""
        return self._take(self._session._captured(method, *args, **kwargs))


def settle(session: Session, pending: list[PendingCall[Any]], raw: RawReply) -> None:
    """Give each call of a batch its result or its error."""
    envelope = session._builder.envelope
    assert envelope
    status, body = raw.status, raw.body
    try:
        elements = read_elements(envelope, pending[0].operation, status, raw.headers, body)
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
            result, deviations = read_result(call.operation, status, own, body)
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
        number = call_number(element, len(pending))
        if number and matched[number - 1] is None:
            matched[number - 1] = element
        elif not got:
            place, got = element.place, shown_id(element) + (" twice" if number else "")
    missing = [str(n) for n, element in enumerate(matched, 1) if element is None]
    if not missing and not got:
        return matched, None
    if not got:
        got = f"none to {', '.join(missing[:10])}" if is_numbered else f"{len(elements)} reply elements"
    expected = f"one reply to each of {len(pending)} calls, with its id"
    return matched, ReplyError(first.operation.id, raw.status, place, expected, got, raw.body)
