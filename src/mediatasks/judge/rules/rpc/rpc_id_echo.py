"""Each reply of an RPC call bears the id of its call.

Elements may come in any order where ids tell them apart: an element is then held to the call whose id
it bears, by its method, and by its result where that is known. An error that no call can be told of (of the
whole request) bears no id.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mediatasks.contracts.equality import equal_on_wire
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.shape import Shape, type_of
from mediatasks.contracts.wording import place_of, quoted
from mediatasks.judge.facts import envelope_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.rpc_calls import come_to_the_same, element_place, envelope_of
from mediatasks.judge.tracks.history import History
from mediatasks.judge.violation import Verdict, Violation


@dataclass(frozen=True)
class CallPair:
    """Two calls of one method, each `alone`, and `together` in one request."""

    alone: Sequence[Observation]
    together: Sequence[Observation]


def applies(contract: Contract) -> bool:
    """Whether calls and replies have ids."""
    envelope = contract.envelope
    return envelope is not None and "id" in envelope.request and "id" in envelope.reply


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each reply to a call with an id."""
    call, reply = seen.call, seen.reply
    if call is None or reply is None or not _is_id(seen, call.id):
        return
    place = place_of(element_place(seen))
    fact = envelope_fact(seen.operation.contract, "id")
    if reply.id is MISSING and not seen.accepted and not _tells_call(reply.method, call.method):
        # The request may have failed as a whole.
        return
    if not equal_on_wire(call.id, reply.id):
        got = "no id" if reply.id is MISSING else quoted(reply.id)
        yield Violation(place, f"the id of the call: {quoted(call.id)}", got, fact)
    elif isinstance(reply.method, str) and reply.method != call.method:
        expected = f"the reply of {quoted(call.method)}, whose id it bears"
        yield Violation(place, expected, f"a reply of {quoted(reply.method)}", fact)
    else:
        yield None


def judge_pair(pair: CallPair) -> Iterator[tuple[Observation, Verdict]]:
    """Judge which id each of two results bears."""
    replies = [seen.reply for seen in pair.alone]
    if come_to_the_same(*replies) or not all(s.accepted for s in (*pair.alone, *pair.together)):
        return
    for seen, own, other in zip(pair.together, replies, reversed(replies), strict=True):
        if not come_to_the_same(seen.reply, other) or come_to_the_same(seen.reply, own):
            yield seen, None
            continue
        fact = envelope_fact(seen.operation.contract, "id")
        expected = f"under the id {quoted(seen.call.id if seen.call else '')} the result of its call"
        yield seen, Violation(place_of(seen.place), expected, "the result of the other call", fact)


NEEDS = {"smoke": None, "call-pairs": judge_pair}


def _is_id(seen: Observation, value: Any) -> bool:
    schema = envelope_of(seen).rpc["schemas"].get("id", {})
    types = Shape(seen.operation.contract, schema).types
    kind = type_of(value)
    fits = not types or kind in types or (kind == "integer" and "number" in types)
    return value is not MISSING and value is not None and fits


def _tells_call(reply: Any, call: Any) -> bool:
    return isinstance(reply, str) and reply == call
