"""Each reply of an RPC call bears the id of its call.

Elements may come in any order where ids tell them apart: an element is then held to the call whose id
it bears, by its method, and in the probe by its result. An error that no call can be told of (of the
whole request) bears no id.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.rpc_calls import compare, two_of_one_method
from mediatasks.check.scenarios.smoke import send_smoke_requests
from mediatasks.contracts.equality import equal_on_wire
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.shape import Shape, type_of
from mediatasks.contracts.wording import place_of, quoted
from mediatasks.judge.facts import envelope_fact
from mediatasks.judge.history import History
from mediatasks.judge.observation import Observation
from mediatasks.judge.rpc_calls import element_place, envelope_of
from mediatasks.judge.violation import Verdict, Violation


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


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Send two calls of one method whose results differ, and see which id each result bears."""
    yield from send_smoke_requests(client)
    for pair in two_of_one_method(client):
        alone = [client.call(request) for request in pair]
        together = client.batch(pair)
        swapped = [compare(together[i], alone[1 - i]) for i in (0, 1)]
        if compare(alone[0], alone[1]) or not all(s.accepted for s in (*alone, *together)):
            continue
        for seen, own, is_other in zip(together, alone, swapped, strict=True):
            if not is_other or compare(seen, own):
                yield seen, None
                continue
            fact = envelope_fact(client.contract, "id")
            expected = f"under the id {quoted(seen.call.id if seen.call else '')} the result of its call"
            yield seen, Violation(place_of(seen.place), expected, "the result of the other call", fact)


def _is_id(seen: Observation, value: Any) -> bool:
    schema = envelope_of(seen).rpc["schemas"].get("id", {})
    types = Shape(seen.operation.contract, schema).types
    kind = type_of(value)
    fits = not types or kind in types or (kind == "integer" and "number" in types)
    return value is not MISSING and value is not None and fits


def _tells_call(reply: Any, call: Any) -> bool:
    return isinstance(reply, str) and reply == call
