"""A resource stands in a list as its own read shows it directly after.

Compared are all members that both show. What a request wrote and the created time must be the same at
once; of any other that differs, list and read are asked once more, and it must have stood still in
both. The state in the later of two resources must be one that may follow. What a list shows can be read,
and a list that is asked for a key holds that resource.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mediatasks.contracts.equality import same_key
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get, join
from mediatasks.contracts.wording import quoted
from mediatasks.judge.facts import lifecycle_fact, link_fact, member_fact, named_fact
from mediatasks.judge.history import History
from mediatasks.judge.moves import Step, steps
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import Key, ObservedResource
from mediatasks.judge.stability import holds
from mediatasks.judge.timestamps import read_moment
from mediatasks.judge.violation import Verdict, Violation

_WRITTEN = ("$request.", "$each#")


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
        return next((s for s in self.read.resources if s.key == self.observed.key), None)


@dataclass(frozen=True)
class KeyedList:
    """A list that was asked for the key of one resource, which a read showed directly before."""

    seen: Observation
    key: Key


def applies(contract: Contract) -> bool:
    """Whether a resource stands in lists."""
    return any(resource.operations_with("list") for resource in contract.resources.values())


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge the state in which a list shows a resource after its read, or the other way round."""
    if seen.resource is None or seen.effect["action"] not in ("read", "list"):
        return
    for step in steps(seen, history):
        actions = [seen.resource.operations[name]["action"] for name in (step.shown_by, seen.operation.id)]
        is_other = step.shown_by != seen.operation.id and "list" in actions
        if is_other and actions[0] in ("read", "list"):
            yield None if step.is_legal else _illegal(step, seen)


def judge_keyed(case: KeyedList) -> Iterator[tuple[Observation, Verdict]]:
    """Judge whether a list shows the resource that it was asked for."""
    seen, resource = case.seen, case.seen.resource
    assert resource is not None
    got = f"a list without {quoted(', '.join(case.key))}"
    fact = named_fact(seen.operation, seen.effect["where"][resource.key[-1]])
    lost = Violation(seen.place or "(body)", "the resource that was asked for", got, fact)
    yield seen, None if any(s.key == case.key for s in seen.resources) else lost


def judge_listed(case: ListedResource) -> Iterator[tuple[Observation, Verdict]]:
    """Judge a resource in a list by the read after it."""
    seen, read, now = case.seen, case.read, case.as_read
    if now is None:
        if case.is_own and _is_named(case.observed, read):
            expected, fact = (
                f"the resource that `{seen.operation.id}` shows",
                link_fact(seen.operation, read.operation),
            )
            yield read, Violation("status", expected, read.exchange.answer, fact)
        return
    for pointer in differing(case) if case.again is not None else ():
        shown = [get(case.observed.value, pointer), get(now.value, pointer)]
        if [get(later.value, pointer) for later in case.again or ()] == shown:
            yield seen, _differs(case, pointer)
    for pointer in _written(case):
        old, new = get(case.observed.value, pointer), get(now.value, pointer)
        if old is not MISSING and new is not MISSING:
            yield seen, None if _is_same(old, new) else _differs(case, pointer)
    yield from _created(case, now)


NEEDS = {"listed-resources": judge_listed, "keyed-lists": judge_keyed}


def differing(case: ListedResource) -> list[str]:
    """Return the members that list and read show differently, and that time or others may be changing."""
    listed, now = case.observed.value, case.as_read
    names = [join([name]) for name in listed] if isinstance(listed, dict) and now is not None else []
    judged = {*case.observed.resource.key, *_written(case)}
    found = []
    for pointer in names:
        old, new = get(listed, pointer), get(now.value, pointer) if now is not None else MISSING
        # One of them may show more of an object.
        agree = new is MISSING or _is_same(old, new) or holds(old, new) or holds(new, old)
        if pointer not in judged and not agree:
            found.append(pointer)
    return found


def _created(case: ListedResource, now: ObservedResource) -> Iterator[tuple[Observation, Verdict]]:
    """Judge the created time: only one that is told more exactly may differ."""
    created = now.resource.fields.get("timestamps", {}).get("created")
    if created is None:
        return
    one, other = (read_moment(get(s.value, created["at"]), created["unit"]) for s in (case.observed, now))
    if one is not None and other is not None:
        allowed = 0 if one.step == other.step else max(one.step, other.step)
        is_right = abs(one.seconds - other.seconds) <= allowed
        yield case.seen, None if is_right else _differs(case, created["at"])


def _illegal(step: Step, seen: Observation) -> Violation:
    fact = lifecycle_fact(seen.operation.contract, step.observed.resource, step.before.name)
    expected = f"a state that may follow `{step.before.name}`, which `{step.shown_by}` showed before"
    return Violation(step.place, expected, f"`{step.after.name}`", fact)


def _written(case: ListedResource) -> list[str]:
    """Return the members that were written once: no time, and nobody else, changes them."""
    resource = case.observed.resource
    moving = {
        p for state in resource.states.values() for p in (*state.data["when"], *state.data.get("sets", {}))
    }
    if not case.is_own:
        changers = [*resource.operations_with("update"), *resource.operations_with("upsert")]
        moving |= {p for name in changers for p in resource.operations[name].get("sets", {})}
    written: dict[str, Any] = {}
    for name in resource.creators:
        written |= resource.operations[name].get("sets", {})
    return [p for p, e in written.items() if p not in moving and str(e).startswith(_WRITTEN)]


def _is_named(observed: ObservedResource, read: Observation) -> bool:
    """Whether the read names the resource by nothing but members that the list shows."""
    return all(get(observed.value, pointer) is not MISSING for pointer in read.effect.get("where", {}))


def _is_same(old: Any, new: Any) -> bool:
    # One may be the other as text.
    is_text = isinstance(old, dict | list) is not isinstance(new, dict | list)
    return is_text or old == new or same_key(old, new)


def _differs(case: ListedResource, pointer: str) -> Violation:
    now, place = case.as_read, case.observed.place + pointer
    new = get(now.value, pointer) if now is not None else MISSING
    got = f"{quoted(get(case.observed.value, pointer))}, there {quoted(new)}"
    fact = member_fact(case.seen.operation, str(case.seen.exchange.status), place)
    return Violation(place, f"what `{case.read.operation.id}` shows directly after", got, fact)
