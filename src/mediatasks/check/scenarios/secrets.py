"""Resources that are made with secrets, and read wherever links and lists lead."""

from __future__ import annotations

from mediatasks.check.requests.links import linked
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.exchange.documented_request import DocumentedRequest, documented_requests
from mediatasks.judge.evidence.secrets import with_marks

_CREATIONS = 3


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
