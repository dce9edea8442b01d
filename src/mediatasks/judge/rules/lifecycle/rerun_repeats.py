"""A rerun repeats the parameters of a resource under one id of its own, and the old one is done with."""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.requests.lister import listers
from mediatasks.check.requests.own_resources import make_one
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import quoted
from mediatasks.judge.facts import effect_fact
from mediatasks.judge.listing import Listing
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import ObservedResource
from mediatasks.judge.stability import holds, lasting
from mediatasks.judge.violation import Verdict, Violation


def applies(contract: Contract) -> bool:
    """Whether something can be run again as another resource."""
    return any(resource.operations_with("copy") for resource in contract.resources.values())


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Make a resource, run it again, and look at both."""
    for resource in client.contract.resources.values():
        for name in resource.operations_with("copy"):
            made = make_one(client, resource) if client.may(name) and resource.readers else None
            if made is not None:
                yield from _rerun(client, resource, name, made.resources[0])


def _rerun(
    client: ProbeClient, resource: Resource, name: str, subject: ObservedResource
) -> Iterator[tuple[Observation, Verdict]]:
    before = client.found(client.read(subject), subject.key)
    request = client.naming(name, subject)
    if before is None or request is None:
        return
    before_list, seen = _whole(client, resource), client.call(request)
    if not seen.accepted:
        # What still runs may not be run again.
        for _ in client.watch(subject):
            pass
        before_list, seen = _whole(client, resource), client.call(request)
    if not seen.accepted or not seen.resources:
        return
    copied = seen.resources[0]
    fact = effect_fact(seen.operation, resource, "reply")
    got = f"the old one, `{', '.join(subject.key)}`"
    place = copied.place + resource.key[-1]
    yield seen, Violation(place, "an id of its own", got, fact) if copied.key == subject.key else None
    if copied.key != subject.key:
        yield from _repeated(client, seen, before, copied)
        yield from _alone(client, seen, before_list, before)
    yield from _left(client, seen, subject)


def _repeated(
    client: ProbeClient, seen: Observation, before: ObservedResource, copied: ObservedResource
) -> Iterator[tuple[Observation, Verdict]]:
    """Judge the members that requests write: nothing else need be the same."""
    resource = before.resource
    read = client.read(copied)
    found = client.found(read, copied.key)
    created = resource.fields.get("timestamps", {}).get("created", {}).get("at")
    own = {*resource.key, created, *resource.operations[seen.operation.id].get("sets", {})}
    for pointer in lasting(resource):
        old = get(before.value, pointer)
        if read is None or found is None or pointer in own or old is MISSING:
            continue
        new = get(found.value, pointer)
        got = "no such member" if new is MISSING else quoted(new)
        expected = f"{quoted(old)} as in `{', '.join(before.key)}`, which was run again"
        wrong = Violation(found.place + pointer, expected, got, effect_fact(seen.operation, resource))
        yield read, None if holds(new, old) and holds(old, new) else wrong


def _whole(client: ProbeClient, resource: Resource) -> Listing | None:
    """Return the list of everything there is; None where there is no such list."""
    lister = next(listers(client, resource), None)
    listing = lister.whole() if lister is not None else None
    return listing if listing is not None and listing.is_whole else None


def _alone(
    client: ProbeClient, seen: Observation, before: Listing | None, subject: ObservedResource
) -> Iterator[tuple[Observation, Verdict]]:
    """Judge what is in the list that was not there before: the one that the reply names."""
    after = _whole(client, subject.resource) if before is not None else None
    if before is None or after is None:
        return
    known = {*before.keys, *(s.key for s in seen.resources)}
    extra = [s for s in after.resources if s.key not in known]
    if not client.known.exclusive:
        # Others make resources too: only what looks like this one counts.
        extra = [s for s in extra if _is_like(s, subject)]
    got = f"`{', '.join(extra[0].key)}` too" if extra else ""
    expected = f"one new resource, `{', '.join(seen.resources[0].key)}`"
    fact = effect_fact(seen.operation, subject.resource, "action")
    yield after.seen, Violation(after.place, expected, got, fact) if extra else None


def _is_like(observed: ObservedResource, subject: ObservedResource) -> bool:
    """Whether a resource shows what the other one does, of what requests write."""
    resource = subject.resource
    created = resource.fields.get("timestamps", {}).get("created", {}).get("at")
    pointers = [p for p in lasting(resource) if p not in {*resource.key, created}]
    pairs = [(get(observed.value, p), get(subject.value, p)) for p in pointers]
    told = [(new, old) for new, old in pairs if new is not MISSING and old is not MISSING]
    return bool(told) and all(holds(new, old) for new, old in told)


def _left(
    client: ProbeClient, seen: Observation, subject: ObservedResource
) -> Iterator[tuple[Observation, Verdict]]:
    """Judge what became of the old one."""
    resource, to = subject.resource, seen.effect.get("to")
    read = client.read(subject)
    now = client.found(read, subject.key)
    if to is None or read is None or now is None or now.state is None:
        return
    fact = effect_fact(seen.operation, resource, "to")
    place = now.place + str(resource.fields.get("state", ""))
    wrong = Violation(place, f"the state `{to}` after a rerun", f"`{now.state.name}`", fact)
    yield read, None if now.state.name in resource.reachable(to, ()) else wrong
