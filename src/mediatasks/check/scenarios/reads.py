"""Reads: of what the lists show, without what has a default, and for an id that no resource has."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mediatasks.check.requests.lister import listers
from mediatasks.check.requests.own_resources import existing
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.filter_cases import FAR
from mediatasks.check.scenarios.lifecycle_trace import LifecycleTrace, follow, survey
from mediatasks.contracts.equality import text_of
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.schema.request_parts import optional_defaults, shape_of
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.observation.observed_resource import ObservedResource, addressed_keys
from mediatasks.judge.rules.lists.list_read_agreement import KeyedList, ListedResource, differing
from mediatasks.judge.rules.resources.parameter_default import ComparedReplies
from mediatasks.judge.rules.resources.partial_failure import MissingId

# How often two requests are compared until time does not make the difference.
_TIMES = 3


def read_listed(client: ProbeClient) -> Iterator[ListedResource]:
    """Yield a ListedResource for the first few of each list."""
    for resource in client.contract.resources.values():
        for listed in survey(client, resource).entries:
            if listed.read is None:
                continue
            is_own = client.known.is_own(listed.observed)
            case = ListedResource(listed.seen, listed.observed, listed.read, is_own)
            if case.as_read is not None and differing(case):
                later = client.found(client.call(listed.request), listed.observed.key)
                again = client.found(client.read(case.as_read), listed.observed.key)
                if later is not None and again is not None:
                    case = replace(case, again=(later, again))
            yield case


def ask_for_followed(client: ProbeClient) -> Iterator[KeyedList]:
    """Yield a KeyedList for each list that takes the key of the resource that was followed to its end."""
    for resource in client.contract.resources.values():
        trace, lists = follow(client, resource), survey(client, resource).lists
        for seen in lists if trace is not None and _is_there(client, trace) else ():
            if trace is not None and trace.last.key in addressed_keys(resource, seen.effect, seen.scope):
                yield KeyedList(seen, trace.last)


def _is_there(client: ProbeClient, trace: LifecycleTrace) -> bool:
    """Whether one of the ways to read the resource showed it when it was read last."""
    newest = trace.reads[-len(client.readings(trace.last)) :]
    return any(client.found(seen, trace.last.key) is not None for seen in newest)


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


def ask_for_missing_ids(client: ProbeClient) -> Iterator[MissingId]:
    """Yield a MissingId for each operation of which the contract says what becomes of such ids."""
    for resource in client.contract.resources.values():
        is_readable = len(resource.key) == 1 and bool(resource.readers)
        subject = existing(client, resource) if is_readable else None
        for name in filter(client.may, resource.operations) if subject is not None else ():
            assert subject is not None
            yield from _ask(client, name, subject)


def _ask(client: ProbeClient, name: str, subject: ObservedResource) -> Iterator[MissingId]:
    resource, effect = subject.resource, subject.resource.operations[name]
    expression, request = effect.get("where", {}).get(resource.key[0]), client.request(name)
    if request is None or expression is None:
        return
    missing, operation = _missing_id(client, subject), request.operation
    if "missing" in effect:
        if "array" in shape_of(operation, expression).types:
            ids = [get(subject.value, resource.key[0]), missing]
            yield MissingId(text_of(missing), subject, client.call(request.having(expression, ids)))
    elif effect["action"] == "read" and "missing" in operation.failures and not operation.rpc_method:
        yield MissingId(text_of(missing), None, client.call(request.having(expression, missing)))


def _missing_id(client: ProbeClient, subject: ObservedResource) -> Any:
    value = text_of(get(subject.value, subject.resource.key[0]))
    if not value.isdecimal():
        return str(uuid.uuid5(uuid.NAMESPACE_URL, value))
    known = [observed.key[0] for observed in client.known.newest(subject.resource)]
    return max(int(key) for key in (value, *known) if key.isdecimal() and len(key) < 16) + FAR
