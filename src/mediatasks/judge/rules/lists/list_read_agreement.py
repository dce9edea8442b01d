"""A resource stands in a list as its own read shows it directly after.

Compared are all members that both show. What a request wrote and the created time must be the same at
once; of any other that differs, list and read are asked once more, and it must have stood still in
both. The state in the later of two resources must be one that may follow. What a list shows can be read,
and a list that is asked for a key holds that resource.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.lifecycle_trace import LifecycleTrace, Listed, Survey, follow, survey
from mediatasks.contracts.equality import same_key
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get, join
from mediatasks.contracts.wording import quoted
from mediatasks.judge.facts import lifecycle_fact, link_fact, member_fact, named_fact
from mediatasks.judge.history import Seen
from mediatasks.judge.moves import step_between
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import ObservedResource, addressed_keys
from mediatasks.judge.stability import holds
from mediatasks.judge.timestamps import read_moment
from mediatasks.judge.violation import Verdict, Violation

Judged = tuple[Observation, Verdict]
_WRITTEN = ("$request.", "$each#")


def applies(contract: Contract) -> bool:
    """Whether a resource stands in lists."""
    return any(resource.operations_with("list") for resource in contract.resources.values())


def probe(client: ProbeClient) -> Iterator[Judged]:
    """Compare what the lists show with the reads before and after."""
    for resource in client.contract.resources.values():
        trace, found = follow(client, resource), survey(client, resource)
        if trace is not None:
            yield from _after_trace(client, trace, found)
        for listed in found.entries:
            if listed.read is not None:
                yield from _agree(client, listed, listed.read)


def _after_trace(client: ProbeClient, trace: LifecycleTrace, found: Survey) -> Iterator[Judged]:
    """Judge what the lists show of the resource that was followed to its end before."""
    last = _newest(client, trace)
    if last is None:
        return
    for seen in found.lists:
        observed = client.found(seen, trace.last.key)
        if observed is not None:
            yield from _moved(client, last, Seen(seen, observed))
        elif trace.last.key in addressed_keys(trace.last.resource, seen.effect, seen.scope):
            expression = seen.effect["where"][trace.last.resource.key[-1]]
            got = f"a list without {quoted(', '.join(trace.last.key))}"
            fact = named_fact(seen.operation, expression)
            yield seen, Violation(seen.place or "(body)", "the resource that was asked for", got, fact)


def _newest(client: ProbeClient, trace: LifecycleTrace) -> Seen | None:
    """Return how it was shown last, by its own read where it has one; None where it was gone."""
    newest = trace.reads[-len(client.readings(trace.last)) :]
    for seen in sorted(newest, key=lambda seen: (seen.effect["action"] == "list", -seen.number)):
        observed = client.found(seen, trace.last.key)
        if observed is not None:
            return Seen(seen, observed)
    return None


def _agree(client: ProbeClient, listed: Listed, read: Observation) -> Iterator[Judged]:
    """Judge an entry of a list by the read after it."""
    observed = client.found(read, listed.observed.key)
    if observed is None:
        if _is_named(listed.observed, read) and client.known.is_own(listed.observed):
            expected = f"the resource that `{listed.seen.operation.id}` shows"
            fact = link_fact(listed.seen.operation, read.operation)
            yield read, Violation("status", expected, read.exchange.answer, fact)
        return
    stable = list(_stable(client, listed.observed))
    yield from _stood_still(client, listed, read, observed, stable)
    for pointer in stable:
        old, new = get(listed.observed.value, pointer), get(observed.value, pointer)
        if old is not MISSING and new is not MISSING:
            yield listed.seen, None if _is_same(old, new) else _differs(listed, read, pointer, new)
    created = observed.resource.fields.get("timestamps", {}).get("created")
    if created is not None:
        old, new = (get(s.value, created["at"]) for s in (listed.observed, observed))
        moments = [read_moment(value, created["unit"]) for value in (old, new)]
        if moments[0] is not None and moments[1] is not None:
            apart = abs(moments[0].seconds - moments[1].seconds)
            steps = {moment.step for moment in moments if moment is not None}
            # Only one that is told more exactly may differ.
            is_right = apart <= max(steps) if len(steps) > 1 else apart == 0
            yield listed.seen, None if is_right else _differs(listed, read, created["at"], new)
    yield from _moved(client, Seen(listed.seen, listed.observed), Seen(read, observed))


def _stood_still(
    client: ProbeClient, listed: Listed, read: Observation, now: ObservedResource, judged: Collection[str]
) -> Iterator[Judged]:
    """Judge the members that differ, and that neither time nor anybody else is just changing."""
    names = [join([name]) for name in listed.observed.value if isinstance(listed.observed.value, dict)]
    own = {*listed.observed.resource.key, *judged}
    values = [(p, get(listed.observed.value, p), get(now.value, p)) for p in names if p not in own]
    differing = [(p, old, new) for p, old, new in values if new is not MISSING and not _agrees(old, new)]
    if not differing:
        return
    later = client.found(client.call(listed.request), now.key)
    again = client.found(client.read(now), now.key)
    if later is None or again is None:
        return
    for pointer, old, new in differing:
        if get(later.value, pointer) == old and get(again.value, pointer) == new:
            yield listed.seen, _differs(listed, read, pointer, new)


def _agrees(old: Any, new: Any) -> bool:
    # One of them may show more of an object.
    return _is_same(old, new) or holds(old, new) or holds(new, old)


def _moved(client: ProbeClient, earlier: Seen, later: Seen) -> Iterator[Judged]:
    """Judge the state in the later of two resources."""
    step = step_between(earlier, later.observed, client.history)
    if step is None:
        return
    seen, other = later.observation, earlier.observation.operation.id
    fact = lifecycle_fact(client.contract, later.observed.resource, step.before.name)
    expected = f"a state that may follow `{step.before.name}`, which `{other}` showed before"
    violation = Violation(step.place, expected, f"`{step.after.name}`", fact)
    yield seen, None if step.is_legal else violation


def _stable(client: ProbeClient, observed: ObservedResource) -> Iterator[str]:
    """Yield the members that were written once: no time, and nobody else, changes them."""
    resource = observed.resource
    moving = {
        p for state in resource.states.values() for p in (*state.data["when"], *state.data.get("sets", {}))
    }
    if not client.known.is_own(observed):
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


def _is_named(observed: ObservedResource, read: Observation) -> bool:
    """Whether the read names the resource by nothing but members that the list shows."""
    return all(get(observed.value, pointer) is not MISSING for pointer in read.effect.get("where", {}))


def _is_same(old: Any, new: Any) -> bool:
    # One may be the other as text.
    is_text = isinstance(old, dict | list) is not isinstance(new, dict | list)
    return is_text or old == new or same_key(old, new)


def _differs(listed: Listed, read: Observation, pointer: str, new: Any) -> Violation:
    place = listed.observed.place + pointer
    got = f"{quoted(get(listed.observed.value, pointer))}, there {quoted(new)}"
    fact = member_fact(listed.seen.operation, str(listed.seen.exchange.status), place)
    return Violation(place, f"what `{read.operation.id}` shows directly after", got, fact)
