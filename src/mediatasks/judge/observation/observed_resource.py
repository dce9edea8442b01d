"""The resources that a reply shows, found by what `x-lifecycle` says of the operation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mediatasks.contracts.equality import equal_on_wire, text_of
from mediatasks.contracts.expression import Scope, evaluate
from mediatasks.contracts.lifecycle.resource import Resource, State
from mediatasks.contracts.pointer import MISSING, get, join, put, split

_RESOURCE = "$resource#"
Key = tuple[str, ...]


@dataclass(frozen=True)
class ObservedResource:
    """One resource in a reply.

    `key` is the text of what identifies it; `value` the resource as far as the reply shows it;
    `place` where it stands in the reply's body; `whole` whether the reply shows the resource itself
    and not just values taken from it.
    """

    resource: Resource = field(repr=False)
    key: Key
    value: Any
    place: str
    whole: bool

    @property
    def name(self) -> str:
        """Its key as messages show it."""
        return text_of_key(self.key)

    @property
    def state(self) -> State | None:
        """The state it is in; None where no known one holds, or its members are not shown."""
        return self.states[-1] if self.states else None

    @cached_property
    def states(self) -> tuple[State, ...]:
        """The states it may be in, as far as the reply shows it; the likeliest last."""
        return self.resource.possible_states(self.value)

    @property
    def has_failed(self) -> bool:
        """Whether it is surely in a failed state."""
        return bool(self.states) and all(state.phase == "failed" for state in self.states)


def text_of_key(key: Key) -> str:
    """Return a key as messages show it."""
    return ", ".join(key)


def find_resources(
    resource: Resource, effect: Mapping[str, Any], scope: Scope, place: str
) -> Iterator[ObservedResource]:
    """Yield the resources in the reply of an accepted request, in its order."""
    reply: Mapping[str, Any] = effect.get("reply", {})
    taken = {p: e for p, e in reply.items() if isinstance(e, str) and e.startswith(_RESOURCE)}
    if "shows" in effect or (reply and not taken and "items" not in effect):
        # The reply says nothing of the resource, or only single values of some.
        return
    for at, element in elements(effect, scope.response):
        value = _restored(taken, element) if taken else element
        key = key_of(resource, value)
        if key is not None:
            yield ObservedResource(resource, key, value, place + at, not taken)


def key_of(resource: Resource, value: Any) -> Key | None:
    """Return what identifies a resource, None where a part of it is missing."""
    parts = [get(value, pointer) for pointer in resource.key]
    if any(p is MISSING or p is None or isinstance(p, dict | list) for p in parts):
        return None
    return tuple(text_of(p) for p in parts)


def addressed_keys(resource: Resource, effect: Mapping[str, Any], scope: Scope) -> list[Key]:
    """Return the keys of the resources that a request names by their whole key; else none."""
    where: Mapping[str, Any] = effect.get("where", {})
    if not all(pointer in where for pointer in resource.key):
        return []
    values = [evaluate(where[pointer], scope) for pointer in resource.key]
    if any(v is MISSING or v is None or isinstance(v, dict) for v in values):
        return []
    if "wildcard" in effect and any(equal_on_wire(v, effect["wildcard"]["value"]) for v in values):
        return []
    *first, last = values
    if any(isinstance(v, list) for v in first):
        return []
    separator = effect.get("separators", {}).get(resource.key[-1])
    if isinstance(last, str) and separator:
        last = [part.strip() for part in last.split(separator)]
    named = last if isinstance(last, list) else [last]
    # An empty text is for many services as good as none.
    return [tuple(map(text_of, [*first, v])) for v in named if v != ""]


def elements(effect: Mapping[str, Any], response: Any) -> Iterator[tuple[str, Any]]:
    """Yield (pointer, value) of what stands for one resource each in the body of a reply."""
    at = effect.get("items", "")
    found = get(response, at)
    if "named" in effect:
        for name, element in found.items() if isinstance(found, dict) else ():
            value = dict(element) if isinstance(element, dict) else {}
            yield at + join([name]), put(value, effect["named"], name)
        return
    if not isinstance(found, list):
        if "items" not in effect and found is not MISSING:
            yield at, found
        return
    group = effect.get("group")
    for i, element in enumerate(found):
        if group is None:
            yield f"{at}/{i}", element
            continue
        members = get(element, group["at"])
        for j, member in enumerate(members if isinstance(members, list) else []):
            yield f"{at}/{i}{group['at']}/{j}", _with_common(member, element, group["by"])


def _with_common(member: Any, element: Any, by: str) -> Any:
    """Return a member of a group with what all of the group have in common: it stands once, outside."""
    names, common = split(by), get(element, by)
    if common is MISSING or len(names) != 1 or not isinstance(member, dict):
        return member
    return {names[0]: common, **member}


def _restored(taken: Mapping[str, str], element: Any) -> Any:
    """Return the resource as far as an element of the reply was made from it."""
    value: Any = {}
    for pointer, expression in taken.items():
        shown = get(element, pointer)
        if shown is not MISSING:
            value = put(value, expression.removeprefix(_RESOURCE), shown)
    return value
