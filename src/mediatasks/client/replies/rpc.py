"""Read the failures inside a 2xx reply of an RPC provider, and the result of one call."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from mediatasks.client.operation import OperationSpec
from mediatasks.client.replies.deviation import Deviation
from mediatasks.client.replies.reply import Reply, convert, decode_json
from mediatasks.contracts.model.envelope import Envelope, RpcCall, RpcReply
from mediatasks.contracts.pointer import MISSING
from mediatasks.errors import PartialFailure, ReplyError, RpcError, shown, status_error
from mediatasks.exchange.content import ContentError

T = TypeVar("T")


def request_call(operation: OperationSpec[Any], params: Any) -> RpcCall:
    """Return the only call of a request."""
    return RpcCall(operation.rpc_method, params, 1)


def read_rpc_reply(
    envelope: Envelope, operation: OperationSpec[T], status: int, headers: Mapping[str, str], raw: bytes
) -> Reply[T]:
    """Return the reply to a request of one call. Raises StatusError, ReplyError or RpcError."""
    element = read_elements(envelope, operation, status, headers, raw, 1)[0]
    if not call_number(element, 1) and element.id not in (MISSING, None):
        raise ReplyError(operation.id, status, element.place, "a reply to call 1", shown_id(element), raw)
    result, deviations = read_result(operation, status, element, raw)
    return Reply(status, headers, raw, result, deviations, operation.id)


def call_number(element: RpcReply, count: int) -> int:
    """Return the number of the call that has the reply's id, 0 where none of `count` calls has it.

    Our ids are integers; a string is another id.
    """
    given = element.id
    if isinstance(given, bool) or not isinstance(given, int | float) or not 1 <= given <= count:
        return 0
    return int(given) if given == int(given) else 0


def shown_id(element: RpcReply) -> str:
    """Return the id of a reply for a message."""
    if element.id is MISSING:
        return "a reply without id"
    return f"id {shown(msgspec.json.encode(element.id))}"


def read_elements(
    envelope: Envelope,
    operation: OperationSpec[Any],
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


def read_result(
    operation: OperationSpec[T], status: int, element: RpcReply, raw: bytes
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
