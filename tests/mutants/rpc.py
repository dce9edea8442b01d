"""Envelopes of RPC replies that are wrong, and failures of calls that are told in a wrong way."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from msgspec import structs

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.model.envelope import Envelope, RpcCall, RpcReply
from mediatasks.contracts.pointer import MISSING
from mediatasks.exchange.documented_request import documented_requests
from mediatasks.mock.http.messages import MockReply, MockRequest, json_reply
from tests.mutants.defects import constant
from tests.mutants.mutant import Sketch, must_fail
from tests.mutants.server import Defect, Right
from tests.mutants.wire import Wire, changed_at, decode, encode

# Calls and replies of one request, in order; the replies to send are returned.
Change = Callable[[list[RpcCall], list[RpcReply]], list[RpcReply]]


@must_fail("rpc-reply-count")
def reply_dropped(contract: Contract) -> Iterator[Sketch]:
    """The reply to a call is left out."""
    for operation in _methods(contract):
        if _batches(contract):
            change = _each(operation, lambda call, reply: [])
            yield Sketch(
                operation.id, "", "its calls get no reply", partial(_on_elements, contract, change)
            )


@must_fail("rpc-reply-count")
def reply_doubled(contract: Contract) -> Iterator[Sketch]:
    """A call gets two replies."""
    for operation in _methods(contract):
        if _batches(contract):
            change = _each(operation, lambda call, reply: [reply, reply])
            yield Sketch(
                operation.id, "", "its calls get two replies", partial(_on_elements, contract, change)
            )


@must_fail("rpc-reply-count")
def last_reply_dropped(contract: Contract) -> Iterator[Sketch]:
    """The last call of several gets no reply."""
    for operation in _methods(contract)[:1]:
        if _batches(contract):
            build = partial(
                _on_elements, contract, lambda calls, replies: replies[: max(len(replies) - 1, 1)]
            )
            yield Sketch(operation.id, "", "the last call of several gets no reply", build)


@must_fail("rpc-id-echo")
def id_missing(contract: Contract) -> Iterator[Sketch]:
    """Replies bear no id."""
    for operation in _methods_with_ids(contract):
        change = _each(operation, lambda call, reply: [replace(reply, id=MISSING)])
        yield Sketch(operation.id, "", "its replies bear no id", partial(_on_elements, contract, change))


@must_fail("rpc-id-echo")
def id_constant(contract: Contract) -> Iterator[Sketch]:
    """All replies bear the same id."""
    for operation in _methods_with_ids(contract):
        change = _each(operation, lambda call, reply: [replace(reply, id=_constant(reply.id))])
        yield Sketch(
            operation.id, "", "its replies all bear the id 0", partial(_on_elements, contract, change)
        )


@must_fail("rpc-id-echo")
def ids_swapped(contract: Contract) -> Iterator[Sketch]:
    """The replies to two calls bear each other's ids."""
    for operation in _methods_with_ids(contract)[:1]:
        if _batches(contract):
            build = partial(_on_elements, contract, _swapped_ids)
            yield Sketch(operation.id, "", "two replies bear each other's ids", build)


@must_fail("rpc-result-or-error")
def error_beside_result(contract: Contract) -> Iterator[Sketch]:
    """A call that was carried out has an error too."""
    for operation in _methods(contract):
        change = _each(operation, partial(_with_error, contract))
        yield Sketch(
            operation.id, "", "an error stands beside its result", partial(_on_elements, contract, change)
        )


@must_fail("rpc-result-or-error")
def result_beside_error(contract: Contract) -> Iterator[Sketch]:
    """A call that failed has a result too."""
    for operation in _methods(contract):
        change = _each(operation, lambda call, reply: [_filled(reply, "error", "result", None)])
        yield Sketch(
            operation.id, "", "a result stands beside its error", partial(_on_elements, contract, change)
        )


@must_fail("rpc-result-or-error")
def neither(contract: Contract) -> Iterator[Sketch]:
    """The reply to a call holds neither a result nor an error."""
    for operation in _methods(contract):
        change = _each(operation, lambda call, reply: [replace(reply, result=MISSING, error=MISSING)])
        defect = "its replies hold neither result nor error"
        yield Sketch(operation.id, "", defect, partial(_on_elements, contract, change))


@must_fail("rpc-unknown-method")
def unknown_method_answered(contract: Contract) -> Iterator[Sketch]:
    """A call of a method that there is not gets a result."""
    for operation in _methods(contract)[:1]:
        for detail, result in (("null", None), ("list", []), ("object", {})):
            change = _strays(contract, partial(_answered, result))
            defect = (
                f"the result of an unknown method is {detail if detail == 'null' else 'empty'} ({detail})"
            )
            yield Sketch(operation.id, detail, defect, partial(_on_elements, contract, change))


@must_fail("rpc-unknown-method")
def unknown_method_passed_over(contract: Contract) -> Iterator[Sketch]:
    """A call of a method that there is not gets no reply."""
    for operation in _methods(contract)[:1]:
        if _batches(contract):
            change = _strays(contract, lambda reply: [])
            build = partial(_on_elements, contract, change)
            yield Sketch(operation.id, "", "a call of an unknown method gets no reply", build)


@must_fail("rpc-unknown-method")
def unknown_method_guessed(contract: Contract) -> Iterator[Sketch]:
    """A call of a method that there is not is taken for one of a method that there is."""
    for operation in _methods(contract):
        defect = f"an unknown method is taken for `{operation.rpc_method}`"
        yield Sketch(operation.id, "", defect, partial(_guessing, operation))


@must_fail("rpc-broken-params")
def broken_params_mended(contract: Contract) -> Iterator[Sketch]:
    """A call with broken params is carried out with others."""
    for operation in _methods(contract):
        request = next(documented_requests(operation), None)
        if request is not None:
            defect = "broken params are taken for those of the documented example"
            yield Sketch(operation.id, "", defect, partial(_mending, operation, request.body))


@must_fail("rpc-broken-params")
def broken_params_emptied(contract: Contract) -> Iterator[Sketch]:
    """A call with broken params gets an empty result."""
    for operation in _methods(contract):
        change = _each(operation, lambda call, reply: [_cleared(reply)])
        build = partial(_on_elements, contract, change)
        yield Sketch(operation.id, "", "failed calls get an empty result", build)


@must_fail("rpc-batch")
def batch_cut(contract: Contract) -> Iterator[Sketch]:
    """Of several calls only the first is carried out; the others fail."""
    for operation in _methods(contract)[:1]:
        if _batches(contract):
            build = partial(_on_elements, contract, _only_first)
            yield Sketch(operation.id, "", "of several calls all but the first fail", build)


@must_fail("rpc-batch")
def batch_all_or_nothing(contract: Contract) -> Iterator[Sketch]:
    """One call that fails makes the others of its request fail."""
    for operation in _methods(contract)[:1]:
        if _batches(contract):
            build = partial(_on_elements, contract, _all_or_nothing)
            yield Sketch(operation.id, "", "one failing call makes the others fail", build)


@must_fail("rpc-batch")
def batch_mixed_up(contract: Contract) -> Iterator[Sketch]:
    """Several calls get each other's results."""
    for operation in _methods(contract)[:1]:
        if _batches(contract):
            build = partial(_on_elements, contract, _rotated)
            yield Sketch(operation.id, "", "several calls get each other's results", build)


@must_fail("rpc-failure-status")
def failure_as_status(contract: Contract) -> Iterator[Sketch]:
    """A request whose call fails is answered with a status of HTTP."""
    for operation in _methods(contract):
        for status in (400, 404, 422):
            defect = f"a failed call is answered with {status}"
            yield Sketch(operation.id, str(status), defect, partial(_as_status, operation, status))


@must_fail("rpc-failure-status")
def error_without_text(contract: Contract) -> Iterator[Sketch]:
    """An error does not hold its text where errors do."""
    for operation in _methods(contract):
        for detail, value in (("code", 17), ("list", ["failed"])):
            change = _each(operation, partial(_with_other_error, value))
            defect = f"an error is a {'number' if detail == 'code' else 'list'} in place of its text"
            yield Sketch(operation.id, detail, defect, partial(_on_elements, contract, change))


def _methods(contract: Contract) -> list[Operation]:
    return [o for o in contract.operations.values() if o.rpc_method is not None]


def _methods_with_ids(contract: Contract) -> list[Operation]:
    return _methods(contract) if contract.envelope and "id" in contract.envelope.reply else []


def _batches(contract: Contract) -> bool:
    return contract.envelope is not None and contract.envelope.batches


def _on_elements(contract: Contract, change: Change) -> Defect:
    """Change the reply elements of each request that was not refused as a whole."""
    envelope = contract.envelope
    assert envelope is not None

    def defect(request: MockRequest, right: Right) -> MockReply:
        reply = right.answer(request)
        calls, replies = _elements(envelope, request, reply)
        changed = change(calls, list(replies)) if replies and len(calls) == len(replies) else replies
        return reply if changed == replies else _wrapped(envelope, reply, changed)

    return defect


def _elements(
    envelope: Envelope, request: MockRequest, reply: MockReply
) -> tuple[list[RpcCall], list[RpcReply]]:
    calls, body = envelope.calls(decode(request.body)), decode(reply.body)
    if reply.status != 200 or envelope.request_error(body) is not MISSING:
        return calls, []
    return calls, envelope.replies(body)


def _wrapped(envelope: Envelope, reply: MockReply, elements: list[RpcReply]) -> MockReply:
    # What stands in the elements must not be shared between two of them.
    return structs.replace(reply, body=encode(copy.deepcopy(envelope.wrap_replies(elements))))


def _each(operation: Operation, change: Callable[[RpcCall, RpcReply], list[RpcReply]]) -> Change:
    """Change the reply to each call of a method."""

    def change_all(calls: list[RpcCall], replies: list[RpcReply]) -> list[RpcReply]:
        pairs = zip(calls, replies, strict=True)
        return [n for c, r in pairs for n in (change(c, r) if c.method == operation.rpc_method else [r])]

    return change_all


def _strays(contract: Contract, change: Callable[[RpcReply], list[RpcReply]]) -> Change:
    """Change the reply to each call of a method that there is not."""
    known = {o.rpc_method for o in _methods(contract)}

    def change_all(calls: list[RpcCall], replies: list[RpcReply]) -> list[RpcReply]:
        pairs = zip(calls, replies, strict=True)
        return [n for c, r in pairs for n in ([r] if str(c.method) in known else change(r))]

    return change_all


def _constant(call_id: Any) -> Any:
    return MISSING if call_id is MISSING else 0


def _swapped_ids(calls: list[RpcCall], replies: list[RpcReply]) -> list[RpcReply]:
    if len(replies) < 2 or MISSING in (replies[0].id, replies[1].id):
        return replies
    first, second, *rest = replies
    return [replace(first, id=second.id), replace(second, id=first.id), *rest]


def _error(contract: Contract, text: str) -> Any:
    """Return an error of a call, as the provider's own errors are."""
    envelope = contract.envelope
    assert envelope is not None
    pointer = str(envelope.reply.get("message", ""))
    return {pointer.strip("/"): text} if pointer else text


def _with_error(contract: Contract, call: RpcCall, reply: RpcReply) -> list[RpcReply]:
    return [_filled(reply, "result", "error", _error(contract, "not carried out"))]


def _filled(reply: RpcReply, present: str, missing: str, value: Any) -> RpcReply:
    """Return a reply with a value beside another one, where that is there and the value is not."""
    fits = getattr(reply, present) is not MISSING and getattr(reply, missing) is MISSING
    return replace(reply, **{missing: value}) if fits else reply


def _cleared(reply: RpcReply) -> RpcReply:
    return reply if reply.error is MISSING else replace(reply, error=MISSING, result=[])


def _with_other_error(error: Any, call: RpcCall, reply: RpcReply) -> list[RpcReply]:
    return [reply if reply.error is MISSING else replace(reply, error=error)]


def _answered(result: Any, reply: RpcReply) -> list[RpcReply]:
    return [replace(reply, error=MISSING, result=result)]


def _mending(operation: Operation, params: Any) -> Defect:
    """Carry out a failed call once more, with other params."""
    wire, envelope = Wire(operation.contract), operation.contract.envelope
    assert envelope is not None

    def defect(request: MockRequest, right: Right) -> MockReply:
        reply = right.answer(request)
        calls, replies = _elements(envelope, request, reply)
        failed = any(r.error is not MISSING for r in replies)
        if len(calls) != 1 or not failed or not wire.is_of(request, operation):
            return reply
        body = changed_at(
            decode(request.body), calls[0].place + envelope.request["params"], constant(params)
        )
        return right.answer(structs.replace(request, body=encode(body)))

    return defect


def _guessing(operation: Operation) -> Defect:
    """Take a call of an unknown method for one of this."""
    contract = operation.contract
    envelope = contract.envelope
    assert envelope is not None
    known = {o.rpc_method for o in _methods(contract)}

    def defect(request: MockRequest, right: Right) -> MockReply:
        calls, body = envelope.calls(decode(request.body)), decode(request.body)
        if not any(isinstance(c.method, str) and c.method not in known for c in calls):
            return right.answer(request)
        guessed = [c if c.method in known else replace(c, method=operation.rpc_method) for c in calls]
        fresh = envelope.wrap(guessed, {})
        return right.answer(structs.replace(request, body=encode({**body, **fresh})))

    return defect


def _only_first(calls: list[RpcCall], replies: list[RpcReply]) -> list[RpcReply]:
    return [*replies[:1], *(_failed(r) for r in replies[1:])]


def _all_or_nothing(calls: list[RpcCall], replies: list[RpcReply]) -> list[RpcReply]:
    failed = [r for r in replies if r.error is not MISSING]
    return (
        [r if r.error is not MISSING else replace(_failed(r), error=failed[0].error) for r in replies]
        if failed
        else replies
    )


def _failed(reply: RpcReply) -> RpcReply:
    error = reply.error if reply.error is not MISSING else "not carried out"
    return replace(reply, result=MISSING, errors=MISSING, error=error)


def _rotated(calls: list[RpcCall], replies: list[RpcReply]) -> list[RpcReply]:
    """Give each call the outcome of the next one."""
    outcomes = [*replies[1:], *replies[:1]]
    pairs = zip(replies, outcomes, strict=True)
    return [replace(r, result=o.result, error=o.error, errors=o.errors) for r, o in pairs]


def _as_status(operation: Operation, status: int) -> Defect:
    envelope = operation.contract.envelope
    assert envelope is not None

    def defect(request: MockRequest, right: Right) -> MockReply:
        reply = right.answer(request)
        calls, replies = _elements(envelope, request, reply)
        own = [r for c, r in zip(calls, replies, strict=False) if c.method == operation.rpc_method]
        failed = [r.error for r in own if r.error is not MISSING]
        return json_reply(status, {"error": failed[0]}) if failed else reply

    return defect
