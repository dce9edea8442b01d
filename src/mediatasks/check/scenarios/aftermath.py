"""What became of a resource after an operation: read until it shows, or until time is up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import ObservedResource

# Reads of a mock, which does at once what it is told.
FEW = 4


def is_refused(acted: Observation) -> bool:
    """Whether a request was not carried out: it failed, or its element of the reply is a refusal."""
    if not acted.accepted:
        return True
    marks = set(acted.effect.get("refused", {})) - set(acted.effect.get("reply", {}))
    return any(get(shown, mark) is not MISSING for shown in _elements(acted) for mark in marks)


def later(client: ProbeClient, subject: ObservedResource) -> Iterator[ObservedResource]:
    """Yield a resource as it is read from now on: by one operation, for which no other makes up."""
    reading = client.reading(subject)
    for seen in client.watch(subject, FEW, [reading]) if reading is not None else ():
        found = client.found(seen, subject.key)
        if found is not None:
            yield found


def has_changed(before: ObservedResource, after: ObservedResource) -> bool:
    """Whether a resource has moved at all: round to the same state it may have come, at another time."""
    if [state.name for state in before.states] != [state.name for state in after.states]:
        return True
    fields = before.resource.fields
    updated = fields.get("timestamps", {}).get("updated", {}).get("at")
    told = [pointer for pointer in (updated, fields.get("attempt")) if pointer is not None]
    shown = [(get(before.value, pointer), get(after.value, pointer)) for pointer in told]
    known = [(old, new) for old, new in shown if old is not MISSING and new is not MISSING]
    return not known or any(old != new for old, new in known)


def _elements(acted: Observation) -> Iterator[Any]:
    for observed in acted.resources:
        yield get(acted.exchange.json, observed.place)
