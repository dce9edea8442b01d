"""An update changes what it names, and nothing else.

One member at a time is given another value. What time changes may change as well: state, progress,
times. Resources are made for it, or are put back as they were.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import quoted
from mediatasks.judge.evidence.listing import Listing
from mediatasks.judge.evidence.stability import holds, lasting
from mediatasks.judge.facts import effect_fact
from mediatasks.judge.observation.observation import Observation, shows
from mediatasks.judge.observation.observed_resource import Key, ObservedResource, text_of_key
from mediatasks.judge.violation import Verdict, Violation


@dataclass(frozen=True)
class MemberUpdate:
    """An accepted update that named one member, and the resource directly before it and after.

    `seen` is the read that shows it after.
    """

    operation: Operation
    pointer: str
    value: Any
    before: ObservedResource
    seen: Observation
    now: ObservedResource


@dataclass(frozen=True)
class SwitchedResource:
    """The whole list directly after an update that brought a resource into it, or took it out."""

    operation: Operation
    key: Key
    is_on: bool
    listing: Listing


def applies(contract: Contract) -> bool:
    """Whether there is an update."""
    return any(contract.effects("update"))


def judge_update(case: MemberUpdate) -> Iterator[tuple[Observation, Verdict]]:
    """Judge the member that was changed, and all others."""
    for verdict in (*_named(case), *_others(case)):
        yield case.seen, verdict


def judge_switch(case: SwitchedResource) -> Iterator[tuple[Observation, Verdict]]:
    """Judge whether a resource is listed after an update."""
    listing, key = case.listing, text_of_key(case.key)
    expected = f"`{key}`, which was switched on" if case.is_on else f"no `{key}`, which was switched off"
    fact = effect_fact(case.operation, "sets")
    wrong = Violation(listing.place, expected, "none" if case.is_on else "it is there", fact)
    yield listing.seen, None if (case.key in listing.keys) is case.is_on else wrong


NEEDS = {"updates": judge_update, "switches": judge_switch}


def _named(case: MemberUpdate) -> Iterator[Verdict]:
    """Judge the member that was changed."""
    pointer, now = case.pointer, case.now
    if pointer in now.resource.state_members:
        yield from _moved(case)
    elif shows(case.seen, now, pointer):
        zoneless = pointer in now.resource.operations[case.operation.id].get("zoneless", ())
        written, kept = f"{case.value}Z" if zoneless else case.value, get(now.value, pointer)
        fact = effect_fact(case.operation, "sets")
        expected = f"what was sent: {quoted(case.value)}"
        wrong = Violation(now.place + pointer, expected, quoted(kept), fact)
        yield None if holds(kept, written) else wrong


def _others(case: MemberUpdate) -> Iterator[Verdict]:
    """Judge the members that were not named, and that time does not change."""
    now, fact = case.now, effect_fact(case.operation)
    for pointer in lasting(now.resource):
        old, new = get(case.before.value, pointer), get(now.value, pointer)
        if pointer != case.pointer and old is not MISSING:
            expected = f"{quoted(old)} as before: only `{case.pointer}` was changed"
            wrong = Violation(now.place + pointer, expected, quoted(new), fact)
            yield None if holds(new, old) and holds(old, new) else wrong


def _moved(case: MemberUpdate) -> Iterator[Verdict]:
    """Judge the state that was asked for, where the one before may lead there and time did not end it."""
    resource, before, now = case.now.resource, case.before.state, case.now.state
    target = next((s for s in resource.states.values() if s.marks.get(case.pointer) == case.value), None)
    if target is None or before is None or now is None:
        return
    if target.name not in {move.to for move in before.moves} or (now.final and now is not target):
        return
    fact = effect_fact(case.operation, "sets")
    expected = f"the state `{target.name}`, which was asked for"
    wrong = Violation(case.now.place + case.pointer, expected, f"`{now.name}`", fact)
    yield None if now.name in resource.reachable(target.name, ()) else wrong
