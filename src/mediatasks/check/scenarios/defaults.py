"""Requests without a part that has a default, and with the default in its place; creations without any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mediatasks.check.requests.lister import listers
from mediatasks.check.requests.own_resources import creations, fresh, make, read_back
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.lifecycle_trace import follow
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.request_parts import optional_defaults, written_default
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.creation import Creation
from mediatasks.judge.observed_resource import ObservedResource
from mediatasks.judge.rules.resources.parameter_default import ComparedReplies

_TIMES = 3


def leave_defaults_out(client: ProbeClient) -> Iterator[ComparedReplies]:
    """Yield ComparedReplies for each default of each read and list."""
    for resource in client.contract.resources.values():
        for name in [*resource.operations_with("read"), *resource.operations_with("list")]:
            operation = client.contract.operations[name]
            defaults = list(optional_defaults(operation)) if client.may(name) else []
            request = _steady(client, resource, operation) if defaults else None
            if request is not None:
                for expression, default in defaults:
                    yield from _compare(client, request, expression, default)


def create_without_defaults(client: ProbeClient) -> Iterator[Creation]:
    """Yield a Creation of a new resource, by a request without anything that has a default."""
    for resource in client.contract.resources.values():
        for name in creations(client, resource):
            request, effect = client.request(name), resource.operations[name]
            operation, sources = client.contract.operations[name], effect.get("sets", {}).values()
            defaulted = [e for e in sources if written_default(operation, effect, e) is not MISSING]
            bare = fresh(client, resource, request) if request is not None and defaulted else None
            if bare is not None:
                for expression in defaulted:
                    bare = bare.without(expression, effect.get("each"))
                made = make(client, bare)
                if made is not None:
                    yield read_back(client, made)


def _compare(
    client: ProbeClient, request: DocumentedRequest, expression: str, default: Any
) -> Iterator[ComparedReplies]:
    """Compare until the replies agree, or differ for another reason than time."""
    requests = request.having(expression, MISSING), request.having(expression, default)
    for _ in range(_TIMES):
        without, given = map(client.call, requests)
        if not all(seen.accepted and seen.resources for seen in (without, given)):
            return
        case = ComparedReplies(expression, default, without, given)
        if not case.agree:
            # In turn, so that what changes with every reply does not look like a difference.
            given_again, without_again = map(client.call, reversed(requests))
            again = without_again, given_again
            case = ComparedReplies(expression, default, without, given, again)
        if case.agree or case.stood_still:
            yield case
            return


def _steady(client: ProbeClient, resource: Resource, operation: Operation) -> DocumentedRequest | None:
    """Return the request whose replies time changes least: for a task that is over, in a steady order."""
    if operation.id not in resource.readers:
        steady = (lister.steady for lister in listers(client, resource) if lister.operation is operation)
        return next(steady, client.request(operation.id))
    subject = _over(client, resource) if resource.states else None
    request = client.naming(operation.id, subject) if subject is not None else None
    return request or client.request(operation.id)


def _over(client: ProbeClient, resource: Resource) -> ObservedResource | None:
    """Return a task that is over: one that is known, or one that is followed to its end."""
    for observed in client.known.newest(resource):
        if observed.state is not None and observed.state.final:
            return observed
    trace = follow(client, resource)
    return trace.last if trace is not None and trace.last.state and trace.last.state.final else None
