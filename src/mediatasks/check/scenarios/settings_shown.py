"""Members of resources that no read shows, but another reply does: a setting on a dashboard."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.equality import same_key
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import quoted
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.facts import effect_fact
from mediatasks.judge.observation import Observation
from mediatasks.judge.violation import Verdict, Violation


def read_through(client: ProbeClient, resource: Resource) -> Iterator[tuple[Observation, Verdict]]:
    """Write each member that other replies show, look there, and write back what was there before."""
    shown: dict[str, list[tuple[str, str]]] = {}
    for name in resource.operations_with("read"):
        for place, thing in resource.operations[name].get("shows", {}).items():
            shown.setdefault(json.dumps(thing), []).append((name, place))
    for text, places in shown.items():
        yield from _member(client, resource, json.loads(text), places)


def _member(
    client: ProbeClient, resource: Resource, shown: Mapping[str, Any], places: Sequence[tuple[str, str]]
) -> Iterator[tuple[Observation, Verdict]]:
    before = _look(client, *places[0])
    old: Any = MISSING if before is None else get(before.scope.response, places[0][1])
    # Numbers are what can be changed a little.
    is_number = isinstance(old, int) and not isinstance(old, bool)
    changed = _writing(client, resource, shown, old + 1) if is_number else None
    restored = _writing(client, resource, shown, old) if is_number else None
    if changed is None or restored is None:
        return
    with client.setting_back(restored):
        if not client.call(changed).accepted:
            return
        for name, place in places:
            seen = _look(client, name, place)
            if seen is not None:
                fact = effect_fact(seen.operation, resource, "shows")
                found = get(seen.scope.response, place)
                wrong = Violation(seen.place + place, f"what was set: `{old + 1}`", quoted(found), fact)
                yield seen, None if same_key(found, old + 1) else wrong
        client.call(restored)


def _look(client: ProbeClient, name: str, place: str) -> Observation | None:
    """Return the reply of an operation that has something at a place."""
    request = client.request(name) if client.may(name) else None
    seen = client.call(request) if request is not None else None
    shows = seen is not None and seen.accepted and get(seen.scope.response, place) is not MISSING
    return seen if shows else None


def _writing(
    client: ProbeClient, resource: Resource, shown: Mapping[str, Any], value: int
) -> DocumentedRequest | None:
    """Return the request that writes the member of the resource that is shown."""
    wanted = {**shown["of"], shown["member"]: value}
    for name in [*resource.operations_with("upsert"), *resource.operations_with("update")]:
        effect = resource.operations[name]
        sources = {**effect.get("where", {}), **effect.get("sets", {})}
        request = client.request(name) if client.may(name) else None
        if request is None or not all(str(sources.get(p)).startswith("$request.") for p in wanted):
            continue
        for pointer, thing in wanted.items():
            request = request.having(sources[pointer], thing)
        return request
    return None
