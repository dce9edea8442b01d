"""An operation has the effect that the contract says: it moves, copies or deletes, or is refused.

A moved resource enters the named state or is further on; one whose state forbids the operation stays
as it is, and the request is refused as declared; a deleted one cannot be read any more; a copy has a
key of its own. A server with a time of its own is watched for as long as any task is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.judge.evidence.operation_case import OperationCase, is_refused
from mediatasks.judge.facts import effect_fact, lifecycle_fact, link_fact, reply_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import ObservedResource
from mediatasks.judge.violation import Verdict, Violation

Judged = tuple[Observation, Verdict]


@dataclass(frozen=True)
class ForbiddenCase:
    """A request that the state of `subject` forbids: the answer, and the resource as it was read then."""

    case: OperationCase
    subject: ObservedResource
    acted: Observation
    after: ObservedResource | None


@dataclass(frozen=True)
class AllowedCase:
    """A request that the state of `subject` allows: the answer, and the resource as it was read then.

    `copies` are the resources that the reply shows, each with what a read of it found; `reading` is
    the operation of these reads. `exclusive`: time passes only with the use of the server.
    """

    case: OperationCase
    subject: ObservedResource
    acted: Observation
    after: tuple[ObservedResource, ...]
    copies: tuple[tuple[ObservedResource, ObservedResource | None], ...]
    reading: Operation | None
    exclusive: bool


@dataclass(frozen=True)
class Deletion:
    """A request to delete a resource that is there.

    `now` is the resource as it was read after a refusal, `reads` what was read otherwise; `is_gone`:
    the last of them no longer shows it.
    """

    acted: Observation
    now: ObservedResource | None
    reads: tuple[Observation, ...]
    is_gone: bool


def applies(contract: Contract) -> bool:
    """Whether an operation changes what is there."""
    return any(contract.effects("move", "copy", "update", "delete"))


def judge_forbidden(asked: ForbiddenCase) -> Iterator[Judged]:
    """Judge the refusal, and whether the resource stayed as it was."""
    yield asked.acted, _refused(asked)


def judge_allowed(asked: AllowedCase) -> Iterator[Judged]:
    """Judge what became of the resource, and of its copies."""
    case, subject, acted, state = asked.case, asked.subject, asked.acted, asked.subject.state
    assert state is not None
    fact = effect_fact(case.operation)
    last = asked.after[-1].state if asked.after else state
    if is_refused(acted):
        # It may have moved on before the request came.
        if asked.after and last is not None and last.name in case.allowed:
            expected = f"an accepted request: the state `{state.name}` allows it"
            yield acted, Violation("status", expected, acted.exchange.answer, fact)
        return
    yield from ((acted, _copied(asked, copy, found)) for copy, found in asked.copies)
    if case.to is None:
        return
    if any(case.is_reached(subject, found) for found in asked.after):
        yield acted, None
    elif asked.exclusive or not asked.after or last is None or not last.final:
        # Elsewhere it may have ended before the request came to it.
        got = f"it in `{last.name if last else 'unknown'}`"
        yield acted, Violation("request", f"the resource in `{case.to}` after it", got, fact)


def judge_deletion(asked: Deletion) -> Iterator[Judged]:
    """Judge whether the resource is gone, and how the read of it is refused."""
    acted, now, fact = asked.acted, asked.now, effect_fact(asked.acted.operation)
    if is_refused(acted):
        # What has ended meanwhile may not be there to be cancelled.
        if now is not None and not (now.state and now.state.final):
            expected = "an accepted request: the resource is there"
            yield acted, Violation("status", expected, acted.exchange.answer, fact)
    elif asked.is_gone:
        yield acted, None
        yield asked.reads[-1], _missing(asked.reads[-1])
    elif asked.reads:
        yield acted, Violation("request", "no such resource any more", "it can still be read", fact)


NEEDS = {
    "forbidden-operations": judge_forbidden,
    "allowed-operations": judge_allowed,
    "deletions": judge_deletion,
}


def _copied(asked: AllowedCase, copy: ObservedResource, found: ObservedResource | None) -> Verdict:
    key, fact = copy.name, link_fact(asked.acted.operation, asked.reading)
    if copy.key == asked.subject.key:
        place = copy.place + copy.resource.key[-1]
        return Violation(place, "the key of the new resource", f"that of the old one: `{key}`", fact)
    if found is None:
        return Violation("request", f"a new resource, `{key}`", "nothing to be read under that key", fact)
    return None


def _refused(asked: ForbiddenCase) -> Verdict:
    case, acted, state = asked.case, asked.acted, asked.subject.state
    assert state is not None
    contract, fact = case.operation.contract, effect_fact(case.operation)
    after = asked.after.states if asked.after else asked.subject.states
    if not any(s.name in case.resource.reachable(state.name, ()) for s in after):
        expected = f"the resource left in `{state.name}`, from which the operation leads nowhere"
        forbids = fact if "from" in case.effect else lifecycle_fact(contract, case.resource, state.name)
        return Violation("request", expected, f"it in `{after[-1].name}`", forbids)
    if "refused" in case.effect and not is_refused(acted):
        expected = f"a refusal: the state `{state.name}` forbids it"
        return Violation("request", expected, acted.exchange.answer, fact)
    status = case.operation.failures.get("refused", {}).get("status")
    if contract.envelope is None and status not in (None, str(acted.exchange.status)):
        expected = f"{status}: the state `{state.name}` forbids it"
        return Violation("status", expected, acted.exchange.answer, reply_fact(case.operation, status))
    return None


def _missing(seen: Observation) -> Verdict:
    """Judge the answer for a resource that is not there."""
    status = seen.operation.failures.get("missing", {}).get("status")
    if seen.operation.contract.envelope is not None or status in (None, str(seen.exchange.status)):
        return None
    fact = reply_fact(seen.operation, status)
    return Violation("status", f"{status}: it was deleted", seen.exchange.answer, fact)
