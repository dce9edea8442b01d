"""Resources that a rule makes: by which requests, and what came of each."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.expression import Scope, evaluate
from mediatasks.contracts.lifecycle.effect import is_left_open
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING, get, put
from mediatasks.contracts.schema.request_parts import BODY, shape_of
from mediatasks.exchange.documented_request import DocumentedRequest, documented_requests
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import ObservedResource, key_of

# Values of an enumeration that are tried for a resource that is not there yet.
_TRIED = 4


@dataclass(frozen=True)
class Made:
    """One accepted request that makes resources, and the resources: of `each` element one.

    A reply that does not show what it made leaves what the request itself says of it.
    """

    request: DocumentedRequest
    seen: Observation
    resources: tuple[ObservedResource, ...]

    @property
    def parts(self) -> list[Scope]:
        """What the request says of each resource, in the order of its elements."""
        return parts(self.seen)


def parts(seen: Observation) -> list[Scope]:
    """Return a scope per resource that a request is about: with `$each` where it names several."""
    at = seen.effect.get("each")
    if at is None:
        return [seen.scope]
    given = get(seen.scope.body, at)
    scope = seen.scope
    return [
        Scope(scope.path, scope.query, scope.header, scope.body, scope.response, each=element)
        for element in (given if isinstance(given, list) else [])
    ]


def written(
    effect: Mapping[str, Any], scope: Scope, observed: ObservedResource | None = None
) -> dict[str, Any]:
    """Return JSON Pointer → what a request writes there, what it takes from the request alone.

    With a `observed` that shows its key, what is said by the resource itself counts too. Literals are
    left out: of the mock's making they may be. So is what the service chooses for this request.
    """
    own = observed.value if observed is not None else MISSING
    inner = Scope(scope.path, scope.query, scope.header, scope.body, resource=own, each=scope.each)
    found = {}
    for pointer, expression in effect.get("sets", {}).items():
        said = isinstance(expression, str) and expression.startswith(("$request.", "$each", "$resource"))
        if said and not is_left_open(effect, pointer, inner):
            value = evaluate(expression, inner)
            if value is not MISSING:
                found[pointer] = value
    zoneless = set(effect.get("zoneless", ()))
    return {p: f"{v}Z" if p in zoneless and isinstance(v, str) else v for p, v in found.items()}


def names_made(effect: Mapping[str, Any]) -> bool:
    """Whether the reply of an operation tells which resource it made."""
    reply = effect.get("reply", {})
    return not reply or any(str(value).startswith("$resource") for value in reply.values())


def creations(client: ProbeClient, resource: Resource) -> Iterator[str]:
    """Yield the operations that make resources and may be sent."""
    for name in [*resource.operations_with("create"), *resource.operations_with("upsert")]:
        if client.may(name):
            yield name


def make(client: ProbeClient, request: DocumentedRequest) -> Made | None:
    """Send a request that makes resources; None where it is refused. Raises Unanswered."""
    seen = client.call(request)
    if not seen.accepted or seen.resource is None:
        return None
    return Made(request, seen, seen.resources or tuple(_named(seen)))


def make_one(client: ProbeClient, resource: Resource) -> Made | None:
    """Make a resource by the first documented request that is accepted. Raises Unanswered."""
    for name in creations(client, resource):
        for request in documented_requests(client.contract.operations[name]):
            made = make(client, request)
            if made is not None and made.resources:
                return made
    return None


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


def part_default(operation: Operation, effect: Mapping[str, Any], expression: Any) -> Any:
    """Return the default of what an expression reads in a request; `MISSING` where it has none."""
    text = str(expression).replace("$each#", f"{BODY}{effect.get('each', '')}/0")
    return shape_of(operation, text).first("default", MISSING) if text.startswith("$") else MISSING


def _named(seen: Observation) -> Iterator[ObservedResource]:
    """Yield the resources that a request names by their key, where its reply shows none."""
    assert seen.resource is not None
    for scope in parts(seen):
        value: Any = {}
        for pointer, thing in written(seen.effect, scope).items():
            value = put(value, pointer, copy.deepcopy(thing))
        key = key_of(seen.resource, value)
        if key is not None:
            yield ObservedResource(seen.resource, key, value, seen.place, False)


def linked_requests(client: ProbeClient, operation: Operation) -> Iterator[DocumentedRequest]:
    """Yield the requests that name a new resource in their path, by the contract's links.

    Raises Unanswered.
    """
    if not any(p.place == "path" for p in operation.parameters):
        return
    for resource in client.contract.resources.values():
        for name in creations(client, resource):
            maker = client.contract.operations[name]
            links = maker.responses[maker.success].get("links", {}).values()
            for link in (client.contract.resolve(data) for data in links):
                made = make_one(client, resource) if link.get("operationId") == operation.id else None
                request = client.request(operation.id)
                if made is None or request is None or made.request.operation.id != name:
                    continue
                yield _linked(request, link.get("parameters", {}), made.seen.scope)


def _linked(request: DocumentedRequest, parameters: Mapping[str, Any], scope: Scope) -> DocumentedRequest:
    places = {p.name: p.place for p in request.operation.parameters}
    for name, expression in parameters.items():
        value = evaluate(expression, scope)
        if name in places and value is not MISSING:
            request = request.having(f"$request.{places[name]}.{name}", value)
    return request
