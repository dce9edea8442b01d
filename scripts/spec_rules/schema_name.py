"""A component schema is a PascalCase noun that does not end in Dto, Model, Object or Response."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

_SHAPE = re.compile(r"[A-Z][a-z0-9]*([A-Z][a-z0-9]*)*")
_EMPTY = re.compile(r"(Dto|Model|Object|Response)$")


def check(source: Source) -> Iterator[Problem]:
    """Yield the names that break the pattern."""
    for name in source.contract.schemas:
        if not _SHAPE.fullmatch(name) or _EMPTY.search(name):
            place = source.place(f"/components/schemas/{name}")
            expected = "a PascalCase noun that does not end in Dto, Model, Object, Response"
            yield Problem(place, expected, f"`{name}`", "for example `Job`, `JobCreate`, `JobList`")
