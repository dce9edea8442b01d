"""An update changes what it names, and nothing else.

One member at a time is given another value. What time changes may change as well: state, progress,
times. Resources are made for it, or are put back as they were.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mediatasks.check.requests.lister import listers
from mediatasks.check.requests.other_values import unchanging, values_for
from mediatasks.check.requests.own_resources import make_one
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.update import switch
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import quoted
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.facts import effect_fact
from mediatasks.judge.observation import Observation, shows
from mediatasks.judge.observed_resource import ObservedResource
from mediatasks.judge.stability import holds, lasting
from mediatasks.judge.violation import Verdict, Violation


def applies(contract: Contract) -> bool:
    """Whether there is an update."""
    return any(resource.operations_with("update") for resource in contract.resources.values())


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Change each member of a resource of our own; switch what only a list shows."""
    for resource in client.contract.resources.values():
        for name in resource.operations_with("update"):
            if not client.may(name):
                continue
            made = make_one(client, resource) if resource.readers else None
            if made is not None:
                yield from _changes(client, name, made.resources[0])
    for lister in listers(client):
        yield from switch(lister)


def _changes(
    client: ProbeClient, name: str, subject: ObservedResource
) -> Iterator[tuple[Observation, Verdict]]:
    effect = subject.resource.operations[name]
    for pointer, expression in effect.get("sets", {}).items():
        before = client.found(client.read(subject), subject.key)
        plain = unchanging(client, name, subject)
        if before is None or plain is None or not str(expression).startswith("$request."):
            continue
        value = next(_values(client, plain, expression, get(before.value, pointer)), MISSING)
        if value is MISSING:
            continue
        request = plain.having(expression, value)
        if client.call(request).accepted:
            after = client.read(subject)
            now = client.found(after, subject.key)
            if after is not None and now is not None:
                for verdict in _judge(request, pointer, value, before, after, now):
                    yield after, verdict
        old = get(before.value, pointer)
        if old is not MISSING and pointer not in {*_marks(subject.resource), *effect.get("zoneless", ())}:
            # Put back, so that an update which changes more than it names shows in the next one.
            client.call(plain.having(expression, old))


def _values(client: ProbeClient, plain: DocumentedRequest, expression: str, held: Any) -> Iterator[Any]:
    """Yield other values for a member: that of the documented request first."""
    example = client.request(plain.operation.id)
    documented = example.value_of(expression) if example is not None else MISSING
    if documented is not MISSING and not holds(held, documented):
        yield documented
    yield from values_for(plain.operation, expression, held)


def _judge(
    request: DocumentedRequest,
    pointer: str,
    value: Any,
    before: ObservedResource,
    after: Observation,
    now: ObservedResource,
) -> Iterator[Verdict]:
    resource = now.resource
    changes = effect_fact(request.operation, resource, "sets")
    if pointer in _marks(resource):
        yield from _moved(request, pointer, value, before, now)
    elif shows(after, now, pointer):
        zoneless = pointer in resource.operations[request.operation.id].get("zoneless", ())
        written, kept = f"{value}Z" if zoneless else value, get(now.value, pointer)
        wrong = Violation(now.place + pointer, f"what was sent: {quoted(value)}", _shown(kept), changes)
        yield None if holds(kept, written) else wrong
    for other in lasting(resource):
        old, new = get(before.value, other), get(now.value, other)
        if other != pointer and old is not MISSING:
            expected = f"{quoted(old)} as before: only `{pointer}` was changed"
            wrong = Violation(
                now.place + other, expected, _shown(new), effect_fact(request.operation, resource)
            )
            yield None if holds(new, old) and holds(old, new) else wrong


def _marks(resource: Resource) -> set[str]:
    return {pointer for state in resource.states.values() for pointer in state.data["when"]}


def _moved(
    request: DocumentedRequest, pointer: str, value: Any, before: ObservedResource, now: ObservedResource
) -> Iterator[Verdict]:
    """Judge the state that was asked for, where the one before may lead there and time did not end it."""
    resource = now.resource
    target = next((s for s in resource.states.values() if s.marks.get(pointer) == value), None)
    if target is None or before.state is None or now.state is None:
        return
    if target.name not in {m.to for m in before.state.moves} or (
        now.state.final and now.state is not target
    ):
        return
    fact = effect_fact(request.operation, resource, "sets")
    expected = f"the state `{target.name}`, which was asked for"
    wrong = Violation(now.place + pointer, expected, f"`{now.state.name}`", fact)
    yield None if now.state.name in resource.reachable(target.name, ()) else wrong


def _shown(value: Any) -> str:
    return "no such member" if value is MISSING else quoted(value)
