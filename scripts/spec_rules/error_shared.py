"""An error response is a named component, by reference."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source


def check(source: Source) -> Iterator[Problem]:
    """Yield 4xx and 5xx responses that are written in place."""
    for node in source.find("response"):
        if node.name[:1] in ("4", "5") and not node.component and "$ref" not in node.value:
            advice = "move it to components/responses and refer to it"
            expected = "`$ref: '#/components/responses/…'`"
            yield Problem(source.place(node.pointer), expected, "a response written in place", advice)
