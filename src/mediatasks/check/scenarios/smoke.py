"""A first look at a server, for the rules that judge whatever comes: one reply of each declared kind.

What exists is read and one of each is made; nothing that exists is changed. Each operation
is asked once without credentials, with a broken request and for what does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from mediatasks.check.requests.negative import broken_parameters, broken_requests, unknown_resource
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.rpc_calls import safe_requests
from mediatasks.contracts.model.contract import Operation
from mediatasks.exchange.documented_request import DocumentedRequest, documented_requests

_EXAMPLES = 5
_MAKING = ("create", "upsert")


def send_smoke_requests(client: ProbeClient) -> None:
    """Send the smoke requests. Raises Unanswered."""
    for operation in client.contract.operations.values():
        if client.may(operation.id):
            for request in _right(client, operation):
                client.call(request)
            for request in _wrong(client, operation):
                client.call(request)
            documented = client.request(operation.id)
            if documented is not None and client.credentials.needed(operation):
                client.call(documented, [])
    envelope = client.contract.envelope
    if envelope is not None and envelope.batches and (several := safe_requests(client)):
        client.batch(several if len(several) > 1 else several * 2)


def _right(client: ProbeClient, operation: Operation) -> Iterator[DocumentedRequest]:
    """Yield documented requests that change nothing that exists."""
    resources = client.contract.resources.values()
    effects = [r.operations[operation.id] for r in resources if operation.id in r.operations]
    makes = any(effect["action"] in _MAKING for effect in effects)
    if operation.safe or makes:
        yield from islice(documented_requests(operation), _EXAMPLES if operation.safe else 1)


def _wrong(client: ProbeClient, operation: Operation) -> Iterator[DocumentedRequest]:
    """Yield a broken request, and one for each resource that does not exist."""
    request = client.request(operation.id)
    if request is None:
        return
    broken = chain(broken_requests(request), broken_parameters(request))
    yield from (request for request, _ in islice(broken, 1))
    for resource in client.contract.resources.values():
        if operation.id in resource.operations:
            unknown = unknown_resource(request, resource)
            if unknown is not None:
                yield unknown
