"""Operations put to the test: what leads a resource into a state, from where, and with which request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.lifecycle_trace import follow, survey
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.schema.shape import Shape
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import ObservedResource

# Known resources that are looked at for one in the right state.
_CANDIDATES = 5
_BODY = "$request.body#"


@dataclass(frozen=True)
class Trial:
    """One way in which an operation changes the state of a resource.

    `to` is the state that it enters (None: the contract says of none), `allowed` the states from which
    it does; `changes` is expression → value of the request, beside what names the resource.
    """

    operation: Operation
    resource: Resource = field(repr=False)
    to: str | None
    allowed: frozenset[str]
    changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def effect(self) -> Mapping[str, Any]:
        """What `x-lifecycle` says of the operation."""
        found: Mapping[str, Any] = self.resource.operations[self.operation.id]
        return found

    def request(self, client: ProbeClient, observed: ObservedResource) -> DocumentedRequest | None:
        """Return the request for one resource, with nothing in its body but what is needed."""
        request = client.naming(self.operation.id, observed)
        if request is None or not self.changes:
            return request
        if isinstance(request.body, dict):
            needed = body_shape(self.operation).required
            request = replace(request, body={n: v for n, v in request.body.items() if n in needed})
        for expression, value in self.changes.items():
            request = request.having(expression, value)
        return request


@dataclass(frozen=True)
class Refusal:
    """What came of a request that the state of its resource forbids.

    `subject` is the resource before, `acted` the answer, `after` the resource as it was read then.
    """

    trial: Trial
    subject: ObservedResource
    acted: Observation
    after: ObservedResource | None


def trials_of(contract: Contract, resource: Resource) -> Iterator[Trial]:
    """Yield the ways in which operations change the state of a resource."""
    for name, effect in resource.operations.items():
        operation = contract.operations[name]
        if effect["action"] in ("move", "copy"):
            yield Trial(operation, resource, effect.get("to"), _allowed(resource, name, effect))
        elif effect["action"] == "update":
            yield from _updates(operation, resource, effect)


def find(client: ProbeClient, resource: Resource, names: frozenset[str]) -> ObservedResource | None:
    """Return a resource in one of the states `names` that this run may change; None where there is none.

    One that was followed to its end, one that is made for it, or one that a list shows.
    """
    trace = follow(client, resource)
    if trace is not None and trace.last.state is not None and trace.last.state.name in names:
        found = _now(client, trace.last, names)
        if found is not None:
            return found
    if trace is not None and trace.states & names:
        return _made(client, resource, names)
    survey(client, resource)
    known = [s for s in client.known.newest(resource) if s.state and s.state.name in names]
    fitting = filter(client.known.is_own, known)
    return next(filter(None, (_now(client, s, names) for s in islice(fitting, _CANDIDATES))), None)


def forbidden(client: ProbeClient, resource: Resource) -> list[Refusal]:
    """Ask for everything that the final state of an own resource forbids, once a run."""
    key = ("forbidden", resource.name)
    if key not in client.shared:
        client.shared[key] = []
        client.shared[key] = list(_refusals(client, resource))
    found: list[Refusal] = client.shared[key]
    return found


def body_shape(operation: Operation) -> Shape:
    """Return the shape of the request body; of RPC calls that of the params."""
    media: Mapping[str, Any] = next(iter(operation.request_media.values()), {})
    shape: Shape | None = Shape(operation.contract, media.get("schema"))
    envelope = operation.contract.envelope
    if envelope is not None and shape is not None:
        shape = shape.at(envelope.params_pointer())
    return shape or Shape(operation.contract, {})


def _allowed(resource: Resource, operation: str, effect: Mapping[str, Any]) -> frozenset[str]:
    """Return the states from which an operation leads into `to`."""
    if "from" in effect or "to" not in effect:
        return frozenset(effect.get("from", resource.states))
    moves = ((name, move) for name, state in resource.states.items() for move in state.moves)
    return frozenset(n for n, m in moves if m.to == effect["to"] and (operation in m.by or not m.by))


def _updates(operation: Operation, resource: Resource, effect: Mapping[str, Any]) -> Iterator[Trial]:
    """Yield a trial per state that a request can name."""
    for pointer, expression in effect.get("sets", {}).items():
        if pointer not in resource.state_members or not str(expression).startswith(_BODY):
            continue
        member = body_shape(operation).at(expression.removeprefix(_BODY))
        for value in (member.first("enum") if member else None) or ():
            target = next((s for s in resource.states.values() if s.marks == {pointer: value}), None)
            if target is not None:
                allowed = _allowed(resource, operation.id, {"to": target.name})
                yield Trial(operation, resource, target.name, allowed, {expression: value})


def _now(client: ProbeClient, observed: ObservedResource, names: frozenset[str]) -> ObservedResource | None:
    """Return a resource as it is now, if it is in one of the states."""
    found = client.found(client.read(observed), observed.key)
    return found if found is not None and found.state and found.state.name in names else None


def _made(client: ProbeClient, resource: Resource, names: frozenset[str]) -> ObservedResource | None:
    """Return a new resource as soon as it is in one of the states."""
    for _, made in client.create(resource):
        for seen in client.watch(made.resources[0]):
            found = client.found(seen, made.resources[0].key)
            if found is not None and found.state and found.state.name in names:
                return found
        return None
    return None


def _refusals(client: ProbeClient, resource: Resource) -> Iterator[Refusal]:
    trace = follow(client, resource)
    state = trace.last.state if trace else None
    if trace is None or state is None or not state.final or not client.known.is_own(trace.last):
        return
    for trial in trials_of(client.contract, resource):
        if state.name in trial.allowed or state.name == trial.to:
            continue
        request = trial.request(client, trace.last)
        if request is not None:
            acted = client.call(request)
            yield Refusal(trial, trace.last, acted, client.found(client.read(trace.last), trace.last.key))
