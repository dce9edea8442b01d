"""A resource stands in a list as its own read shows it directly after.

Compared are all members that both show. What a request wrote and the created time must be the same at
once; of any other that differs, list and read are asked once more, and it must have stood still in
both. The state in the later of two sightings must be one that may follow. What a list shows can be read,
and a list that is asked for a key holds that resource.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from mediatasks.check.requests.probe_client import Session
from mediatasks.check.scenarios.lifecycle_trace import Life, Listed, Survey, follow, survey
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get, join
from mediatasks.contracts.schema.shape import alike
from mediatasks.contracts.wording import quoted
from mediatasks.judge.facts import lifecycle_fact, link_fact, member_fact, named_fact
from mediatasks.judge.history import Seen
from mediatasks.judge.moves import step_between
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import Sighting, addressed_keys
from mediatasks.judge.stability import holds
from mediatasks.judge.timestamps import read_moment
from mediatasks.judge.violation import Claim, Verdict

Judged = tuple[Observation, Verdict]
_WRITTEN = ("$request.", "$each#")


def applies(contract: Contract) -> bool:
    """Whether a resource stands in lists."""
    return any(resource.operations_with("list") for resource in contract.resources.values())


def probe(session: Session) -> Iterator[Judged]:
    """Compare what the lists show with the reads before and after."""
    for resource in session.contract.resources.values():
        life, found = follow(session, resource), survey(session, resource)
        if life is not None:
            yield from _after_life(session, life, found)
        for listed in found.entries:
            if listed.read is not None:
                yield from _agree(session, listed, listed.read)


def _after_life(session: Session, life: Life, found: Survey) -> Iterator[Judged]:
    """Judge what the lists show of the resource that was followed to its end before."""
    last = _newest(session, life)
    if last is None:
        return
    for seen in found.lists:
        sighting = session.found(seen, life.last.key)
        if sighting is not None:
            yield from _moved(session, last, Seen(seen, sighting))
        elif life.last.key in addressed_keys(life.last.resource, seen.effect, seen.scope):
            expression = seen.effect["where"][life.last.resource.key[-1]]
            got = f"a list without {quoted(', '.join(life.last.key))}"
            fact = named_fact(seen.operation, expression)
            yield seen, Claim(seen.place or "(body)", "the resource that was asked for", got, fact)


def _newest(session: Session, life: Life) -> Seen | None:
    """Return how it was shown last, by its own read where it has one; None where it was gone."""
    newest = life.reads[-len(session.readings(life.last)) :]
    for seen in sorted(newest, key=lambda seen: (seen.effect["action"] == "list", -seen.number)):
        sighting = session.found(seen, life.last.key)
        if sighting is not None:
            return Seen(seen, sighting)
    return None


def _agree(session: Session, listed: Listed, read: Observation) -> Iterator[Judged]:
    """Judge an entry of a list by the read after it."""
    sighting = session.found(read, listed.sighting.key)
    if sighting is None:
        if _is_named(listed.sighting, read) and session.ledger.is_own(listed.sighting):
            expected = f"the resource that `{listed.seen.operation.id}` shows"
            fact = link_fact(listed.seen.operation, read.operation)
            yield read, Claim("status", expected, read.exchange.answer, fact)
        return
    stable = list(_stable(session, listed.sighting))
    yield from _stood_still(session, listed, read, sighting, stable)
    for pointer in stable:
        old, new = get(listed.sighting.value, pointer), get(sighting.value, pointer)
        if old is not MISSING and new is not MISSING:
            yield listed.seen, None if _is_same(old, new) else _differs(listed, read, pointer, new)
    created = sighting.resource.fields.get("timestamps", {}).get("created")
    if created is not None:
        old, new = (get(s.value, created["at"]) for s in (listed.sighting, sighting))
        moments = [read_moment(value, created["unit"]) for value in (old, new)]
        if moments[0] is not None and moments[1] is not None:
            apart = abs(moments[0].seconds - moments[1].seconds)
            steps = {moment.step for moment in moments if moment is not None}
            # Only one that is told more exactly may differ.
            is_right = apart <= max(steps) if len(steps) > 1 else apart == 0
            yield listed.seen, None if is_right else _differs(listed, read, created["at"], new)
    yield from _moved(session, Seen(listed.seen, listed.sighting), Seen(read, sighting))


def _stood_still(
    session: Session, listed: Listed, read: Observation, now: Sighting, judged: Collection[str]
) -> Iterator[Judged]:
    """Judge the members that differ, and that neither time nor anybody else is just changing."""
    names = [join([name]) for name in listed.sighting.value if isinstance(listed.sighting.value, dict)]
    own = {*listed.sighting.resource.key, *judged}
    values = [(p, get(listed.sighting.value, p), get(now.value, p)) for p in names if p not in own]
    differing = [(p, old, new) for p, old, new in values if new is not MISSING and not _agrees(old, new)]
    if not differing:
        return
    later = session.found(session.call(listed.request), now.key)
    again = session.found(session.read(now), now.key)
    if later is None or again is None:
        return
    for pointer, old, new in differing:
        if get(later.value, pointer) == old and get(again.value, pointer) == new:
            yield listed.seen, _differs(listed, read, pointer, new)


def _agrees(old: Any, new: Any) -> bool:
    # One of them may show more of an object.
    return _is_same(old, new) or holds(old, new) or holds(new, old)


def _moved(session: Session, earlier: Seen, later: Seen) -> Iterator[Judged]:
    """Judge the state in the later of two sightings."""
    step = step_between(earlier, later.sighting, session.ledger)
    if step is None:
        return
    seen, other = later.observation, earlier.observation.operation.id
    fact = lifecycle_fact(session.contract, later.sighting.resource, step.before.name)
    expected = f"a state that may follow `{step.before.name}`, which `{other}` showed before"
    claim = Claim(step.place, expected, f"`{step.after.name}`", fact)
    yield seen, None if step.is_legal else claim


def _stable(session: Session, sighting: Sighting) -> Iterator[str]:
    """Yield the members that were written once: no time, and nobody else, changes them."""
    resource = sighting.resource
    moving = {
        p for state in resource.states.values() for p in (*state.data["when"], *state.data.get("sets", {}))
    }
    if not session.ledger.is_own(sighting):
        moving |= {p for name in _changing(resource) for p in resource.operations[name].get("sets", {})}
    written: dict[str, Any] = {}
    for action in ("create", "upsert"):
        for name in resource.operations_with(action):
            written |= resource.operations[name].get("sets", {})
    for pointer, expression in written.items():
        if pointer not in moving and str(expression).startswith(_WRITTEN):
            yield pointer


def _changing(resource: Resource) -> list[str]:
    return [*resource.operations_with("update"), *resource.operations_with("upsert")]


def _is_named(sighting: Sighting, read: Observation) -> bool:
    """Whether the read names the resource by nothing but members that the list shows."""
    return all(get(sighting.value, pointer) is not MISSING for pointer in read.effect.get("where", {}))


def _is_same(old: Any, new: Any) -> bool:
    # One may be the other as text.
    is_text = isinstance(old, dict | list) is not isinstance(new, dict | list)
    return is_text or old == new or alike(old, new)


def _differs(listed: Listed, read: Observation, pointer: str, new: Any) -> Claim:
    place = listed.sighting.place + pointer
    got = f"{quoted(get(listed.sighting.value, pointer))}, there {quoted(new)}"
    fact = member_fact(listed.seen.operation, str(listed.seen.exchange.status), place)
    return Claim(place, f"what `{read.operation.id}` shows directly after", got, fact)
