"""Ids that do not exist are told as the contract says, and the rest is delivered all the same."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from mediatasks.check.requests.own_resources import make_one
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.filter_cases import FAR
from mediatasks.contracts.equality import text_of
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.schema.request_parts import shape_of
from mediatasks.contracts.wording import quoted
from mediatasks.judge.facts import effect_fact, reply_fact
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import ObservedResource
from mediatasks.judge.violation import Verdict, Violation


def applies(contract: Contract) -> bool:
    """Whether the contract says what becomes of ids that do not exist."""
    return any(
        "missing" in effect or "missing" in contract.operations[name].failures
        for resource in contract.resources.values()
        for name, effect in resource.operations.items()
    )


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Ask for a resource that exists together with one that does not, and for the latter alone."""
    for resource in client.contract.resources.values():
        if len(resource.key) != 1 or not resource.readers:
            continue
        subject = _subject(client, resource)
        if subject is None:
            continue
        for name, effect in resource.operations.items():
            if "missing" in effect and client.may(name):
                yield from _together(client, resource, name, subject)
            elif effect["action"] == "read" and client.may(name):
                yield from _alone(client, resource, name, subject)


def _subject(client: ProbeClient, resource: Resource) -> ObservedResource | None:
    """Return a resource that exists: one of our own, else any that is known."""
    made = make_one(client, resource)
    if made is not None:
        return made.resources[0]
    return next(iter(client.known.newest(resource)), None)


def _nobody(client: ProbeClient, subject: ObservedResource) -> Any:
    """Return an id that no resource has."""
    resource = subject.resource
    value = text_of(get(subject.value, resource.key[0]))
    if not value.isdecimal():
        return str(uuid.uuid5(uuid.NAMESPACE_URL, value))
    known = [observed.key[0] for observed in client.known.newest(resource)]
    return max(int(k) for k in (value, *known) if k.isdecimal() and len(k) < 16) + FAR


def _together(
    client: ProbeClient, resource: Resource, name: str, subject: ObservedResource
) -> Iterator[tuple[Observation, Verdict]]:
    effect = resource.operations[name]
    expression = effect.get("where", {}).get(resource.key[0])
    request, nobody = client.request(name), _nobody(client, subject)
    if request is None or "array" not in shape_of(request.operation, str(expression)).types:
        return
    ids = [get(subject.value, resource.key[0]), nobody]
    seen = client.call(request.having(expression, ids))
    if not seen.accepted:
        # A server may refuse the whole call instead.
        return
    fact = effect_fact(seen.operation, resource, "missing")
    place = seen.place or "(body)"
    found = client.found(seen, subject.key)
    lost = Violation(place, f"`{text_of(ids[0])}` all the same", "nothing of it", fact)
    yield seen, None if found is not None else lost
    text = effect["missing"].replace("{ids}", f"[{text_of(nobody)}]")
    errors = seen.errors if isinstance(seen.errors, list) else []
    got = "no error" if seen.errors is MISSING else quoted(seen.errors)
    yield seen, None if text in errors else Violation(place, f"the error `{text}`", got, fact)


def _alone(
    client: ProbeClient, resource: Resource, name: str, subject: ObservedResource
) -> Iterator[tuple[Observation, Verdict]]:
    operation = client.contract.operations[name]
    expression = resource.operations[name].get("where", {}).get(resource.key[0])
    request, failure = client.request(name), operation.failures.get("missing")
    if request is None or failure is None or expression is None or operation.rpc_method:
        return
    seen = client.call(request.having(expression, _nobody(client, subject)))
    expected = f"{failure['status']}, since there is no such resource"
    wrong = Violation(
        "status", expected, str(seen.exchange.status), reply_fact(operation, failure["status"])
    )
    yield seen, wrong if seen.accepted else None
