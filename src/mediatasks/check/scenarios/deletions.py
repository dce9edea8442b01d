"""Whether an operation that deletes a resource does so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.aftermath import FEW, is_refused
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.facts import effect_fact, reply_fact
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import ObservedResource
from mediatasks.judge.violation import Verdict, Violation


def judge_deletion(
    client: ProbeClient, resource: Resource, name: str
) -> Iterator[tuple[Observation, Verdict]]:
    """Make a resource, delete it by the operation `name`, and look for it."""
    made = next((made for _, made in client.create(resource)), None)
    subject = made.resources[0] if made else None
    request = client.naming(name, subject) if subject else None
    if subject is None or request is None or not client.known.is_own(subject):
        return
    acted, fact = client.call(request), effect_fact(request.operation, resource)
    if is_refused(acted):
        now = client.found(client.read(subject), subject.key)
        # What has ended meanwhile may not be there to be cancelled.
        if now is not None and not (now.state and now.state.final):
            expected = "an accepted request: the resource is there"
            yield acted, Violation("status", expected, acted.exchange.answer, fact)
        return
    reading = _reading(client, subject, resource.operations[name])
    for seen in (client.call(reading) for _ in client.turns(resource, FEW)) if reading else ():
        if not _shows(seen):
            yield acted, None
            yield seen, _missing(seen)
            return
    if reading:
        yield acted, Violation("request", "no such resource any more", "it can still be read", fact)


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


def _missing(seen: Observation) -> Verdict:
    """Judge the answer for a resource that is not there."""
    status = seen.operation.failures.get("missing", {}).get("status")
    if seen.operation.contract.envelope is not None or status in (None, str(seen.exchange.status)):
        return None
    return Violation(
        "status", f"{status}: it was deleted", seen.exchange.answer, reply_fact(seen.operation, status)
    )
