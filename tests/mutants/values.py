"""Other values of the same kind: what a wrong server might show in place of the right one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from mediatasks.contracts.equality import instant
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.pointer import MISSING, drop, put
from mediatasks.contracts.schema.shape import Shape

_LOCAL = "%Y-%m-%d %H:%M:%S"


def other_value(value: Any, shape: Shape | None = None) -> Any:
    """Return another value that the schema admits too; the value itself where none is known."""
    listed = shape.first("enum") if shape else None
    if listed:
        return next((v for v in listed if v != value), value)
    if isinstance(value, str) and shape is not None and shape.first("format"):
        return value
    if isinstance(value, str) and instant(value) is not None:
        return shifted(value, "date-time", 3600.0)
    change = next((change for kind, change in _OTHERS if isinstance(value, kind)), None)
    return change(value) if change and value not in ("", [], {}) else value


_OTHERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (bool, lambda value: not value),
    (int, lambda value: value + 1),
    (float, lambda value: value / 2),
    # One letter is another one: the length and all that is made of words stay.
    (str, lambda value: value[:-1] + ("0" if value[-1] != "0" else "1")),
    (dict, lambda value: {name: other_value(inner) for name, inner in value.items()}),
    (list, lambda value: [other_value(value[0]), *value[1:]]),
)


def shifted(moment: Any, unit: str, seconds: float) -> Any:
    """Return a moment of `x-lifecycle` moved by so many seconds; itself where it is none."""
    try:
        return _SHIFTS[unit](moment, seconds)
    except (TypeError, ValueError):
        return moment


def _shifted_date(moment: str, seconds: float) -> str:
    moved = (datetime.fromisoformat(moment) + timedelta(seconds=seconds)).isoformat()
    return moved.replace("+00:00", "Z") if moment.endswith("Z") else moved


def _shifted_local(moment: str, seconds: float) -> str:
    read = datetime.strptime(moment[:19], _LOCAL)
    return (read + timedelta(seconds=seconds)).strftime(_LOCAL) + moment[19:]


_SHIFTS: dict[str, Callable[[Any, float], Any]] = {
    "unix-ms": lambda moment, seconds: moment + int(seconds * 1000),
    "unix-s": lambda moment, seconds: moment + type(moment)(seconds),
    "date-time": _shifted_date,
    "local": _shifted_local,
}


def in_state(resource: Resource, value: Any, name: str) -> Any:
    """Return a resource as it looks in another state, as far as its marks tell."""
    state = resource.states[name]
    for other in resource.states.values():
        for pointer in other.data["when"]:
            if pointer not in state.data["when"] and other.holds(value):
                drop(value, pointer)
    for pointer, mark in state.marks.items():
        value = put(value, pointer, mark)
    return value


def rescaled(number: Any, factor: float) -> Any:
    """Return a number, which may travel as a text, times a factor, of the same type."""
    if isinstance(number, str):
        return str(rescaled(int(number), factor)) if number.lstrip("-").isdecimal() else number
    if isinstance(number, bool) or not isinstance(number, int | float):
        return number
    return type(number)(number * factor)


def is_there(value: Any) -> bool:
    """Whether a member is there and says anything."""
    return value is not MISSING and value is not None and value != ""
