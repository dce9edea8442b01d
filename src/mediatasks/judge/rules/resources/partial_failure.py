"""Ids that do not exist are told as the contract says, and the rest is delivered all the same."""

from collections.abc import Iterator
from dataclasses import dataclass

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.wording import quoted
from mediatasks.judge.facts import effect_fact, reply_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import ObservedResource
from mediatasks.judge.violation import Verdict, Violation


@dataclass(frozen=True)
class MissingId:
    """The reply to a request for an id that no resource has.

    `beside` is a resource that exists, asked for in the same request; None: the id was sent alone.
    """

    id: str
    beside: ObservedResource | None
    seen: Observation


def applies(contract: Contract) -> bool:
    """Whether the contract says what becomes of ids that do not exist."""
    return any("missing" in effect or "missing" in o.failures for o, _, effect in contract.effects())


def judge_missing(case: MissingId) -> Iterator[tuple[Observation, Verdict]]:
    """Judge the reply; that of several may refuse the whole request instead."""
    if case.beside is None:
        yield case.seen, _refusal(case.seen)
    elif case.seen.accepted:
        yield case.seen, _lost(case.seen, case.beside)
        yield case.seen, _untold(case.seen, case.id)


NEEDS = {"missing-ids": judge_missing}


def _lost(seen: Observation, beside: ObservedResource) -> Verdict:
    if seen.find(beside.key):
        return None
    fact = effect_fact(seen.operation, "missing")
    return Violation(seen.place or "(body)", f"`{beside.key[0]}` all the same", "nothing of it", fact)


def _untold(seen: Observation, missing: str) -> Verdict:
    text = seen.effect["missing"].replace("{ids}", f"[{missing}]")
    if isinstance(seen.errors, list) and text in seen.errors:
        return None
    fact = effect_fact(seen.operation, "missing")
    got = "no error" if seen.errors is MISSING else quoted(seen.errors)
    return Violation(seen.place or "(body)", f"the error `{text}`", got, fact)


def _refusal(seen: Observation) -> Verdict:
    if not seen.accepted:
        return None
    status = seen.operation.failures["missing"]["status"]
    expected, fact = f"{status}, since there is no such resource", reply_fact(seen.operation, status)
    return Violation("status", expected, str(seen.exchange.status), fact)
