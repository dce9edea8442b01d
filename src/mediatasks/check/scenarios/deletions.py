"""A new resource that is deleted, and looked for."""

from collections.abc import Iterator, Mapping
from typing import Any

from mediatasks.check.requests.probe_client import FEW, ProbeClient
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.evidence.operation_case import is_refused
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import ObservedResource
from mediatasks.judge.rules.lifecycle.operation_effect import Deletion


def delete_resources(client: ProbeClient) -> Iterator[Deletion]:
    """Yield a Deletion by each operation that deletes. Raises Unanswered."""
    for operation, resource, _ in client.contract.effects("delete"):
        deletion = _delete(client, resource, operation.id)
        if deletion is not None:
            yield deletion


def _delete(client: ProbeClient, resource: Resource, name: str) -> Deletion | None:
    made = next((made for _, made in client.create(resource)), None)
    subject = made.resources[0] if made else None
    request = client.naming(name, subject) if subject else None
    if subject is None or request is None or not client.known.is_own(subject):
        return None
    acted = client.call(request)
    if is_refused(acted):
        return Deletion(acted, client.found(client.read(subject), subject.key), (), is_gone=False)
    reading = _reading(client, subject, resource.operations[name])
    reads: list[Observation] = []
    for _ in client.turns(resource, FEW) if reading is not None else ():
        assert reading is not None
        reads.append(client.call(reading))
        if not _shows(reads[-1]):
            return Deletion(acted, None, tuple(reads), is_gone=True)
    return Deletion(acted, None, tuple(reads), is_gone=False)


def _reading(
    client: ProbeClient, subject: ObservedResource, effect: Mapping[str, Any]
) -> DocumentedRequest | None:
    """Return the read that names a resource as its deletion does; else any."""
    resource = subject.resource
    for name in resource.operations_with("read"):
        if resource.operations[name].get("where", {}).keys() == effect.get("where", {}).keys():
            return client.naming(name, subject)
    return client.reading(subject)


def _shows(seen: Observation) -> bool:
    """Whether a read found the resource: of an RPC call, which may fail in part, its result."""
    is_rpc = seen.operation.contract.envelope is not None
    return seen.accepted and (bool(seen.resources) or not is_rpc)
