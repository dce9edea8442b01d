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
from mediatasks.contracts.schema.shape import Shape
from mediatasks.judge.observation import Observation

STATUS, PARAMETER, PARAMETER_VALUE = "status", "parameter", "parameter value"
SENT, SHOWN = "request member", "reply member"
SENT_VALUE, SHOWN_VALUE = "request value", "reply value"
KINDS = (STATUS, PARAMETER, PARAMETER_VALUE, SENT, SENT_VALUE, SHOWN, SHOWN_VALUE)
# Schemas nest without end, replies as long as a server likes.
_DEPTH = 12
_ELEMENTS = 50
_BODIES = 500


@dataclass
class Exercise:
    """The declared parts of one operation by kind, and those that were seen.

    A parameter is named by its name, a member by its JSON Pointer with `*` for any index, a value of an
    enumeration by the member and itself: `/status = done`.
    """

    operation: Operation
    seen: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in KINDS})
    _bodies: set[tuple[str, bytes]] = field(default_factory=set)

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
        exchange, scope = observation.exchange, observation.scope
        self.seen[STATUS].add(str(exchange.status))
        for values in (scope.path, scope.query, scope.header):
            self.seen[PARAMETER].update(values)
            self.seen[PARAMETER_VALUE].update(f"{n} = {v}" for n, v in values.items())
        if not observation.accepted:
            return
        for body, raw, shape, member, value in (
            (scope.body, exchange.body or b"", self._request, SENT, SENT_VALUE),
            (scope.response, exchange.reply, self._reply, SHOWN, SHOWN_VALUE),
        ):
            if body is MISSING or (member, raw) in self._bodies or len(self._bodies) >= _BODIES:
                continue
            self._bodies.add((member, raw))
            for name, found in _shown(body, shape, "", 0):
                self.seen[member].add(name)
                self.seen[value].update(f"{name or '(body)'} = {v}" for v in found)

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
    def _request(self) -> Shape:
        media: Mapping[str, Any] = next(iter(self.operation.request_media.values()), {})
        shape = Shape(self.operation.contract, media.get("schema", {}))
        envelope = self.operation.contract.envelope
        return _at(shape, envelope.params_pointer() if envelope else "")

    @cached_property
    def _reply(self) -> Shape:
        schema = self.operation.reply_schema(self.operation.success)
        envelope = self.operation.contract.envelope
        return _at(Shape(self.operation.contract, schema), envelope.result_pointer() if envelope else "")


def _at(shape: Shape, pointer: str) -> Shape:
    return shape.at(pointer) or Shape(shape.contract, {})


def _declared(shape: Shape, pointer: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """Yield (pointer, enumerated values) of a schema and everything below it."""
    if depth > _DEPTH:
        return
    yield pointer, _values(shape)
    for name, member in shape.members.items():
        yield from _declared(member, pointer + join([name]), depth + 1)
    if shape.items is not None:
        yield from _declared(shape.items, pointer + "/*", depth + 1)


def _shown(body: Any, shape: Shape, pointer: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """Yield (pointer, enumerated values) of what a body holds and its schema knows."""
    if depth > _DEPTH:
        return
    yield pointer, [v for v in _values(shape) if equal_on_wire(v, body)]
    if isinstance(body, dict):
        for name, member in shape.members.items():
            if name in body:
                yield from _shown(body[name], member, pointer + join([name]), depth + 1)
    elif isinstance(body, list) and shape.items is not None:
        for element in body[:_ELEMENTS]:
            yield from _shown(element, shape.items, pointer + "/*", depth + 1)


def _values(shape: Shape) -> list[Any]:
    return [value for part in shape.parts for value in part.get("enum", ())]
