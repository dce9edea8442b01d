"""Resources that a run makes: by which requests, and what came of each."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.pointer import get, put
from mediatasks.contracts.schema.request_parts import BODY, shape_of
from mediatasks.exchange.documented_request import DocumentedRequest, documented_requests
from mediatasks.judge.evidence.creation import Creation, parts_of, written
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import ObservedResource, key_of

# Values of an enumeration that are tried for a resource that is not there yet.
_TRIED = 4
# Resources of one request that are read.
_READ = 3


def creations(client: ProbeClient, resource: Resource) -> Iterator[str]:
    """Return the operations that make resources and may be sent."""
    yield from filter(client.may, resource.creators)


def make(client: ProbeClient, request: DocumentedRequest) -> Creation | None:
    """Send a request that makes resources; None where it is refused. Raises Unanswered."""
    seen = client.call(request)
    if not seen.accepted or seen.resource is None:
        return None
    return Creation(request, seen, seen.resources or tuple(_named(seen)))


def make_one(client: ProbeClient, resource: Resource) -> Creation | None:
    """Make a resource by the first documented request that is accepted. Raises Unanswered."""
    for name in creations(client, resource):
        for request in documented_requests(client.contract.operations[name]):
            made = make(client, request)
            if made is not None and made.resources:
                return made
    return None


def read_back(client: ProbeClient, creation: Creation) -> Creation:
    """Return a creation with its first resources as they are read now. Raises Unanswered."""
    read = []
    for observed in creation.resources[:_READ]:
        seen = client.read(observed)
        found = client.found(seen, observed.key)
        if seen is not None and found is not None:
            read.append((seen, found))
    return replace(creation, read=tuple(read))


def existing(client: ProbeClient, resource: Resource) -> ObservedResource | None:
    """Return a resource that is there now: an own one that is known, or a new one. Raises Unanswered."""
    for observed in client.known.newest(resource)[-1:]:
        if client.known.is_own(observed) and client.found(client.read(observed), observed.key):
            return observed
    made = make_one(client, resource)
    return made.resources[0] if made is not None else next(iter(client.known.newest(resource)), None)


def make_more(client: ProbeClient, resource: Resource, count: int) -> int:
    """Make up to `count` more resources, as many as the run may spare; return how many came.

    Raises Unanswered.
    """
    came = 0
    for name in creations(client, resource):
        requests = list(documented_requests(client.contract.operations[name]))
        while requests and came < count and client.spare > 0:
            client.spare -= 1
            request = requests[came % len(requests)]
            made = make(client, another(client, resource, request))
            if made is None or not made.resources:
                break
            came += len(made.resources)
    return came


def another(client: ProbeClient, resource: Resource, request: DocumentedRequest) -> DocumentedRequest:
    """Return a request for a resource with a key of its own, where requests give the key."""
    sets = resource.operations[request.operation.id].get("sets", {})
    for pointer in resource.key:
        expression = sets.get(pointer)
        if isinstance(expression, str) and expression.startswith(BODY):
            example = get(request.body, expression.removeprefix(BODY))
            if isinstance(example, str):
                return request.having(expression, f"{example}-check-{client.spare}")
    return request


def fresh(client: ProbeClient, resource: Resource, request: DocumentedRequest) -> DocumentedRequest | None:
    """Return a request that makes a resource that is not there yet; None where that is not sure.

    An upsert is given other keys, until reading what it names is refused. Raises Unanswered.
    """
    effect = resource.operations[request.operation.id]
    if effect["action"] == "create":
        return request
    client.spare -= 1
    named = effect.get("where", {p: effect.get("sets", {}).get(p) for p in resource.key})
    for tried in (another(client, resource, request), *_others(request, named)):
        for name in resource.operations_with("read"):
            where = resource.operations[name].get("where", {})
            reading = client.request(name) if set(named) <= set(where) else None
            for pointer, expression in named.items() if reading is not None else ():
                assert reading is not None
                reading = reading.having(where[pointer], tried.value_of(str(expression)))
            if reading is not None and not client.call(reading).accepted:
                return tried
    return None


def _others(request: DocumentedRequest, named: Mapping[str, Any]) -> Iterator[DocumentedRequest]:
    """Yield the request for other resources, by the values that one part of what names them may have."""
    for expression in named.values():
        values = shape_of(request.operation, str(expression)).first("enum") or ()
        yield from (request.having(str(expression), value) for value in reversed(values[-_TRIED:]))


def _named(seen: Observation) -> Iterator[ObservedResource]:
    """Yield the resources that a request names by their key, where its reply shows none."""
    assert seen.resource is not None
    for scope in parts_of(seen):
        value: Any = {}
        for pointer, thing in written(seen.effect, scope).items():
            value = put(value, pointer, copy.deepcopy(thing))
        key = key_of(seen.resource, value)
        if key is not None:
            yield ObservedResource(seen.resource, key, value, seen.place, False)
