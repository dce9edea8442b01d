"""Updates of one member at a time: of own resources, of what only a list shows, of settings."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mediatasks.check.requests.lister import Lister, listers
from mediatasks.check.requests.other_values import unchanging, values_for
from mediatasks.check.requests.own_resources import make_one
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.evidence.stability import holds
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import ObservedResource
from mediatasks.judge.rules.resources.patch_exact import MemberUpdate, SwitchedResource
from mediatasks.judge.rules.resources.posted_read_back import WrittenSetting


def update_members(client: ProbeClient) -> Iterator[MemberUpdate]:
    """Yield a MemberUpdate for each member that updates may change, of a new resource."""
    for operation, resource, _ in client.contract.effects("update"):
        made = make_one(client, resource) if resource.readers and client.may(operation.id) else None
        if made is not None:
            yield from _update(client, operation.id, made.resources[0])


def _update(client: ProbeClient, name: str, subject: ObservedResource) -> Iterator[MemberUpdate]:
    resource, effect = subject.resource, subject.resource.operations[name]
    for pointer, expression in effect.get("sets", {}).items():
        before = client.found(client.read(subject), subject.key)
        plain = unchanging(client, name, subject)
        if before is None or plain is None or not str(expression).startswith("$request."):
            continue
        old = get(before.value, pointer)
        value = next(_values(client, plain, expression, old), MISSING)
        if value is MISSING:
            continue
        if client.call(plain.having(expression, value)).accepted:
            after = client.read(subject)
            now = client.found(after, subject.key)
            if after is not None and now is not None:
                yield MemberUpdate(plain.operation, pointer, value, before, after, now)
        if old is not MISSING and pointer not in {*resource.state_members, *effect.get("zoneless", ())}:
            # Put back, so that an update which changes more than it names shows in the next one.
            client.call(plain.having(expression, old))


def _values(client: ProbeClient, plain: DocumentedRequest, expression: str, held: Any) -> Iterator[Any]:
    """Yield other values for a member: that of the documented request first."""
    example = client.request(plain.operation.id)
    documented = example.value_of(expression) if example is not None else MISSING
    if documented is not MISSING and not holds(held, documented):
        yield documented
    yield from values_for(plain.operation, expression, held)


def switch_listed(client: ProbeClient) -> Iterator[SwitchedResource]:
    """Yield a SwitchedResource for the first resource of a list, switched off and on again.

    That is done by an update of a member for which the list takes one literal.
    """
    for lister in listers(client):
        where = lister.effect.get("where", {})
        literals = {p: v for p, v in where.items() if not str(v).startswith("$")}
        for name in filter(client.may, lister.resource.operations_with("update")):
            sets = lister.resource.operations[name].get("sets", {})
            for pointer in literals.keys() & sets.keys():
                yield from _switch(lister, name, sets[pointer], literals[pointer])


def _switch(lister: Lister, name: str, expression: str, literal: Any) -> Iterator[SwitchedResource]:
    client, listing = lister.client, lister.whole()
    subject = next(iter(listing.resources), None) if listing is not None else None
    plain = unchanging(client, name, subject) if subject is not None else None
    other = next(values_for(client.contract.operations[name], expression, literal), MISSING)
    if subject is None or plain is None or other is MISSING:
        return
    off, on = plain.having(expression, other), plain.having(expression, literal)
    with client.setting_back(on):
        for request in (off, on):
            listing = lister.whole() if client.call(request).accepted else None
            if listing is not None and listing.is_whole:
                yield SwitchedResource(request.operation, subject.key, request is on, listing)


def write_settings(client: ProbeClient) -> Iterator[WrittenSetting]:
    """Yield a WrittenSetting for each number that no read of its resource shows, but other replies do.

    It is set to another number, and set back.
    """
    for resource in client.contract.resources.values():
        shown: dict[str, list[tuple[str, str]]] = {}
        for name in resource.operations_with("read"):
            for place, member in resource.operations[name].get("shows", {}).items():
                shown.setdefault(json.dumps(member), []).append((name, place))
        for text, places in shown.items():
            yield from _set(client, resource, json.loads(text), places)


def _set(
    client: ProbeClient, resource: Resource, shown: Mapping[str, Any], places: Sequence[tuple[str, str]]
) -> Iterator[WrittenSetting]:
    before = _reply_with(client, *places[0])
    old: Any = MISSING if before is None else get(before.scope.response, places[0][1])
    is_number = isinstance(old, int) and not isinstance(old, bool)
    changed = _setting(client, resource, shown, old + 1) if is_number else None
    restored = _setting(client, resource, shown, old) if is_number else None
    if changed is None or restored is None:
        return
    with client.setting_back(restored):
        if not client.call(changed).accepted:
            return
        for name, place in places:
            seen = _reply_with(client, name, place)
            if seen is not None:
                yield WrittenSetting(old + 1, seen, place)
        client.call(restored)


def _reply_with(client: ProbeClient, name: str, place: str) -> Observation | None:
    """Return the reply of an operation that has something at a place."""
    request = client.request(name) if client.may(name) else None
    seen = client.call(request) if request is not None else None
    shows = seen is not None and seen.accepted and get(seen.scope.response, place) is not MISSING
    return seen if shows else None


def _setting(
    client: ProbeClient, resource: Resource, shown: Mapping[str, Any], value: int
) -> DocumentedRequest | None:
    """Return the request that writes the member of the resource that is shown."""
    wanted = {**shown["of"], shown["member"]: value}
    for name in [*resource.operations_with("upsert"), *resource.operations_with("update")]:
        effect = resource.operations[name]
        sources = {**effect.get("where", {}), **effect.get("sets", {})}
        request = client.request(name) if client.may(name) else None
        if request is not None and all(str(sources.get(p)).startswith("$request.") for p in wanted):
            for pointer, member in wanted.items():
                request = request.having(sources[pointer], member)
            return request
    return None
