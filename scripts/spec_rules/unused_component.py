"""Every component is used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.pointer import join

# Examples have a rule of their own; security schemes are used by name.
_SECTIONS = ("schemas", "responses", "parameters", "requestBodies", "headers", "links")


def check(source: Source) -> Iterator[Problem]:
    """Yield hand-written components that nothing refers to."""
    used = {ref for c in source.views for ref in _references(c.document)}
    used |= {f"#/components/schemas/{name}" for name in source.contract.resources}
    for section in _SECTIONS:
        for name in source.contract.document.get("components", {}).get(section, {}):
            pointer = join(("components", section, name))
            if f"#{pointer}" not in used and source.written(pointer):
                place = source.place(pointer)
                yield Problem(place, "a component that is used", "no reference to it", "delete it")
    demanded = {
        scheme
        for operation in source.contract.operations.values()
        for alternative in operation.security
        for scheme in alternative
    }
    for name in source.contract.security_schemes:
        if name not in demanded:
            place = source.place(join(("components", "securitySchemes", name)))
            yield Problem(place, "a scheme that `security` names", "no operation with it", "delete it")


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref" and isinstance(inner, str):
                yield inner
            else:
                yield from _references(inner)
