"""A resource stands in a list as its own read shows it directly after.

Compared are all members that both show. What a request wrote and the created time must be the same at
once; of any other that differs, list and read are asked once more, and it must have stood still in
both. The state in the later of two resources must be one that may follow. What a list shows can be read,
and a list that is asked for a key holds that resource.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mediatasks.contracts.equality import same_key
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import MISSING, get, join
from mediatasks.contracts.wording import quoted
from mediatasks.judge.evidence.stability import holds, lasting
from mediatasks.judge.facts import lifecycle_fact, link_fact, member_fact, named_fact
from mediatasks.judge.observation.events import Shown
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import ObservedResource
from mediatasks.judge.observation.timestamps import read_moment
from mediatasks.judge.tracks.moves import Step, step_of
from mediatasks.judge.tracks.track import Track
from mediatasks.judge.violation import Verdict, Violation


@dataclass(frozen=True)
class ListedResource:
    """A resource as a list shows it, and the read of it directly after.

    `again` is how list and read showed it once more, asked for where members differ. `is_own`: nobody
    but this run changes the resource.
    """

    seen: Observation
    observed: ObservedResource
    read: Observation
    is_own: bool
    again: tuple[ObservedResource, ObservedResource] | None = None

    @property
    def as_read(self) -> ObservedResource | None:
        """The resource as its read shows it."""
        return self.read.find(self.observed.key)


@dataclass(frozen=True)
class KeyedList:
    """A list that was `asked` for the key of one resource, which a read showed directly before."""

    seen: Observation
    asked: ObservedResource


def applies(contract: Contract) -> bool:
    """Whether a resource stands in lists."""
    return any(contract.effects("list"))


def concerns(operation: Operation) -> bool:
    """Whether an operation reads or lists a resource with states."""
    resource, effect = operation.resource, operation.effect
    return resource is not None and bool(resource.states) and effect["action"] in ("read", "list")


def judge_track(shown: Shown, track: Track) -> Iterator[Verdict]:
    """Judge the state in which a list shows a resource after its read, or the other way round."""
    before = track.state.operation if track.state is not None else shown.operation.id
    if before == shown.operation.id:
        return
    actions = [shown.resource.operations[name]["action"] for name in (before, shown.operation.id)]
    if "list" in actions and actions[0] in ("read", "list"):
        step = step_of(shown, track)
        if step is not None:
            yield step.verdict(_illegal)


def judge_keyed(case: KeyedList) -> Iterator[tuple[Observation, Verdict]]:
    """Judge whether a list shows the resource that it was asked for."""
    seen, observed = case.seen, case.asked
    got = f"a list without {quoted(observed.name)}"
    fact = named_fact(seen.operation, seen.effect["where"][observed.resource.key[-1]])
    lost = Violation(seen.place or "(body)", "the resource that was asked for", got, fact)
    yield seen, None if seen.find(observed.key) else lost


def judge_listed(case: ListedResource) -> Iterator[tuple[Observation, Verdict]]:
    """Judge a resource in a list by the read after it."""
    seen, read, now = case.seen, case.read, case.as_read
    if now is None:
        if case.is_own and _is_named(case.observed, read):
            expected = f"the resource that `{seen.operation.id}` shows"
            fact = link_fact(seen.operation, read.operation)
            yield read, Violation("status", expected, read.exchange.answer, fact)
        return
    for pointer, old, new in differing(case) if case.again is not None else ():
        if [get(later.value, pointer) for later in case.again or ()] == [old, new]:
            yield seen, _differs(case, pointer, old, new)
    created = now.resource.fields.get("timestamps", {}).get("created", {})
    for pointer in _steady(case):
        old, new = get(case.observed.value, pointer), get(now.value, pointer)
        is_time = pointer == created.get("at")
        if old is not MISSING and new is not MISSING:
            same = _is_same_time(old, new, created["unit"]) if is_time else _is_same(old, new)
            yield seen, None if same else _differs(case, pointer, old, new)


NEEDS = {"listed-resources": judge_listed, "keyed-lists": judge_keyed}


def differing(case: ListedResource) -> list[tuple[str, Any, Any]]:
    """Return (pointer, listed, read) of members that differ, and that time or others may be changing."""
    listed, now = case.observed.value, case.as_read
    if not isinstance(listed, dict) or now is None:
        return []
    shown = [(p, get(listed, p), get(now.value, p)) for p in (join([name]) for name in listed)]
    steady = set(_steady(case))
    # One of the two may show more of an object.
    return [
        (pointer, old, new)
        for pointer, old, new in shown
        if new is not MISSING and pointer not in steady
        if not (_is_same(old, new) or holds(old, new) or holds(new, old))
    ]


def _illegal(step: Step) -> Violation:
    fact = lifecycle_fact(step.shown.operation.contract, step.shown.resource, step.before.name)
    expected = f"a state that may follow `{step.before.name}`, which `{step.shown_by}` showed before"
    return Violation(step.place, expected, f"`{step.after.name}`", fact)


def _steady(case: ListedResource) -> list[str]:
    """Return the members that neither time nor anybody else changes."""
    resource = case.observed.resource
    changers = (
        [] if case.is_own else [*resource.operations_with("update"), *resource.operations_with("upsert")]
    )
    changed = {pointer for name in changers for pointer in resource.operations[name].get("sets", {})}
    return [pointer for pointer in lasting(resource) if pointer not in changed]


def _is_named(observed: ObservedResource, read: Observation) -> bool:
    """Whether the read names the resource by nothing but members that the list shows."""
    return all(get(observed.value, pointer) is not MISSING for pointer in read.effect.get("where", {}))


def _is_same(old: Any, new: Any) -> bool:
    # One may be the other as text.
    is_text = isinstance(old, dict | list) is not isinstance(new, dict | list)
    return is_text or old == new or same_key(old, new)


def _is_same_time(old: Any, new: Any, unit: str) -> bool:
    """Whether two values are the same time, as exactly as both tell it."""
    one, other = read_moment(old, unit), read_moment(new, unit)
    if one is None or other is None:
        return True
    allowed = 0 if one.step == other.step else max(one.step, other.step)
    return abs(one.seconds - other.seconds) <= allowed


def _differs(case: ListedResource, pointer: str, old: Any, new: Any) -> Violation:
    place = case.observed.place + pointer
    fact = member_fact(case.seen.operation, str(case.seen.exchange.status), place)
    expected = f"what `{case.read.operation.id}` shows directly after"
    return Violation(place, expected, f"{quoted(old)}, there {quoted(new)}", fact)
