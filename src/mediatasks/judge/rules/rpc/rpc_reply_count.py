"""A reply holds one element for each call of its request.

A request that fails as a whole says so at one place: in a member of the body, or in one element
that belongs to no call.
"""

from collections.abc import Iterator

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.model.envelope import RpcReply
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import count_of
from mediatasks.judge.facts import operation_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.rpc_calls import envelope_of
from mediatasks.judge.tracks.history import History
from mediatasks.judge.violation import Verdict, Violation

NEEDS = {"smoke": None}


def applies(contract: Contract) -> bool:
    """Whether several calls travel in one request."""
    envelope = contract.envelope
    return envelope is not None and envelope.batches and "calls" in envelope.reply


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each reply once."""
    if seen.index or seen.call is None:
        return
    envelope, body = envelope_of(seen), seen.exchange.json
    pointer = str(envelope.reply["calls"])
    calls, replies = len(envelope.calls(seen.exchange.asked)), envelope.replies(body)
    if not isinstance(get(body, pointer), list) or envelope.request_error(body) is not MISSING:
        # No elements at all: the schema, or the error of the whole request, says what that is.
        return
    if len(replies) == calls or (len(replies) == 1 and _is_of_no_call(replies[0])):
        yield None
        return
    expected = f"{count_of(calls, 'element')}, as many as calls"
    got = count_of(len(replies), "element")
    yield Violation(pointer or "(body)", expected, got, operation_fact(seen.operation))


def _is_of_no_call(reply: RpcReply) -> bool:
    """Whether an element says no more than that something failed."""
    said = (reply.method, reply.id, reply.result)
    return reply.error is not MISSING and all(member is MISSING for member in said)
