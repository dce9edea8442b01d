"""Every operation has a description: what its schema cannot say."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source


def check(source: Source) -> Iterator[Problem]:
    """Yield the operations without one."""
    for node in source.find("operation", "webhook operation"):
        if not str(node.value.get("description", "")).strip():
            advice = "say what it changes, how long it takes, what limits it"
            yield Problem(source.place(node.pointer), "a `description`", "none", advice)
