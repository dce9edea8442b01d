"""What was posted can be read back: every member that a request writes is in the resource.

Of each element of a request one resource; of one that existed before what is new; of a setting where
another reply shows it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mediatasks.contracts.equality import same_key
from mediatasks.contracts.expression import Scope
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import get
from mediatasks.contracts.wording import quoted
from mediatasks.judge.evidence.creation import Creation, written
from mediatasks.judge.evidence.stability import holds, overlap, volatile
from mediatasks.judge.facts import Fact, effect_fact
from mediatasks.judge.observation.observation import Observation, shows
from mediatasks.judge.observation.observed_resource import ObservedResource
from mediatasks.judge.violation import Verdict, Violation


@dataclass(frozen=True)
class WrittenSetting:
    """A value that was written, and the reply of another operation that shows it at `place`."""

    value: Any
    seen: Observation
    place: str


def applies(contract: Contract) -> bool:
    """Whether the contract says what a creation writes into a resource."""
    return any("sets" in effect for _, _, effect in contract.effects("create", "upsert"))


def judge_creation(case: Creation) -> Iterator[tuple[Observation, Verdict]]:
    """Compare what was posted with each resource as the reply shows it, and as it is read."""
    said = "action" if case.is_upsert and case.was_there else "sets"
    fact = effect_fact(case.seen.operation, said)
    yield from _pair(case, [(case.seen, observed) for observed in case.resources if observed.whole], fact)
    yield from _pair(case, case.read, fact)


def judge_setting(case: WrittenSetting) -> Iterator[tuple[Observation, Verdict]]:
    """Judge whether a setting is shown as it was written."""
    seen, found = case.seen, get(case.seen.scope.response, case.place)
    fact = effect_fact(seen.operation, "shows")
    wrong = Violation(seen.place + case.place, f"what was set: `{case.value}`", quoted(found), fact)
    yield seen, None if same_key(found, case.value) else wrong


NEEDS = {"creations": judge_creation, "settings": judge_setting}


def _pair(
    made: Creation, found: Sequence[tuple[Observation, ObservedResource]], fact: Fact
) -> Iterator[tuple[Observation, Verdict]]:
    """Give each resource the element that it was made from: resources may come in any order."""
    scopes = list(made.parts)
    for i, (seen, observed) in enumerate(found):
        order = [scopes[i], *scopes[:i], *scopes[i + 1 :]] if i < len(scopes) else scopes
        several = [list(_verdicts(made, scope, seen, observed, fact)) for scope in order]
        right = next((v for v in several if all(verdict is None for verdict in v)), None)
        for verdict in right if right is not None else several[0] if several else ():
            yield seen, verdict


def _verdicts(
    made: Creation, scope: Scope, seen: Observation, observed: ObservedResource, fact: Fact
) -> Iterator[Verdict]:
    moving = volatile(observed.resource)
    for pointer, posted in written(made.seen.effect, scope, observed).items():
        if any(overlap(pointer, other) for other in moving) or not shows(seen, observed, pointer):
            continue
        kept, expected = get(observed.value, pointer), f"what was posted: {quoted(posted)}"
        wrong = Violation(observed.place + pointer, expected, quoted(kept), fact)
        yield None if holds(kept, posted) else wrong
