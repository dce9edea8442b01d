"""Every object with named members and every enumeration is a named component."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.pointer import split

# Parts of a schema that say more of one value, rather than describe a value of their own.
_PARTS = ("allOf", "not", "if", "then", "else", "propertyNames")


def check(source: Source) -> Iterator[Problem]:
    """Yield nested schemas that would get an invented name in every generated client."""
    for node in source.nodes:
        if not node.is_schema or node.component == "schemas" or not source.written(node.pointer):
            continue
        held = [k for k in ("properties", "enum") if k in node.value]
        if held and not set(split(node.pointer)) & set(_PARTS):
            place = source.place(f"{node.pointer}/{held[0]}")
            advice = "move it to components/schemas under a name and refer to it"
            yield Problem(place, "a reference to a named component", f"`{held[0]}` in place", advice)
