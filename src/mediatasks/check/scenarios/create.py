"""Resources made by each documented request and by variations of it, and read directly after."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mediatasks.check.requests.lister import Lister, listers
from mediatasks.check.requests.other_values import undefaulted, varied
from mediatasks.check.requests.own_resources import creations, fresh, make, read_back
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.request_parts import written_default
from mediatasks.exchange.documented_request import DocumentedRequest, documented_requests
from mediatasks.judge.evidence.creation import Creation, Repetition


def create_resources(client: ProbeClient) -> Iterator[Creation]:
    """Yield a Creation for each documented request that makes resources, and for further requests.

    Those are the first one again; a creation in which nothing has its default; an upsert for each
    member that may have another value, and one as it was.
    """
    for resource in client.contract.resources.values():
        lister = next(listers(client, resource), None)
        for name in creations(client, resource):
            documented = list(documented_requests(client.contract.operations[name]))
            if documented and (resource.readers or lister or _tells(resource.operations[name])):
                yield from _twice(client, lister, documented[0])
            if documented and resource.readers:
                yield from _vary(client, resource, documented)


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


def _vary(
    client: ProbeClient, resource: Resource, documented: Sequence[DocumentedRequest]
) -> Iterator[Creation]:
    other = undefaulted(documented[0], resource.operations[documented[0].operation.id])
    for request in (*documented[1:], *([other] if other is not None else [])):
        yield from _create(client, request)
    for request in documented:
        changed = list(varied(request, resource))
        for other in (*changed, request) if changed else ():
            yield from _create(client, other, was_there=True)


def _tells(effect: Mapping[str, Any]) -> bool:
    """Whether the reply of an operation tells which resource it made."""
    reply = effect.get("reply", {})
    return not reply or any(str(value).startswith("$resource") for value in reply.values())


def _create(client: ProbeClient, request: DocumentedRequest, **known: Any) -> Iterator[Creation]:
    made = make(client, request)
    if made is not None:
        yield read_back(client, replace(made, **known))


def _twice(client: ProbeClient, lister: Lister | None, request: DocumentedRequest) -> Iterator[Creation]:
    """Send a request twice, and ask before and after for what there is."""
    before = lister.whole() if lister is not None else None
    for first in _create(client, request):
        yield first
        second = make(client, request)
        after = lister.whole() if lister is not None else None
        if second is not None:
            lists = (before, after) if before is not None and after is not None else None
            repetition = Repetition(first, lists, client.known.exclusive)
            yield read_back(client, replace(second, was_there=first.is_upsert, repeats=repetition))
