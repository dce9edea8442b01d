"""A call is answered by a result or by an error: never by both, never by neither.

So is a whole request: elements, or the error that says why there are none.
"""

from collections.abc import Iterator

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.wording import place_of
from mediatasks.judge.facts import envelope_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.rpc_calls import element_place, request_error
from mediatasks.judge.tracks.history import History
from mediatasks.judge.violation import Verdict, Violation

NEEDS = {"smoke": None}


def applies(contract: Contract) -> bool:
    """Whether it is an RPC provider."""
    return contract.envelope is not None


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each reply element, and what stands beside the elements."""
    exchange, reply = seen.exchange, seen.reply
    if reply is None or not 200 <= exchange.status < 300 or exchange.json is MISSING:
        return
    whole = request_error(seen)
    if whole is not MISSING and (reply.result, reply.error) == (MISSING, MISSING):
        yield None
        return
    said = [n for n, v in (("a result", reply.result), ("an error", reply.error)) if v is not MISSING]
    if whole is not MISSING:
        said.append("an error of the whole request")
    if len(said) == 1:
        yield None
        return
    fact = envelope_fact(seen.operation.contract, "error")
    got = " and ".join(said) or "neither"
    yield Violation(place_of(element_place(seen)), "either a result or an error", got, fact)
