"""One request makes one resource, one with n elements makes n, and an upsert none twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mediatasks.check.requests.lister import Lister, listers
from mediatasks.check.requests.own_resources import Made, creations, make, names_made, written
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import count_of
from mediatasks.exchange.documented_request import DocumentedRequest, documented_requests
from mediatasks.judge.facts import Fact, effect_fact
from mediatasks.judge.listing import Listing
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import Key, ObservedResource
from mediatasks.judge.stability import holds
from mediatasks.judge.violation import Verdict, Violation


def applies(contract: Contract) -> bool:
    """Whether something can be made."""
    resources = contract.resources.values()
    return any(r.operations_with("create") or r.operations_with("upsert") for r in resources)


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Send each creation twice, and count what there is before and after."""
    for resource in client.contract.resources.values():
        lister = next((found for found in listers(client) if found.resource is resource), None)
        for name in creations(client, resource):
            request = next(documented_requests(client.contract.operations[name]), None)
            tells = names_made(resource.operations[name])
            if request is not None and (tells or lister is not None):
                yield from _twice(client, resource, lister, request)


def _twice(
    client: ProbeClient, resource: Resource, lister: Lister | None, request: DocumentedRequest
) -> Iterator[tuple[Observation, Verdict]]:
    before = lister.whole() if lister is not None else None
    first = make(client, request)
    second = make(client, request) if first is not None else None
    if first is None or second is None:
        return
    upserts = first.seen.effect["action"] == "upsert"
    for made in (first, second):
        yield from _number(made)
    if first.resources and second.resources:
        yield second.seen, _same(first, second) if upserts else _different(first, second)
    after = lister.whole() if lister is not None else None
    if before is not None and after is not None and before.seen.accepted and after.seen.accepted:
        yield after.seen, _count(client, [first, second], before, after)


def _number(made: Made) -> Iterator[tuple[Observation, Verdict]]:
    """Judge how many resources a reply names: one, or one per element."""
    if not made.seen.resources:
        return
    wanted, got = len(made.parts), len({s.key for s in made.resources})
    place = (made.seen.place + str(made.seen.effect.get("items", ""))) or "(body)"
    expected = f"{count_of(wanted, 'resource')} of one request"
    wrong = Violation(place, expected, f"{got} with ids of their own", _fact(made))
    yield made.seen, None if wanted == got == len(made.resources) else wrong


def _different(first: Made, second: Made) -> Verdict:
    both = [s for s in second.resources if s.key in {f.key for f in first.resources}]
    if not both:
        return None
    place = both[0].place + both[0].resource.key[-1]
    expected = "another id than the request before got: it makes a resource each time"
    return Violation(place, expected, f"`{_text(both[0].key)}` again", _fact(second))


def _same(first: Made, second: Made) -> Verdict:
    keys = {s.key for s in first.resources}
    other = [s for s in second.resources if s.key not in keys]
    if not other:
        return None
    place = other[0].place + other[0].resource.key[-1]
    expected = f"`{_text(first.resources[0].key)}` again: the request names a resource that is there"
    return Violation(place, expected, f"`{_text(other[0].key)}`", _fact(second))


def _count(client: ProbeClient, made: Sequence[Made], before: Listing, after: Listing) -> Verdict:
    """Judge what is in the list that was not there before: only what the replies name."""
    old = set(before.keys)
    named = {s.key for m in made for s in m.resources}
    new = [s for s in after.resources if s.key not in old]
    if not (client.known.exclusive and before.is_whole and after.is_whole):
        # Others make resources too, and old ones come into view: only what looks like ours counts.
        new = [s for s in new if s.key in named or any(_is_like(m, s) for m in made)]
    upserts = made[0].seen.effect["action"] == "upsert"
    wanted = len(named) if named else 1 if upserts else sum(len(m.parts) for m in made)
    extra = [s for s in new if s.key not in named] if named else new[wanted:]
    if not extra:
        return None
    expected = f"{count_of(wanted, 'new resource')} at most after the same request twice"
    got = f"{len(new)}, among them `{_text(extra[0].key)}`"
    return Violation(after.place, expected, got, _fact(made[0]))


def _is_like(made: Made, observed: ObservedResource) -> bool:
    """Whether a resource shows everything that a request wrote, and shows some of it."""
    for scope in made.parts:
        sent = written(made.seen.effect, scope)
        shown = {p: get(observed.value, p) for p in sent if get(observed.value, p) is not MISSING}
        if shown and all(holds(kept, sent[p]) for p, kept in shown.items()):
            return True
    return False


def _fact(made: Made) -> Fact:
    assert made.seen.resource is not None
    return effect_fact(made.seen.operation, made.seen.resource, "action")


def _text(key: Key) -> str:
    return ", ".join(key)
