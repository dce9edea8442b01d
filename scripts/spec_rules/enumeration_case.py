"""The values of an enumeration differ by more than case: names in generated code would collide."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source


def check(source: Source) -> Iterator[Problem]:
    """Yield the values that some value before them equals but for case."""
    for node in source.nodes:
        seen: set[str] = set()
        for i, value in enumerate(node.value.get("enum", []) if node.is_schema else []):
            if isinstance(value, str) and value.lower() in seen:
                place = source.place(f"{node.pointer}/enum/{i}")
                advice = "keep one, or use a plain string with `examples`"
                yield Problem(place, "a value that differs by more than case", f"`{value}`", advice)
            seen.add(str(value).lower())
