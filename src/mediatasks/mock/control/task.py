"""A task of any provider in one form: what the control shows."""

from dataclasses import dataclass
from typing import Any

import msgspec

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.pointer import get
from mediatasks.mock.store.clock import stamp
from mediatasks.mock.store.collection import Collection
from mediatasks.mock.store.lifecycle import Item, read_count


@dataclass(frozen=True, slots=True)
class Task:
    """A resource that has states, as the control sees it.

    `key` is the parts of its identity joined by `,`; `phase` one of the common phases; `progress`
    0 to 1, None where it is not known; `since` the moment (RFC 3339, by the mock's clock) when it
    got into its state, `moves_at` the one when time moves it on, None where time does not; `value`
    the resource itself.
    """

    provider: str
    resource: str
    key: str
    state: str | None
    phase: str
    final: bool
    progress: float | None
    since: str
    moves_at: str | None
    value: Any


def show_task(provider: str, collection: Collection, item: Item, now: float) -> Task:
    """Return a task as it is at `now`."""
    value = show_value(collection, item, now)
    state = collection.resource.states.get(item.state or "")
    return Task(
        provider,
        collection.resource.name,
        ",".join(item.key),
        item.state,
        phase_of(collection, item),
        state is not None and state.final,
        _progress(collection.resource, value),
        stamp(item.entered, "date-time"),
        None if item.due is None else stamp(item.due, "date-time"),
        value,
    )


def show_value(collection: Collection, item: Item, now: float) -> Any:
    """Return a copy of a resource: it lives on while its reader looks at it."""
    collection.lifecycle.refresh(item, now)
    return msgspec.json.decode(msgspec.json.encode(item.value))


def show_resource(collection: Collection) -> dict[str, Any]:
    """Return a type of resource: how many are held, and its states in the contract's order."""
    resource = collection.resource
    return {
        "resource": resource.name,
        "count": len(collection.items),
        "has_message": "error" in resource.fields,
        "states": [{"state": s.name, "phase": s.phase, "final": s.final} for s in resource.states.values()],
    }


def phase_of(collection: Collection, item: Item) -> str:
    """Return the common phase of a resource: `unknown` where no state is known."""
    state = collection.resource.states.get(item.state or "")
    return state.phase if state else "unknown"


def _progress(resource: Resource, value: Any) -> float | None:
    """Return the progress as a ratio of 0 to 1."""
    place = resource.fields.get("progress")
    if place is None:
        return None
    wholes = {"ratio": 1.0, "percent": 100.0}
    whole = wholes.get(place["unit"]) or read_count(get(value, place.get("of", "")))
    done = read_count(get(value, place["at"]))
    if done is None or not whole:
        return None
    return round(min(max(done / whole, 0.0), 1.0), 4)
