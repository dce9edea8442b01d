"""Filters that no index helps with: `ranges`, `search` and `conditions` of an effect."""

import operator
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import msgspec

from mediatasks.contracts.equality import equal_on_wire, instant
from mediatasks.contracts.expression import Scope, evaluator
from mediatasks.contracts.pointer import MISSING, get, split
from mediatasks.mock.store.request_failure import RequestFailure

# Whether a resource fits one filter.
Test = Callable[[Any], bool]

_BOUNDS: Mapping[str, Callable[[float, float], bool]] = {
    "after": operator.gt,
    "from": operator.ge,
    "before": operator.lt,
    "to": operator.le,
}


class Filters:
    """What a request asks for besides the values of members."""

    def __init__(self, effect: Mapping[str, Any]) -> None:
        self.ranges = {
            pointer: {name: evaluator(expression) for name, expression in bounds.items()}
            for pointer, bounds in effect.get("ranges", {}).items()
        }
        self.search: Mapping[str, Any] = effect.get("search", {})
        self.text = evaluator(self.search.get("text", MISSING))
        self.conditions: Mapping[str, Any] = effect.get("conditions", {})
        self.asked = evaluator(self.conditions.get("list", MISSING))
        self.names: Mapping[str, str] = effect.get("names", {})
        self.is_empty = not (self.ranges or self.search or self.conditions)

    def tests(self, scope: Scope) -> list[Test]:
        """Return what a resource must pass. Raises RequestFailure for a name that is not known."""
        return [*self._ranges(scope), *self._search(scope), *self._conditions(scope)]

    def _ranges(self, scope: Scope) -> Iterator[Test]:
        for pointer, bounds in self.ranges.items():
            asked = {
                name: bound for name, read in bounds.items() if (bound := read(scope)) not in (MISSING, "")
            }
            if asked:
                yield partial(_lies, pointer, asked)

    def _search(self, scope: Scope) -> Iterator[Test]:
        text = self.text(scope)
        if text is not MISSING:
            yield partial(_is_found, self.search["in"], str(text))

    def _conditions(self, scope: Scope) -> Iterator[Test]:
        plan = self.conditions
        for condition in _listed(self.asked(scope)):
            name, wanted = get(condition, plan["name"]), get(condition, plan["value"])
            if wanted is MISSING:
                continue
            if not isinstance(name, str) or name not in self.names:
                text = plan.get("unknown", "").replace("{name}", str(name)[:80])
                raise RequestFailure("invalid", text)
            yield partial(self._meets, name, wanted)

    def _meets(self, name: str, wanted: Any, value: Any) -> bool:
        pointer = self.names[name]
        if isinstance(wanted, dict):
            bounds = self.conditions.get("bounds", {})
            asked = {kind: wanted[word] for kind, word in bounds.items() if word in wanted}
            asked = {kind: bound for kind, bound in asked.items() if isinstance(bound, int | float)}
            return _lies(pointer, asked, value)
        found = get(value, pointer)
        if name in self.conditions.get("contains", ()):
            return isinstance(found, str) and str(wanted) in found
        return equal_on_wire(found, wanted)


def _lies(pointer: str, bounds: Mapping[str, Any], value: Any) -> bool:
    """Whether a member lies within bounds. Nothing does where one is neither number nor moment."""
    place = _measure(get(value, pointer))
    if place is None:
        return False
    measured = {kind: _measure(bound) for kind, bound in bounds.items()}
    return all(bound is not None and _BOUNDS[kind](place, bound) for kind, bound in measured.items())


def _measure(value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return instant(value)


def _is_found(pointers: list[str], text: str, value: Any) -> bool:
    return any(text in found for pointer in pointers for found in [_text_at(value, pointer)])


def _text_at(value: Any, pointer: str) -> str:
    """Return the text at a pointer, or the one on the way to it."""
    for token in split(pointer):
        if isinstance(value, str):
            return value
        value = value.get(token) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _listed(text: Any) -> list[Any]:
    """Return the conditions in a text; one that is no list of them asks for nothing."""
    try:
        given = msgspec.json.decode(str(text).encode()) if text is not MISSING else []
    except (msgspec.DecodeError, RecursionError):
        return []
    return [c for c in given if isinstance(c, dict)] if isinstance(given, list) else []
