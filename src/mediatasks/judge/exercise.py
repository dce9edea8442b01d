"""Which parts of an operation a run has exercised: statuses, parameters, members of bodies, their values.

What stands in no request and no reply of a run was not checked, whatever the table of cases says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mediatasks.contracts.equality import equal_on_wire
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING, join
from mediatasks.contracts.schema.shape import Shape, reply_shape, request_shape
from mediatasks.judge.observation.observation import Observation

STATUS, PARAMETER, PARAMETER_VALUE = "status", "parameter", "parameter value"
SENT, SHOWN = "request member", "reply member"
SENT_VALUE, SHOWN_VALUE = "request value", "reply value"
KINDS = (STATUS, PARAMETER, PARAMETER_VALUE, SENT, SENT_VALUE, SHOWN, SHOWN_VALUE)
# Schemas nest without end, replies as long as a server likes.
_DEPTH = 12
_ELEMENTS = 50


@dataclass
class Exercise:
    """The declared parts of one operation by kind, and those that were seen.

    A parameter is named by its name, a member by its JSON Pointer with `*` for any index, a value of an
    enumeration by the member and itself: `/status = done`.
    """

    operation: Operation
    seen: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in KINDS})

    @cached_property
    def declared(self) -> Mapping[str, frozenset[str]]:
        """Kind → names of everything that the contract declares."""
        parts: dict[str, set[str]] = {kind: set() for kind in KINDS}
        parts[STATUS].update(self.operation.responses)
        parts[PARAMETER].update(p.name for p in self.operation.parameters)
        for name, shape in self._parameters.items():
            parts[PARAMETER_VALUE].update(f"{name} = {v}" for v in _values(shape))
        for shape, member, value in (
            (self._request, SENT, SENT_VALUE),
            (self._reply, SHOWN, SHOWN_VALUE),
        ):
            for name, found in _declared(shape, "", 0):
                parts[member].update([name] if name else [])
                parts[value].update(f"{name or '(body)'} = {v}" for v in found)
        return {kind: frozenset(names) for kind, names in parts.items()}

    def take(self, observation: Observation) -> None:
        """Count what one call exercised; bodies only of calls that were accepted."""
        scope, seen = observation.scope, self.seen
        seen[STATUS].add(str(observation.exchange.status))
        for values in (scope.path, scope.query, scope.header):
            seen[PARAMETER].update(values)
            for name in self._enumerated.intersection(values):
                seen[PARAMETER_VALUE].add(f"{name} = {values[name]}")
        if observation.accepted:
            if scope.body is not MISSING:
                self._request_part.take(scope.body, seen[SENT], seen[SENT_VALUE])
            if scope.response is not MISSING:
                self._reply_part.take(scope.response, seen[SHOWN], seen[SHOWN_VALUE])

    def merge(self, other: Exercise) -> None:
        """Add what another part of the run exercised."""
        for kind, names in other.seen.items():
            self.seen[kind] |= names

    def covered(self, kind: str) -> frozenset[str]:
        """Return the declared parts of a kind that were seen."""
        return self.declared[kind] & self.seen[kind]

    def missed(self, kind: str) -> list[str]:
        """Return the declared parts of a kind that were not seen, sorted."""
        return sorted(self.declared[kind] - self.seen[kind])

    def as_data(self) -> dict[str, Any]:
        """Return kind → number covered, number declared, names missed; without kinds that have none."""
        return {
            kind: {"covered": len(self.covered(kind)), "of": len(names), "missed": self.missed(kind)}
            for kind, names in self.declared.items()
            if names
        }

    @cached_property
    def _parameters(self) -> dict[str, Shape]:
        contract = self.operation.contract
        return {p.name: Shape(contract, p.schema) for p in self.operation.parameters}

    @cached_property
    def _enumerated(self) -> frozenset[str]:
        return frozenset(name for name, shape in self._parameters.items() if _values(shape))

    @cached_property
    def _request_part(self) -> _Part:
        return _Part(self._request, "", 0)

    @cached_property
    def _reply_part(self) -> _Part:
        return _Part(self._reply, "", 0)

    @property
    def _request(self) -> Shape:
        return self.operation.contract.compiled(request_shape, self.operation)

    @property
    def _reply(self) -> Shape:
        return self.operation.contract.compiled(reply_shape, self.operation)


def _declared(shape: Shape, pointer: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """Yield (pointer, enumerated values) of a schema and everything below it."""
    if depth > _DEPTH:
        return
    yield pointer, _values(shape)
    for name, member in shape.members.items():
        yield from _declared(member, pointer + join([name]), depth + 1)
    if shape.items is not None:
        yield from _declared(shape.items, pointer + "/*", depth + 1)


class _Part:
    """A member of bodies by its schema, without what below it has been seen already."""

    def __init__(self, shape: Shape, pointer: str, depth: int) -> None:
        self._shape, self._pointer, self._depth = shape, pointer, depth
        self._values = _values(shape)
        self._items: _Part | None = None
        self._members: dict[str, _Part] | None = None

    def take(self, body: Any, members: set[str], values: set[str]) -> bool:
        """Note what a body shows of it; return whether nothing of it remains to be seen."""
        if self._members is None:
            members.add(self._pointer)
            self._members = self._below()
        for value in [v for v in self._values if equal_on_wire(v, body)]:
            values.add(f"{self._pointer or '(body)'} = {value}")
            self._values.remove(value)
        if isinstance(body, dict):
            shown = [name for name in self._members if name in body]
            for name in shown:
                if self._members[name].take(body[name], members, values):
                    del self._members[name]
        elif isinstance(body, list):
            for element in body[:_ELEMENTS]:
                if self._items is None:
                    break
                if self._items.take(element, members, values):
                    self._items = None
        return not self._values and not self._members and self._items is None

    def _below(self) -> dict[str, _Part]:
        depth = self._depth + 1
        if depth > _DEPTH:
            return {}
        if self._shape.items is not None:
            self._items = _Part(self._shape.items, self._pointer + "/*", depth)
        members = self._shape.members.items()
        return {name: _Part(shape, self._pointer + join([name]), depth) for name, shape in members}


def _values(shape: Shape) -> list[Any]:
    return [value for part in shape.parts for value in part.get("enum", ())]
