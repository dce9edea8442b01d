"""Defaults are the documented ones: what is left out counts as its default.

A list without its limit holds as many as the default says; a request without a parameter is answered
as one with its default; a resource has the default of what its request left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mediatasks.check.requests.lister import Lister, fill, listers
from mediatasks.check.requests.own_resources import creations, make_one
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.body_defaults import judge_body
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.request_parts import optional_parts
from mediatasks.contracts.wording import count_of, quoted
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.facts import effect_fact, request_fact
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import ObservedResource
from mediatasks.judge.stability import still
from mediatasks.judge.violation import Verdict, Violation

# Above this no resources are made to see a default limit; below it only where that is free.
_MOST = 25
_TIMES = 3


def applies(contract: Contract) -> bool:
    """Whether a request has a default."""
    return any(
        "default_limit" in effect or any(_defaults(contract.operations[name])) or any(_written(effect))
        for resource in contract.resources.values()
        for name, effect in resource.operations.items()
    )


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Leave out what has a default, and send it."""
    for lister in listers(client):
        if "default_limit" in lister.effect:
            yield from _limit(lister)
    for resource in client.contract.resources.values():
        for name in [*resource.operations_with("read"), *resource.operations_with("list")]:
            operation = client.contract.operations[name]
            request = _request(client, resource, operation) if any(_defaults(operation)) else None
            for expression, default in _defaults(operation) if request is not None else ():
                assert request is not None
                yield from _compare(client, resource, request, expression, default)
        for name in creations(client, resource):
            yield from judge_body(client, resource, client.contract.operations[name])


def _defaults(operation: Operation) -> Iterator[tuple[str, Any]]:
    for expression, shape in optional_parts(operation):
        default = shape.first("default", MISSING)
        if default is not MISSING:
            yield expression, default


def _written(effect: Any) -> Iterator[str]:
    if effect["action"] in ("create", "upsert"):
        yield from effect.get("sets", {})


def _request(client: ProbeClient, resource: Resource, operation: Operation) -> DocumentedRequest | None:
    """Return the request whose replies time changes least: for a task that is over, in a steady order."""
    if not client.may(operation.id):
        return None
    if operation.id not in resource.readers:
        return Lister(client, resource, operation).steady or client.request(operation.id)
    subject = _over(client, resource) if resource.states else None
    request = client.naming(operation.id, subject) if subject is not None else None
    return request or client.request(operation.id)


def _over(client: ProbeClient, resource: Resource) -> ObservedResource | None:
    """Return a task that is over: one that was seen, or one that is made and followed."""
    over = next((s for s in client.known.newest(resource) if s.state is not None and s.state.final), None)
    made = make_one(client, resource) if over is None else None
    if made is None:
        return over
    last = made.resources[0]
    for seen in client.watch(last):
        last = client.found(seen, last.key) or last
    return last if last.state is not None and last.state.final else None


def _limit(lister: Lister) -> Iterator[tuple[Observation, Verdict]]:
    """Judge how many a list holds that is asked for none in particular."""
    default = int(lister.effect["default_limit"])
    base = lister.base
    assert base is not None
    free = lister.client.target.is_mock and default < _MOST
    if free:
        fill(lister, default + 1)
    for _ in range(_TIMES):
        whole, plain = lister.whole(), lister.fetch(base)
        if whole is None or not whole.seen.accepted or not plain.seen.accepted:
            return
        fact = effect_fact(lister.operation, lister.resource, "default_limit")
        wanted = min(default, whole.count)
        expected = f"{wanted} of {count_of(whole.count, 'element')} where no limit is sent"
        wrong = Violation(plain.place, expected, str(plain.count), fact)
        verdict = None if plain.count == wanted else wrong
        if verdict is None:
            break
    yield plain.seen, verdict


def _compare(
    client: ProbeClient, resource: Resource, request: DocumentedRequest, expression: str, default: Any
) -> Iterator[tuple[Observation, Verdict]]:
    """Judge whether the reply is the same without a part and with its default.

    What changes meanwhile shows in further replies: then nothing can be said, and it is tried again.
    """
    for _ in range(_TIMES):
        values = (MISSING, default, default, MISSING)
        replies = [client.call(request.having(expression, value)) for value in values]
        if not all(seen.accepted and seen.resources for seen in replies):
            return
        without, given, again, last = (_picture(resource, seen) for seen in replies)
        if without == given:
            yield replies[0], None
            return
        if without == last and given == again:
            fact = request_fact(request.operation, expression, default=True)
            expected = f"the reply as with {quoted(default)}, the default of `{fact.name.split()[1]}`"
            yield replies[0], Violation(replies[0].place or "(body)", expected, "another one", fact)
            return


def _picture(resource: Resource, seen: Observation) -> list[Any]:
    """Return what a reply shows that time does not change: of what is not at rest the ids."""
    rests = all(s.state is None or s.state.final for s in seen.resources)
    return [(s.key, still(resource, s.value) if rests else None) for s in seen.resources]
