"""The JSON Pointers of a lifecycle lead to members of its resource, or to members that it stores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from spec_members import has_member
from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import join


def check(source: Source) -> Iterator[Problem]:
    """Yield the pointers that lead nowhere."""
    for name, resource in source.contract.resources.items():
        schema = source.contract.schemas.get(name, {})
        stored = _stored(resource)
        for place, pointer in (*_own(resource), *_of_effects(resource)):
            if any(pointer == s or pointer.startswith(f"{s}/") for s in stored):
                continue
            if not has_member(source.contract, schema, pointer):
                yield _problem(source, join(("x-lifecycle", name)) + place, pointer, f"`{name}`")
        yield from _arrays(source, source.contract, name, resource)


def _stored(resource: Resource) -> set[str]:
    """Return the members that something writes, whether or not the schema lists them."""
    effects = [*resource.operations.values(), *(s.data for s in resource.states.values())]
    stored = {pointer for effect in effects for pointer in effect.get("sets", {})}
    return stored | {effect["named"] for effect in resource.operations.values() if "named" in effect}


def _own(resource: Resource) -> Iterator[tuple[str, str]]:
    for i, pointer in enumerate(resource.key):
        yield f"/key/{i}", pointer
    if "chain" in resource.data:
        yield "/chain", resource.data["chain"]
    yield from _fields(resource.fields, "/fields")
    for name, state in resource.states.items():
        for pointer in state.data["when"]:
            yield join(("states", name, "when", pointer)), pointer
        for i, pointer in enumerate(state.present):
            yield join(("states", name, "present", i)), pointer
    for i, pointer in enumerate(resource.present):
        yield f"/present/{i}", pointer


def _fields(fields: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from _fields(value, f"{place}/{name}")
        elif name not in ("unit", "planned"):
            yield f"{place}/{name}", value


def _of_effects(resource: Resource) -> Iterator[tuple[str, str]]:
    for name, effect in resource.operations.items():
        for member in ("where", "codes", "separators", "absent", "ranges"):
            for pointer in effect.get(member, {}):
                yield join(("operations", name, member, pointer)), pointer
        for member, pointer in _named(effect):
            yield join(("operations", name)) + member, pointer
        for member in ("order", "group"):
            if member in effect:
                yield join(("operations", name, member, "by")), effect[member]["by"]


def _named(effect: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the pointers in what filters and reads; those of `names` replies need not show."""
    for i, pointer in enumerate(effect.get("search", {}).get("in", [])):
        yield f"/search/in/{i}", pointer
    for i, pointer in enumerate(effect.get("zoneless", [])):
        yield f"/zoneless/{i}", pointer
    for i, rule in enumerate(effect.get("together", [])):
        for member in ("when", "only"):
            for pointer in rule[member]:
                yield join(("together", i, member, pointer)), pointer
    for place, shown in effect.get("shows", {}).items():
        yield join(("shows", place, "member")), shown["member"]
        for pointer in shown["of"]:
            yield join(("shows", place, "of", pointer)), pointer


def _arrays(source: Source, contract: Contract, name: str, resource: Resource) -> Iterator[Problem]:
    """Yield `each` and `items` that lead to nothing in the bodies of their operation."""
    if contract.envelope:
        return
    for operation, effect in resource.operations.items():
        if operation not in contract.operations:
            continue
        found = contract.operations[operation]
        reply = found.reply_schema(found.success)
        bodies = {"each": found.body_schema, "items": reply}
        for pointer in effect.get("shows", {}):
            if not has_member(contract, reply, pointer):
                place = join(("x-lifecycle", name, "operations", operation, "shows", pointer))
                yield _problem(source, place, pointer, f"the body of `{operation}`")
        for member, schema in bodies.items():
            if member in effect and not has_member(contract, schema, effect[member]):
                place = join(("x-lifecycle", name, "operations", operation, member))
                yield _problem(source, place, effect[member], f"the body of `{operation}`")


def _problem(source: Source, place: str, pointer: str, holder: str) -> Problem:
    advice = "mend the pointer, or add the member to the schema with its source"
    return Problem(source.place(place), f"a member of {holder}", f"`{pointer}`", advice)
