"""What was posted can be read back: every member that a request writes is in the resource.

Of each element of a request one resource; of one that existed before what is new; of a setting where
another reply shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mediatasks.check.requests.other_values import undefaulted, varied
from mediatasks.check.requests.own_resources import Made, creations, make, written
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.settings_shown import read_through
from mediatasks.contracts.expression import Scope
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import quoted
from mediatasks.exchange.documented_request import DocumentedRequest, documented_requests
from mediatasks.judge.facts import Fact, effect_fact
from mediatasks.judge.observation import Observation, shows
from mediatasks.judge.observed_resource import ObservedResource
from mediatasks.judge.stability import holds, overlap, volatile
from mediatasks.judge.violation import Verdict, Violation

# Resources of one request that are read.
_READ = 3


def applies(contract: Contract) -> bool:
    """Whether the contract says what a creation writes into a resource."""
    return any(
        "sets" in effect and effect["action"] in ("create", "upsert")
        for resource in contract.resources.values()
        for effect in resource.operations.values()
    )


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Create by each documented request, read the resource, and compare."""
    for resource in client.contract.resources.values():
        for name in creations(client, resource) if resource.readers else ():
            operation = client.contract.operations[name]
            for request in _requests(operation, resource.operations[name]):
                made = make(client, request)
                if made is None or not made.resources:
                    continue
                yield from _compare(client, made, effect_fact(operation, resource, "sets"))
                if made.seen.effect["action"] == "upsert":
                    yield from _again(client, resource, made)
        yield from read_through(client, resource)


def _requests(operation: Operation, effect: Mapping[str, Any]) -> Iterator[DocumentedRequest]:
    """Yield the documented creations, and one in which nothing has its default."""
    documented = list(documented_requests(operation))
    yield from documented
    if effect["action"] == "create" and documented:
        other = undefaulted(documented[0], effect)
        if other is not None:
            yield other


def _again(client: ProbeClient, resource: Resource, made: Made) -> Iterator[tuple[Observation, Verdict]]:
    """Send upserts of what is there now, each with another value, and one as it was."""
    changed = list(varied(made))
    fact = effect_fact(made.seen.operation, resource, "action")
    for request in (*changed, made.request) if changed else ():
        second = make(client, request)
        if second is not None:
            yield from _compare(client, second, fact)


def _compare(client: ProbeClient, made: Made, fact: Fact) -> Iterator[tuple[Observation, Verdict]]:
    """Compare what was posted with each resource as the reply shows it, and as it is read."""
    shown = [(made.seen, observed) for observed in made.resources[:_READ] if observed.whole]
    yield from _pair(made, shown, fact)
    read = []
    for observed in made.resources[:_READ]:
        seen = client.read(observed)
        found = client.found(seen, observed.key)
        if seen is not None and found is not None:
            read.append((seen, found))
    yield from _pair(made, read, fact)


def _pair(
    made: Made, found: list[tuple[Observation, ObservedResource]], fact: Fact
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
    made: Made, scope: Scope, seen: Observation, observed: ObservedResource, fact: Fact
) -> Iterator[Verdict]:
    moving = volatile(observed.resource)
    for pointer, posted in written(made.seen.effect, scope, observed).items():
        if any(overlap(pointer, other) for other in moving) or not shows(seen, observed, pointer):
            continue
        kept = get(observed.value, pointer)
        if holds(kept, posted):
            yield None
            continue
        got = "no such member" if kept is MISSING else quoted(kept)
        yield Violation(observed.place + pointer, f"what was posted: {quoted(posted)}", got, fact)
