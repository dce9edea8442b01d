"""How a resource lives: it enters states, gains what they write, and moves on with the clock.

A move by time is due when the state has lasted as long as the contract says (`lasts`; 1 s queued
and 3 s running where it does not), and is dated with the moment it was due, not the moment it was
looked at. Timestamps and progress are kept in the provider's own units.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from mediatasks.contracts.expression import Scope, evaluator
from mediatasks.contracts.lifecycle.resource import Resource, State
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, drop, get
from mediatasks.contracts.schema.shape import Place, Shape, parse_number
from mediatasks.mock.store.clock import stamp

_LASTS = {"queued": 1.0, "running": 3.0}
# In `private`: the moment at which a running state is over, where `due` is one before it.
ENDS = "ends"


class Item:
    """One resource that the mock holds.

    `value` is the resource, `state` the name of its lifecycle state (None: in no known one), `entered`
    the moment it got there, `due` the moment it moves on by itself, in seconds since 1970 (None: never),
    `number` its place in the order of creation, `private` what simulator and dispatcher note of it (JSON
    values; no client sees them).

    Only the methods change them; who changes something within `value` or `private` calls
    `Collection.changed` afterwards, so that indexes and the state file follow.
    """

    __slots__ = ("_changed", "_encoded", "due", "entered", "key", "number", "private", "state", "value")

    def __init__(
        self,
        value: Any,
        key: tuple[str, ...],
        number: int,
        changed: Callable[[Item], None] | None = None,
        private: Mapping[str, Any] | None = None,
    ) -> None:
        self.value, self.key, self.number, self._changed = value, key, number, changed
        self.private: dict[str, Any] = dict(private or ())
        self.state: str | None = None
        self.entered = 0.0
        self.due: float | None = None
        self._encoded: dict[Callable[[Any], Any], msgspec.Raw] | None = None

    def put(self, value: Any) -> None:
        """Be `value` from now on."""
        self.value = value
        self._change()

    def note(self, name: str, value: Any) -> None:
        """Write `value` into `private`."""
        self.private[name] = value
        self._change()

    def plan(self, due: float | None) -> None:
        """Move on by itself at the moment `due`, or not."""
        self.due = due
        self._change()

    def enter(self, value: Any, state: str | None, at: float) -> None:
        """Be `value` in a state since the moment `at`; nothing moves it on yet."""
        self.value, self.state, self.entered, self.due = value, state, at, None
        self._change()

    def _change(self) -> None:
        self._encoded = None
        if self._changed is not None:
            self._changed(self)

    def show(self, value: Any) -> None:
        """Take a value that only shows more of the same moment (progress): no change."""
        self.value, self._encoded = value, None

    def encoded(self, view: Callable[[Any], Any]) -> msgspec.Raw:
        """Return what `view` makes of the resource, as JSON; it is kept until the resource changes."""
        if self._encoded is None:
            self._encoded = {}
        known = self._encoded.get(view)
        if known is None:
            known = self._encoded[view] = msgspec.Raw(msgspec.json.encode(view(self.value)))
        return known

    def outdate(self) -> None:
        """Forget what was encoded: the resource has changed."""
        self._encoded = None


class Lifecycle:
    """The lifecycle of one resource type."""

    def __init__(self, contract: Contract, resource: Resource) -> None:
        self.resource = resource
        schema = {"$ref": f"#/components/schemas/{resource.name}"}
        self.shape = Shape(contract, schema if resource.name in contract.schemas else {})
        self._places: dict[str, Place] = {}
        self.moments: dict[str, dict[str, str]] = resource.fields.get("timestamps", {})
        self.progress: dict[str, str] = resource.fields.get("progress", {})
        self.beginnings = [
            (self.place(moment["at"]), moment["unit"])
            for name in ("created", "scheduled", "updated")
            if (moment := self.moments.get(name)) is not None
        ]
        self.marks = {name: self._marks(state) for name, state in resource.states.items()}
        self.sets = {name: self._sets(state) for name, state in resource.states.items()}
        self.fixed = {name: self._fixed(state) for name, state in resource.states.items()}
        self.lasts = {name: self._lasts(state) for name, state in resource.states.items()}
        self.spans = {name: self._span(state) for name, state in resource.states.items()}

    def _marks(self, state: State) -> list[tuple[Place, Any]]:
        """Return what is written where to put a resource into the state."""
        return [
            (self.place(pointer), mark)
            for pointer, mark in state.marks.items()
            if mark is not None or _may_be_null(state, pointer)
        ]

    def _sets(self, state: State) -> list[tuple[Place, Callable[[Scope], Any]]]:
        """Return what else is written where, `sets` of the state."""
        return [(self.place(p), evaluator(e)) for p, e in state.data.get("sets", {}).items()]

    def _fixed(self, state: State) -> dict[str, Any] | None:
        """Return the members that `sets` of the state writes, if they are the same each time."""
        sets = state.data.get("sets", {})
        if any(self.place(p).name is None or not _is_fixed(e) for p, e in sets.items()):
            return None
        fixed: dict[str, Any] = {}
        for pointer, thing in sets.items():
            self.place(pointer).write(fixed, thing)
        return fixed

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

    def place(self, pointer: str) -> Place:
        """Return a place of the resource, to write there."""
        if pointer not in self._places:
            self._places[pointer] = Place(self.shape, pointer)
        return self._places[pointer]

    def write(self, value: Any, pointer: str, thing: Any) -> Any:
        """Write `thing` at `pointer` in the type that the schema has there; return the resource."""
        place = self._places.get(pointer) or self.place(pointer)
        return place.write(value, thing)

    def begin(self, item: Item, now: float) -> None:
        """Date the beginning of a new resource's life."""
        value = item.value
        for place, unit in self.beginnings:
            value = place.fill(value, stamp(now, unit))
        # It was just made: what is written into it is news to nobody.
        if value is not item.value:
            item.put(value)

    def enter(self, item: Item, name: str, now: float, restarts: bool = False) -> None:
        """Put the resource into the state `name`, with all that the contract says of it."""
        states = self.resource.states
        before, after = states.get(item.state or ""), states[name]
        value = item.value
        for place, mark in self.marks[name]:
            value = place.write(value, mark)
        self._leave(value, after)
        value = self._apply(value, name)
        value = self._keep_times(value, before, after, now)
        value = self._keep_progress(value, before, after, restarts)
        item.enter(value, name, now)

    def settle(self, item: Item, now: float) -> None:
        """Find the state of a resource anew, without changing it (seeds, updates)."""
        state = self.resource.state_of(item.value) if self.resource.states else None
        item.enter(item.value, state.name if state else None, now)

    def _apply(self, value: Any, name: str) -> Any:
        """Write the values of a state's `sets`; what leads nowhere is left out."""
        fixed = self.fixed[name]
        if fixed is not None and type(value) is dict:
            value.update(fixed)
            return value
        scope = Scope(resource=value)
        for place, read in self.sets[name]:
            thing = read(scope)
            if thing is not MISSING:
                thing = copy.deepcopy(thing) if isinstance(thing, dict | list) else thing
                value = place.write(value, thing)
        return value

    def touch(self, item: Item, now: float) -> None:
        """Date the last change."""
        item.put(self._dated(item.value, "updated", now))

    def refresh(self, item: Item, now: float) -> None:
        """Bring the progress of a running resource up to now."""
        if not self.progress or item.due is None or item.state is None:
            return
        if self.resource.states[item.state].phase == "running":
            before, whole = self.spans[item.state]
            # This stay may be longer or shorter than usual, and looked at before its end.
            ends = item.private.get(ENDS, item.due)
            whole += ends - item.entered - (self.lasts[item.state] or 0.0)
            done = before + now - item.entered
            item.show(self._measured(item.value, min(done / whole, 1.0) if whole else 1.0))

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

    def _leave(self, value: Any, after: State) -> None:
        """Remove what holds the resource in an earlier-listed state, if anything does."""
        for state in self.resource.states.values():
            if state is after:
                return
            if state.holds(value):
                for pointer in state.data["when"]:
                    if pointer not in after.data["when"]:
                        drop(value, pointer)

    def _keep_times(self, value: Any, before: State | None, after: State, now: float) -> Any:
        ran = before is not None and before.phase == "running"
        if after.phase == "running" and not ran:
            value = self._dated(value, "started", now)
        if after.final:
            value = self._dated(value, "finished", now)
        return value if before is None else self._dated(value, "updated", now)

    def _dated(self, value: Any, moment: str, now: float) -> Any:
        place = self.moments.get(moment)
        return value if place is None else self.write(value, place["at"], stamp(now, place["unit"]))

    def _keep_progress(self, value: Any, before: State | None, after: State, restarts: bool) -> Any:
        if not self.progress:
            return value
        move = next((m for m in before.moves if m.to == after.name), None) if before else None
        restarts = restarts or (move is not None and move.restarts_progress)
        has = get(value, self.progress["at"]) is not MISSING
        starts = after.phase == "running" and (before is None or before.phase != "running")
        if after.phase == "succeeded":
            return self._measured(value, 1.0)
        return self._measured(value, 0.0) if starts or (restarts and has) else value

    def _measured(self, value: Any, done: float) -> Any:
        """Return the resource with this much of its work done, 0 to 1."""
        unit = self.progress["unit"]
        amount: float = round(done, 4)
        if unit == "percent":
            amount = int(done * 100)
        elif unit == "frames":
            whole = read_count(get(value, self.progress.get("of", "")))
            if whole is None:
                return value
            amount = int(whole * done)
        return self.write(value, self.progress["at"], amount)


def _is_fixed(value: Any) -> bool:
    """Whether a value of the contract is no expression, and holds nothing that may change."""
    return not isinstance(value, dict | list) and not str(value).startswith("$")


def read_count(value: Any) -> float | None:
    """Return a count, which may travel as a string."""
    if isinstance(value, str):
        value = parse_number(value)
    return float(value) if isinstance(value, int | float) else None


def _may_be_null(state: State, pointer: str) -> bool:
    """Whether the state really asks for null there, rather than stating no value to write."""
    rule = state.data["when"][pointer]
    return rule is None or (isinstance(rule, dict) and "const" in rule)
