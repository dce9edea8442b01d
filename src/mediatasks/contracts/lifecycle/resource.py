"""`x-lifecycle` as code: what state a resource is in, which phase that is, what may follow."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mediatasks.contracts.equality import equal_on_wire
from mediatasks.contracts.pointer import MISSING, get, reader

PHASES = ("queued", "running", "succeeded", "failed", "cancelled", "unknown")

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}
# Different values of the members that decide a state, for which the answer is kept.
_KNOWN = 1000


@dataclass(frozen=True)
class Move:
    """A transition. `by` is the operations that cause it, empty where it happens by itself."""

    to: str
    by: tuple[str, ...]
    new_id: bool
    restarts_progress: bool


class State:
    """One state: its predicate on the resource, its phase and the moves out of it."""

    def __init__(self, name: str, data: Mapping[str, Any]) -> None:
        self.name, self.data = name, data
        self.phase: str = data["phase"]
        self.final: bool = data["final"]
        self.present: list[str] = data.get("present", [])
        self._when = [(reader(pointer), rule) for pointer, rule in data["when"].items()]
        self.moves = [
            Move(to, _causes(m), m.get("new_id", False), m.get("restarts_progress", False))
            for to, m in data["next"].items()
        ]

    def __reduce__(self) -> tuple[Any, ...]:
        # What reads the members cannot be pickled, and is made again.
        return State, (self.name, self.data)

    @cached_property
    def usual(self) -> Move | None:
        """The first move that happens by itself."""
        return next((m for m in self.moves if not m.by), None)

    def holds(self, resource: Any) -> bool:
        """Whether `resource` is in this state, states before it left aside."""
        return all(fits(read(resource), rule) for read, rule in self._when)

    def may_hold(self, resource: Any) -> bool:
        """Whether `resource` could be in this state if it showed all its members."""
        shown = ((read(resource), rule) for read, rule in self._when)
        return all(value is MISSING or fits(value, rule) for value, rule in shown)

    @cached_property
    def marks(self) -> dict[str, Any]:
        """JSON Pointer → the value that puts a resource into this state."""
        marks = {}
        for pointer, rule in self.data["when"].items():
            if not isinstance(rule, dict):
                marks[pointer] = rule
            elif "const" in rule:
                marks[pointer] = rule["const"]
            else:
                marks[pointer] = (rule.get("examples") or rule.get("enum") or [None])[0]
        return marks


class Resource:
    """One resource of `x-lifecycle`: identity, fields, states and the operations on it."""

    def __init__(self, name: str, data: Mapping[str, Any]) -> None:
        self.name, self.data = name, data
        self.key: list[str] = data["key"]
        self.fields: Mapping[str, Any] = data.get("fields", {})
        self.states = {n: State(n, d) for n, d in data.get("states", {}).items()}
        self.owner: str | None = data.get("owner")
        self.initial: str | None = data.get("initial")
        self.poll: float | None = data.get("poll")
        self.present: list[str] = data.get("present", [])
        self.operations: Mapping[str, Any] = data["operations"]
        deciding = dict.fromkeys(p for state in self.states.values() for p in state.data["when"])
        self._deciding = [reader(pointer) for pointer in deciding]
        self._known_states: dict[Any, tuple[State, ...]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Resource, (self.name, self.data)

    @cached_property
    def is_requeued(self) -> bool:
        """Whether a resource can be queued again, under its old id, after it ran."""
        phases = {name: state.phase for name, state in self.states.items()}
        return any(
            state.phase != "queued" and phases.get(move.to) == "queued" and not move.new_id
            for state in self.states.values()
            for move in state.moves
        )

    def state_of(self, resource: Any) -> State | None:
        """Return the first state whose predicate holds; None for a resource in no known state.

        None too where a member that decides has a type that no predicate knows: `failed: "true"` is
        no task that succeeded.
        """
        found = next((s for s in self.states.values() if s.holds(resource)), None)
        return found if found is not None and self._is_readable(resource) else None

    def possible_states(self, resource: Any) -> tuple[State, ...]:
        """Return the states in which `resource` may be, where a reply leaves members of it out.

        The last one is that of `state_of`; empty where there is none.
        """
        values = tuple(read(resource) for read in self._deciding)
        key = (values, tuple(map(type, values)))
        try:
            known = self._known_states.get(key)
        except TypeError:
            # An object or a list decides.
            return self._possible_states(resource)
        if known is None:
            known = self._possible_states(resource)
            if len(self._known_states) < _KNOWN:
                self._known_states[key] = known
        return known

    def _possible_states(self, resource: Any) -> tuple[State, ...]:
        found: list[State] = []
        for state in self.states.values():
            if state.holds(resource):
                return (*found, state) if self._is_readable(resource) else ()
            if state.may_hold(resource):
                found.append(state)
        return ()

    @cached_property
    def _types(self) -> dict[str, tuple[type, ...]]:
        """JSON Pointer → the Python types that the predicates of all states know there."""
        types: dict[str, tuple[type, ...]] = {}
        for state in self.states.values():
            for pointer, rule in state.data["when"].items():
                types[pointer] = (*types.get(pointer, (type(None),)), *_types_in(rule))
        return types

    def _is_readable(self, resource: Any) -> bool:
        """Whether every member that decides, as far as it is shown, has a type that a predicate knows."""
        shown = ((get(resource, pointer), types) for pointer, types in self._types.items())
        return all(value is MISSING or type(value) in types for value, types in shown)

    def phase_of(self, resource: Any) -> str:
        """Return the common phase of `resource`: `unknown` where no state holds."""
        state = self.state_of(resource)
        return state.phase if state else "unknown"

    def operations_with(self, action: str) -> list[str]:
        """Return the ids of the operations with `action`."""
        return [n for n, effect in self.operations.items() if effect["action"] == action]

    @cached_property
    def state_members(self) -> frozenset[str]:
        """The members that tell the state."""
        return frozenset(pointer for state in self.states.values() for pointer in state.data["when"])

    @property
    def readers(self) -> list[str]:
        """The operations that show one resource by its key: reads first, then lists."""
        names = [*self.operations_with("read"), *self.operations_with("list")]
        return [n for n in names if all(p in self.operations[n].get("where", {}) for p in self.key)]

    @property
    def creators(self) -> list[str]:
        """The operations that make resources: creations first, then upserts."""
        return [*self.operations_with("create"), *self.operations_with("upsert")]

    def reachable(self, name: str, called: Collection[str] | None = None) -> set[str]:
        """Return the states in which the same resource may be seen after `name`, itself included.

        Moves that an operation causes count where it is in `called`; None: all do.
        """
        seen, todo = {name}, [name]
        while todo:
            for move in self.states[todo.pop()].moves:
                happens = not move.by or called is None or any(o in called for o in move.by)
                if happens and not move.new_id and move.to not in seen and move.to in self.states:
                    seen.add(move.to)
                    todo.append(move.to)
        return seen


def _causes(move: Mapping[str, Any]) -> tuple[str, ...]:
    by = move.get("by", ())
    return (by,) if isinstance(by, str) else tuple(by)


def _types_in(rule: Any) -> tuple[type, ...]:
    """Return the Python types of the values that a predicate's rule may accept."""
    if not isinstance(rule, dict):
        listed = [rule]
    elif "const" in rule or "enum" in rule:
        listed = rule.get("enum", [rule.get("const")])
    else:
        # Without a type only texts can fit: by their length, or by a pattern.
        return _TYPES[rule.get("type", "string")]
    numbers = _TYPES["number"]
    return tuple(t for v in listed for t in (numbers if type(v) in numbers else (type(v),)))


def fits(value: Any, rule: Any) -> bool:
    """Whether `value` fits a predicate's rule: a literal, or a schema of the members of `Rule`."""
    if value is MISSING:
        return False
    if not isinstance(rule, dict):
        return equal_on_wire(value, rule)
    if "const" in rule and not equal_on_wire(value, rule["const"]):
        return False
    if "enum" in rule and not any(equal_on_wire(value, member) for member in rule["enum"]):
        return False
    if "type" in rule:
        numeric_bool = isinstance(value, bool) and rule["type"] != "boolean"
        if numeric_bool or not isinstance(value, _TYPES[rule["type"]]):
            return False
    return rule.keys().isdisjoint(("minLength", "pattern")) or _fits_as_text(value, rule)


def _fits_as_text(value: Any, rule: Mapping[str, Any]) -> bool:
    if not isinstance(value, str) or len(value) < rule.get("minLength", 0):
        return False
    return re.search(rule.get("pattern", ""), value) is not None
