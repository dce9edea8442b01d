"""Defaults of what a creation may leave out, as the resource then shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mediatasks.check.requests.own_resources import Made, fresh, make, part_default
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import quoted
from mediatasks.exchange.documented_request import documented_requests
from mediatasks.judge.facts import request_fact
from mediatasks.judge.observation import Observation
from mediatasks.judge.stability import holds
from mediatasks.judge.violation import Verdict, Violation


def judge_body(
    client: ProbeClient, resource: Resource, operation: Operation
) -> Iterator[tuple[Observation, Verdict]]:
    """Make a resource without anything that has a default, and look at it."""
    effect = resource.operations[operation.id]
    defaults = {
        pointer: (expression, default)
        for pointer, expression in effect.get("sets", {}).items()
        if (default := part_default(operation, effect, expression)) is not MISSING
    }
    request = next(documented_requests(operation), None)
    request = fresh(client, resource, request) if request is not None and defaults else None
    if request is None:
        return
    for expression, _ in defaults.values():
        request = request.without(expression, effect.get("each"))
    made = make(client, request)
    for observed in made.resources[:1] if made is not None else ():
        seen = client.read(observed)
        found = client.found(seen, observed.key)
        if made is None or seen is None or found is None:
            continue
        for pointer, (expression, default) in defaults.items():
            kept = get(found.value, pointer)
            # Only what is shown counts: a server may leave out what it was not sent.
            if kept is not MISSING and kept is not None:
                yield seen, _judge(made, found.place + pointer, expression, default, kept)


def _judge(made: Made, place: str, expression: str, default: Any, kept: Any) -> Verdict:
    if holds(kept, default):
        return None
    at = made.seen.effect.get("each", "")
    within = expression.replace("$each#", f"$request.body#{at}/0")
    fact = request_fact(made.seen.operation, within, default=True)
    return Violation(place, f"the default {quoted(default)}, since nothing was sent", quoted(kept), fact)
