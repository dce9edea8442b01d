"""What a state's predicate asks for fits the schema, and every value of the state member is a state."""

from __future__ import annotations

from collections.abc import Iterator

from spec_members import members
from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.pointer import join
from mediatasks.contracts.schema.validation import Validator


def check(source: Source) -> Iterator[Problem]:
    """Yield values that a resource cannot have, and values that no state stands for."""
    for name, resource in source.contract.resources.items():
        for state in resource.states.values():
            for pointer, value in state.marks.items():
                expected = _refusal(source, name, pointer, value)
                if expected:
                    tokens = ("x-lifecycle", name, "states", state.name, "when", pointer)
                    advice = "mend the predicate, or the schema of the member"
                    yield Problem(source.place(join(tokens)), expected, f"`{value}`", advice)
        yield from _unknown(source, name, resource)


def _refusal(source: Source, name: str, pointer: str, value: object) -> str:
    """Return what the schema expects where no schema of the member takes `value`; else nothing."""
    document, expected = source.contract.document, ""
    for schema in members(source.contract, source.contract.schemas.get(name), pointer):
        deviations = Validator(schema, document).deviations(value)
        if not deviations:
            return ""
        expected = deviations[0].expected
    return expected


def _unknown(source: Source, name: str, resource: Resource) -> Iterator[Problem]:
    pointer = resource.fields.get("state")
    if pointer is None:
        return
    marked = [state.marks.get(pointer) for state in resource.states.values()]
    for schema in members(source.contract, source.contract.schemas.get(name), pointer):
        for value in schema.get("enum", []):
            if value not in marked:
                place = source.place(join(("x-lifecycle", name, "states")))
                expected = f"a state for each value of `{pointer}`"
                yield Problem(place, expected, f"none for `{value}`", "add the state")
