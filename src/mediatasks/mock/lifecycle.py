"""How a resource lives: it enters states, gains what they write, and moves on with the clock.

A move by time is due when the state has lasted as long as the contract says (`lasts`; 1 s queued
and 3 s running where it does not), and is dated with the moment it was due, not the moment it was
looked at. Timestamps and progress are kept in the provider's own units.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from mediatasks.contracts.document import Contract
from mediatasks.contracts.expression import Scope, evaluate
from mediatasks.contracts.lifecycle import Resource, State
from mediatasks.contracts.pointer import MISSING, drop, get, put
from mediatasks.contracts.shape import Shape, parse_number
from mediatasks.mock.clock import stamp

_LASTS = {"queued": 1.0, "running": 3.0}


class Item:
    """One resource that the mock holds.

    `state` is the name of its lifecycle state (None: in no known one), `entered` the moment it got
    there, `due` the moment it moves on by itself (None: never), `number` its place in the order of
    creation. `changed` is told of every change, so that indexes and the state file follow.
    """

    __slots__ = ("_changed", "_due", "_state", "_value", "entered", "key", "number")

    def __init__(
        self, value: Any, key: tuple[str, ...], number: int, changed: Callable[[Item], None] | None = None
    ) -> None:
        self._value, self.key, self.number, self._changed = value, key, number, changed
        self._state: str | None = None
        self.entered = 0.0
        self._due: float | None = None

    @property
    def value(self) -> Any:
        """The resource. Who changes it in place says so to `Shelf.changed`."""
        return self._value

    @value.setter
    def value(self, value: Any) -> None:
        self._value = value
        if self._changed is not None:
            self._changed(self)

    @property
    def state(self) -> str | None:
        """The name of its lifecycle state."""
        return self._state

    @state.setter
    def state(self, state: str | None) -> None:
        self._state = state
        if self._changed is not None:
            self._changed(self)

    @property
    def due(self) -> float | None:
        """When it moves on by itself, in seconds since 1970."""
        return self._due

    @due.setter
    def due(self, due: float | None) -> None:
        self._due = due
        if self._changed is not None:
            self._changed(self)

    def show(self, value: Any) -> None:
        """Take a value that only shows more of the same moment (progress): no change."""
        self._value = value


class Life:
    """The lifecycle of one resource type."""

    def __init__(self, contract: Contract, resource: Resource) -> None:
        self.resource = resource
        schema = {"$ref": f"#/components/schemas/{resource.name}"}
        self.shape = Shape(contract, schema if resource.name in contract.schemas else {})
        self._places: dict[str, Shape | None] = {}
        self.moments: dict[str, dict[str, str]] = resource.fields.get("timestamps", {})
        self.progress: dict[str, str] = resource.fields.get("progress", {})
        self.lasts = {name: self._lasts(state) for name, state in resource.states.items()}
        self.spans = {name: self._span(state) for name, state in resource.states.items()}

    def _lasts(self, state: State) -> float | None:
        """Return how many seconds the state lasts; None where nothing leads out by itself."""
        if state.usual is None or state.usual.to not in self.resource.states:
            return None
        given = state.data.get("lasts", _LASTS.get(state.phase))
        return None if given is None else float(given)

    def _span(self, state: State) -> tuple[float, float]:
        """Return (seconds in running states before this one, seconds in all), on the usual path."""
        states, chain = self.resource.states, [state]
        while (earlier := self._running_before(chain[0])) and earlier not in chain:
            chain.insert(0, earlier)
        before = sum(self.lasts[s.name] or 0.0 for s in chain[:-1])
        while (usual := chain[-1].usual) and states.get(usual.to) not in (None, *chain):
            if states[usual.to].phase != "running":
                break
            chain.append(states[usual.to])
        return before, sum(self.lasts[s.name] or 0.0 for s in chain)

    def _running_before(self, state: State) -> State | None:
        for other in self.resource.states.values():
            leads = other.usual is not None and other.usual.to == state.name
            if other.phase == "running" and leads and other is not state:
                return other
        return None

    def write(self, value: Any, pointer: str, thing: Any) -> Any:
        """Write `thing` at `pointer` in the type that the schema has there; return the resource."""
        if pointer not in self._places:
            self._places[pointer] = self.shape.at(pointer)
        place = self._places[pointer]
        return put(value, pointer, place.coerce(thing) if place else thing)

    def begin(self, item: Item, now: float) -> None:
        """Date the beginning of a new resource's life."""
        for moment in ("created", "scheduled", "updated"):
            if moment in self.moments and get(item.value, self.moments[moment]["at"]) is MISSING:
                self._date(item, moment, now)

    def enter(self, item: Item, name: str, now: float, restarts: bool = False) -> None:
        """Put the resource into the state `name`, with all that the contract says of it."""
        states = self.resource.states
        before, after = states.get(item.state or ""), states[name]
        for pointer, mark in after.marks.items():
            if mark is not None or _may_be_null(after, pointer):
                item.value = self.write(item.value, pointer, mark)
        self._leave(item, after)
        self.apply(item, after.data.get("sets", {}))
        self._keep_times(item, before, after, now)
        self._keep_progress(item, before, after, restarts)
        item.state, item.entered, item.due = name, now, None

    def settle(self, item: Item, now: float) -> None:
        """Find the state of a resource anew, without changing it (seeds, updates)."""
        state = self.resource.state_of(item.value) if self.resource.states else None
        item.state, item.entered, item.due = state.name if state else None, now, None

    def apply(self, item: Item, sets: dict[str, Any]) -> None:
        """Write the values of a state's `sets`; what leads nowhere is left out."""
        for pointer, expression in sets.items():
            thing = evaluate(expression, Scope(resource=item.value))
            if thing is not MISSING:
                thing = copy.deepcopy(thing) if isinstance(thing, dict | list) else thing
                item.value = self.write(item.value, pointer, thing)

    def touch(self, item: Item, now: float) -> None:
        """Date the last change."""
        if "updated" in self.moments:
            self._date(item, "updated", now)

    def refresh(self, item: Item, now: float) -> None:
        """Bring the progress of a running resource up to now."""
        if not self.progress or item.due is None or item.state is None:
            return
        if self.resource.states[item.state].phase == "running":
            before, whole = self.spans[item.state]
            # This stay may be longer or shorter than usual.
            whole += item.due - item.entered - (self.lasts[item.state] or 0.0)
            done = before + now - item.entered
            self._measure(item, min(done / whole, 1.0) if whole else 1.0)

    def renew(self, value: Any) -> Any:
        """Return a copy of a resource as it was before its life began: no results, times, error."""
        fresh = copy.deepcopy(value)
        initial = self.resource.states.get(self.resource.initial or "")
        kept = {*initial.data["when"], *initial.data.get("sets", {})} if initial else set()
        for state in self.resource.states.values():
            for pointer in (*state.data["when"], *state.data.get("sets", {})):
                if pointer not in kept and pointer not in self._needed():
                    drop(fresh, pointer)
        gone = [moment["at"] for moment in self.moments.values()]
        gone += [self.progress["at"]] if self.progress else []
        gone += [self.resource.fields[f] for f in ("error", "attempt") if f in self.resource.fields]
        for pointer in gone:
            drop(fresh, pointer)
        return fresh

    def _needed(self) -> set[str]:
        return {f"/{name}" for name in self.shape.required}

    def _leave(self, item: Item, after: State) -> None:
        """Remove what holds the resource in an earlier-listed state, if anything does."""
        for state in self.resource.states.values():
            if state is after:
                return
            if state.holds(item.value):
                for pointer in state.data["when"]:
                    if pointer not in after.data["when"]:
                        drop(item.value, pointer)

    def _keep_times(self, item: Item, before: State | None, after: State, now: float) -> None:
        ran = before is not None and before.phase == "running"
        if "started" in self.moments and after.phase == "running" and not ran:
            self._date(item, "started", now)
        if "finished" in self.moments and after.final:
            self._date(item, "finished", now)
        if before is not None:
            self.touch(item, now)

    def _keep_progress(self, item: Item, before: State | None, after: State, restarts: bool) -> None:
        if not self.progress:
            return
        move = next((m for m in before.moves if m.to == after.name), None) if before else None
        restarts = restarts or (move is not None and move.restarts_progress)
        has = get(item.value, self.progress["at"]) is not MISSING
        starts = after.phase == "running" and (before is None or before.phase != "running")
        if after.phase == "succeeded":
            self._measure(item, 1.0)
        elif starts or (restarts and has):
            self._measure(item, 0.0)

    def _measure(self, item: Item, done: float) -> None:
        unit = self.progress["unit"]
        amount: float = round(done, 4)
        if unit == "percent":
            amount = int(done * 100)
        elif unit == "frames":
            whole = _number(get(item.value, self.progress.get("of", "")))
            if whole is None:
                return
            amount = int(whole * done)
        item.show(self.write(item.value, self.progress["at"], amount))

    def _date(self, item: Item, moment: str, now: float) -> None:
        place = self.moments[moment]
        item.value = self.write(item.value, place["at"], stamp(now, place["unit"]))


def _number(value: Any) -> float | None:
    """Return a count, which may travel as a string."""
    if isinstance(value, str):
        value = parse_number(value)
    return float(value) if isinstance(value, int | float) else None


def _may_be_null(state: State, pointer: str) -> bool:
    """Whether the state really asks for null there, rather than stating no value to write."""
    rule = state.data["when"][pointer]
    return rule is None or (isinstance(rule, dict) and "const" in rule)
