"""Params that break the contract are refused: the call has an error, and no result.

A required one that is missing or of another type, and params that are no object. The type is one that
no server could turn into the right one. Where and how errors travel `rpc-failure-status` judges.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.wording import place_of
from mediatasks.judge.facts import operation_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.rpc_calls import any_error, element_place
from mediatasks.judge.violation import Verdict, Violation


@dataclass(frozen=True)
class BrokenCall:
    """A call whose params break the contract; `why` says how, in words."""

    seen: Observation
    why: str


def applies(contract: Contract) -> bool:
    """Whether it is an RPC provider."""
    return contract.envelope is not None


def judge_broken(call: BrokenCall) -> Iterator[tuple[Observation, Verdict]]:
    """Judge whether the call, or its request, was refused."""
    seen = call.seen
    error, _ = any_error(seen)
    has_result = seen.reply is not None and seen.reply.result is not MISSING
    if (error is not MISSING and not has_result) or not 200 <= seen.exchange.status < 300:
        yield seen, None
        return
    got = "a result" if has_result else seen.exchange.answer
    place, fact = place_of(element_place(seen)), operation_fact(seen.operation)
    yield seen, Violation(place, f"an error for a call {call.why}", got, fact)


NEEDS = {"broken-params": judge_broken}
