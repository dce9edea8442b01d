"""What a reply says to one RPC call, read by the envelope: the error and its text, where they stand."""

from typing import Any

from mediatasks.contracts.equality import equal_on_wire
from mediatasks.contracts.model.envelope import Envelope, RpcReply
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.judge.observation.observation import Observation


def envelope_of(seen: Observation) -> Envelope:
    """Return the envelope of an RPC provider."""
    envelope = seen.operation.contract.envelope
    assert envelope is not None
    return envelope


def element_place(seen: Observation) -> str:
    """Return the pointer of the reply element; of the whole body where there is none."""
    if seen.reply is None:
        return ""
    return seen.reply.place.removesuffix(str(envelope_of(seen).reply["result"]))


def request_error(seen: Observation) -> Any:
    """Return the error of the whole request, `MISSING` where it did not fail as a whole."""
    return envelope_of(seen).request_error(seen.exchange.json)


def call_error(seen: Observation) -> Any:
    """Return the error of the call alone."""
    return seen.reply.error if seen.reply is not None else MISSING


def any_error(seen: Observation) -> tuple[Any, str]:
    """Return the error of the call or of its whole request, and its pointer; else (`MISSING`, "")."""
    envelope, error = envelope_of(seen), call_error(seen)
    if error is not MISSING:
        return error, element_place(seen) + str(envelope.reply["error"])
    error = request_error(seen)
    return error, "" if error is MISSING else str(envelope.reply["request_error"])


def text_of_error(envelope: Envelope, error: Any) -> Any:
    """Return the text in an error, `MISSING` where there is none."""
    return get(error, envelope.reply.get("message", ""))


def come_to_the_same(one: RpcReply | None, other: RpcReply | None) -> bool:
    """Whether two calls gave the same result, or an error each, its text left aside."""
    if one is None or other is None:
        return one is other
    if one.result is MISSING or other.result is MISSING:
        return one.result is other.result and (one.error is MISSING) == (other.error is MISSING)
    return equal_on_wire(one.result, other.result) and equal_on_wire(one.errors, other.errors)
