"""Operations that are called on a resource in a state that allows them, or forbids them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from mediatasks.check.requests.probe_client import FEW, ProbeClient
from mediatasks.check.scenarios.lifecycle_trace import follow, survey
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.schema.request_parts import BODY
from mediatasks.contracts.schema.shape import request_shape
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.evidence.operation_case import OperationCase, is_refused
from mediatasks.judge.observation.observed_resource import ObservedResource
from mediatasks.judge.rules.lifecycle.operation_effect import AllowedCase, ForbiddenCase
from mediatasks.judge.tracks.allowed_states import states_before

# Known resources that are looked at for one in the right state.
_CANDIDATES = 5
# How often a resource is read in each way after it has ended.
_AFTER = 2


def ask_forbidden(client: ProbeClient) -> Iterator[ForbiddenCase]:
    """Ask for everything that the final state of an own resource forbids. Raises Unanswered."""
    for resource in client.contract.resources.values():
        trace = follow(client, resource)
        state = trace.last.state if trace else None
        if trace is None or state is None or not state.final or not client.known.is_own(trace.last):
            continue
        for case in _cases(client.contract, resource):
            forbids = state.name not in case.allowed and state.name != case.to
            request = _request(client, case, trace.last) if forbids else None
            if request is not None:
                acted = client.call(request)
                after = client.found(client.read(trace.last), trace.last.key)
                yield ForbiddenCase(case, trace.last, acted, after)


def ask_allowed(client: ProbeClient) -> Iterator[AllowedCase]:
    """Call each operation on a resource that it may change. Raises Unanswered."""
    for resource in client.contract.resources.values():
        for case in _cases(client.contract, resource):
            subject = _find(client, resource, case.allowed)
            request = _request(client, case, subject) if subject else None
            if subject is not None and request is not None:
                yield _carry_out(client, case, subject, request)


def end_resources(client: ProbeClient) -> None:
    """Look again at what has ended by itself, and at what operations have ended. Raises Unanswered."""
    for resource in client.contract.resources.values():
        trace = follow(client, resource) if resource.states else None
        if trace is not None:
            _look_again(client, trace.last)
        for case in _cases(client.contract, resource):
            if case.to is None or not resource.states[case.to].final or not client.may(case.operation.id):
                continue
            subject = _find(client, resource, case.allowed)
            request = _request(client, case, subject) if subject else None
            if subject is not None and request is not None and client.call(request).accepted:
                for _ in client.watch(subject, FEW):
                    pass
                _look_again(client, subject)


def _carry_out(
    client: ProbeClient, case: OperationCase, subject: ObservedResource, request: DocumentedRequest
) -> AllowedCase:
    acted, reading, after, copies = client.call(request), client.reading(subject), [], []
    if is_refused(acted):
        found = client.found(client.read(subject), subject.key)
        after = [found] if found is not None else []
    else:
        for copy in acted.resources if case.effect["action"] == "copy" else ():
            is_new = copy.key != subject.key
            copies.append((copy, client.found(client.read(copy), copy.key) if is_new else None))
        # By one operation, for which no other makes up.
        for seen in client.watch(subject, FEW, [reading]) if case.to is not None and reading else ():
            found = client.found(seen, subject.key)
            after += [found] if found is not None else []
            if found is not None and case.is_reached(subject, found):
                break
    exclusive, operation = client.known.exclusive, reading.operation if reading else None
    return AllowedCase(case, subject, acted, tuple(after), tuple(copies), operation, exclusive)


def _look_again(client: ProbeClient, observed: ObservedResource) -> None:
    for request in client.readings(observed) * _AFTER:
        client.call(request)


def _cases(contract: Contract, resource: Resource) -> Iterator[OperationCase]:
    """Yield the ways in which operations change the state of a resource."""
    for name, effect in resource.operations.items():
        operation = contract.operations[name]
        if effect["action"] in ("move", "copy"):
            yield OperationCase(
                operation, resource, effect.get("to"), states_before(resource, name, effect)
            )
        elif effect["action"] == "update":
            yield from _updates(operation, resource, effect)


def _request(
    client: ProbeClient, case: OperationCase, observed: ObservedResource
) -> DocumentedRequest | None:
    """Return the request for one resource, with nothing in its body but what is needed."""
    request = client.naming(case.operation.id, observed)
    if request is None or not case.changes:
        return request
    if isinstance(request.body, dict):
        needed = request_shape(case.operation).required
        request = replace(request, body={n: v for n, v in request.body.items() if n in needed})
    for expression, value in case.changes.items():
        request = request.having(expression, value)
    return request


def _find(client: ProbeClient, resource: Resource, names: frozenset[str]) -> ObservedResource | None:
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


def _updates(
    operation: Operation, resource: Resource, effect: Mapping[str, Any]
) -> Iterator[OperationCase]:
    """Yield a case per state that a request can name."""
    for pointer, expression in effect.get("sets", {}).items():
        if pointer not in resource.state_members or not str(expression).startswith(BODY):
            continue
        member = request_shape(operation).at(expression.removeprefix(BODY))
        for value in (member.first("enum") if member else None) or ():
            target = next((s for s in resource.states.values() if s.marks == {pointer: value}), None)
            if target is not None:
                allowed = states_before(resource, operation.id, {"to": target.name})
                yield OperationCase(operation, resource, target.name, allowed, {expression: value})


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
