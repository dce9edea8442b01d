"""What an effect says of its filters, its order and its reply belongs to something that it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.pointer import join
from mediatasks.errors import nearest

# Place below the effect, expected, got, advice.
Found = tuple[str, str, str, str]


def check(source: Source) -> Iterator[Problem]:
    """Yield what hangs in the air."""
    for name, resource in source.contract.resources.items():
        for operation, effect in resource.operations.items():
            place = join(("x-lifecycle", name, "operations", operation))
            for where, expected, got, advice in (
                *_filters(effect),
                *_named(effect),
                *_shown(resource, effect),
            ):
                yield Problem(source.place(place + where), expected, got, advice)


def _filters(effect: Mapping[str, Any]) -> Iterator[Found]:
    where = effect.get("where", {})
    used = [
        (join((member, pointer)), pointer)
        for member in ("codes", "separators", "absent")
        for pointer in effect.get(member, {})
    ]
    for i, rule in enumerate(effect.get("together", [])):
        for member in ("when", "only"):
            used += [(join(("together", i, member, pointer)), pointer) for pointer in rule[member]]
    for place, pointer in used:
        if pointer not in where:
            yield place, "a member of `where`", f"`{pointer}`", nearest(pointer, where)


def _named(effect: Mapping[str, Any]) -> Iterator[Found]:
    names, conditions = effect.get("names", {}), effect.get("conditions", {})
    for member in ("contains", "ranged"):
        for i, name in enumerate(conditions.get(member, [])):
            if name not in names:
                yield f"/conditions/{member}/{i}", "one of `names`", f"`{name}`", nearest(name, names)
    if "ranged" in conditions and "bounds" not in conditions:
        yield "/conditions", "`bounds`, the names of bounds", "none", "say what the bounds are called"
    if not names and (conditions or "keys" in effect.get("order", {})):
        yield "", "`names`, by which a request filters and sorts", "none", "list the names"


def _shown(resource: Resource, effect: Mapping[str, Any]) -> Iterator[Found]:
    if "shows" in effect and effect["action"] != "read":
        yield "/shows", "the action `read`", f"`{effect['action']}`", "leave it out, or change the action"
    for pointer, shown in effect.get("shows", {}).items():
        if set(shown["of"]) != set(resource.key):
            place, got = join(("shows", pointer, "of")), ", ".join(sorted(shown["of"]))
            yield place, f"the whole key: {', '.join(resource.key)}", got, "name one resource"
    if "named" in effect and "items" not in effect:
        yield "/named", "`items`, where the object stands in the reply", "none", "add it"
