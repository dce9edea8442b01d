"""One way in which an operation changes the state of a resource, and what shows that it did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.judge.evidence.refusal import refused_keys
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import ObservedResource


@dataclass(frozen=True)
class OperationCase:
    """An operation, the state `to` that it leads to, and the states from which it does (`allowed`).

    `to` is None where the contract names no state; `changes` is expression → value of the request,
    beside what names the resource.
    """

    operation: Operation
    resource: Resource = field(repr=False)
    to: str | None
    allowed: frozenset[str]
    changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def effect(self) -> Mapping[str, Any]:
        """What `x-lifecycle` says of the operation."""
        found: Mapping[str, Any] = self.resource.operations[self.operation.id]
        return found

    def is_reached(self, before: ObservedResource, now: ObservedResource) -> bool:
        """Whether a resource has moved into the state, or further on."""
        right = self.resource.reachable(self.to, ()) if self.to is not None else ()
        return any(state.name in right for state in now.states) and _has_changed(before, now)


def is_refused(acted: Observation) -> bool:
    """Whether a request was not carried out: it failed, or its element of the reply is a refusal."""
    return not acted.accepted or bool(refused_keys(acted))


def _has_changed(before: ObservedResource, now: ObservedResource) -> bool:
    """Whether a resource has moved at all: round to the same state it may have come, at another time."""
    if [state.name for state in before.states] != [state.name for state in now.states]:
        return True
    fields = before.resource.fields
    updated = fields.get("timestamps", {}).get("updated", {}).get("at")
    told = [pointer for pointer in (updated, fields.get("attempt")) if pointer is not None]
    shown = [(get(before.value, pointer), get(now.value, pointer)) for pointer in told]
    known = [(old, new) for old, new in shown if old is not MISSING and new is not MISSING]
    return not known or any(old != new for old, new in known)
