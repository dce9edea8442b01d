"""Requests without the right credentials, for resources of another account, and with secrets in them."""

from collections.abc import Iterator, Sequence

from mediatasks.check.requests.links import linked
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.exchange.documented_request import DocumentedRequest, documented_requests
from mediatasks.exchange.placement import Placement
from mediatasks.judge.evidence.secrets import with_marks
from mediatasks.judge.rules.security.credentials_required import WITHOUT, UnauthenticatedRequest
from mediatasks.judge.rules.security.foreign_resource import ForeignRequest, addressing

# Creations of one resource that are sent with secrets.
_CREATIONS = 3


def ask_without_credentials(client: ProbeClient) -> Iterator[UnauthenticatedRequest]:
    """Yield an UnauthenticatedRequest for each way to be refused. Raises Unanswered."""
    for operation in client.contract.operations.values():
        request = client.request(operation.id) if client.may(operation.id) else None
        sets = client.credentials.needed(operation)
        if request is None or not sets:
            continue
        exists = client.target.is_mock or (operation.safe and client.call(request).accepted)
        for placements, why in _ways(sets):
            seen = client.call(request, placements)
            if seen.accepted:
                # That is judged as any exchange is; one way in is enough.
                break
            yield UnauthenticatedRequest(seen, why, exists, placements)


def _ways(sets: Sequence[Sequence[Placement]]) -> Iterator[tuple[list[Placement], str]]:
    """Yield the credentials of each request that must be refused, and what is wrong with them."""
    yield [], WITHOUT
    for i, given in enumerate(sets):
        for p in given:
            name = f"the {p.place} `{p.name}`"
            yield [o.wrong if o is p else o for o in given], f"with another value in {name}"
            if len(given) > 1 and not i:
                yield [o for o in given if o is not p], f"without {name}"


def ask_foreign(client: ProbeClient) -> Iterator[ForeignRequest]:
    """Yield a ForeignRequest for each known resource of another account, by each operation that names one.

    A server elsewhere is only read. Raises Unanswered.
    """
    for foreign in client.known.foreign:
        for operation in addressing(client.contract, foreign.resource):
            request = client.naming(operation.id, foreign)
            if request is not None and (operation.safe or client.target.is_mock):
                yield ForeignRequest(client.call(request), foreign)


def give_secrets(client: ProbeClient) -> None:
    """Create with a text of our own in each secret member, and read what came of it. Raises Unanswered."""
    for resource in client.contract.resources.values():
        for request in _creations(client, resource):
            made = client.call(request)
            for follow in linked(client, made) if made.accepted else ():
                client.call(follow)
            for observed in made.resources[:1]:
                client.read(observed)
        for name in resource.operations_with("list"):
            if (listing := client.request(name)) is not None:
                client.call(listing)


def _creations(client: ProbeClient, resource: Resource) -> list[DocumentedRequest]:
    """Return the documented creations that hold secrets; one without where none does."""
    operations = [client.contract.operations[name] for name in resource.creators if client.may(name)]
    marked = [with_marks(r) for o in operations for r in documented_requests(o)]
    chosen = [request for request, count in marked if count]
    return (chosen or [request for request, _ in marked[:1]])[:_CREATIONS]
