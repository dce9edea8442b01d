"""A first look at a server, for the rules that judge whatever comes: one reply of each declared kind.

What exists is read and one of each is made; nothing that exists is changed. Each operation
is asked once without credentials, with a broken request and for what does not exist.
"""

from collections.abc import Iterator
from itertools import chain, islice

from mediatasks.check.requests.negative import broken_parameters, broken_requests, unknown_resource
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.rpc_calls import safe_requests
from mediatasks.contracts.model.contract import Operation
from mediatasks.exchange.documented_request import DocumentedRequest, documented_requests

_EXAMPLES = 5


def send_smoke_requests(client: ProbeClient) -> None:
    """Send the smoke requests. Raises Unanswered."""
    for operation in client.contract.operations.values():
        if client.may(operation.id):
            for request in _right(operation):
                client.call(request)
            for request in _wrong(client, operation):
                client.call(request)
            documented = client.request(operation.id)
            if documented is not None and client.credentials.needed(operation):
                client.call(documented, [])
    envelope = client.contract.envelope
    if envelope is not None and envelope.batches and (several := safe_requests(client)):
        client.batch(several if len(several) > 1 else several * 2)


def _right(operation: Operation) -> Iterator[DocumentedRequest]:
    """Yield documented requests that change nothing that exists."""
    if operation.safe or operation.effect.get("action") in ("create", "upsert"):
        yield from islice(documented_requests(operation), _EXAMPLES if operation.safe else 1)


def _wrong(client: ProbeClient, operation: Operation) -> Iterator[DocumentedRequest]:
    """Yield a broken request, and one for a resource that does not exist."""
    request = client.request(operation.id)
    if request is None:
        return
    broken = chain(broken_requests(request), broken_parameters(request))
    yield from (request for request, _ in islice(broken, 1))
    if operation.resource is not None:
        unknown = unknown_resource(request, operation.resource)
        if unknown is not None:
            yield unknown
