"""A reply has object schemas of its own: what a request must hold is no promise of what comes back."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_replies import sent_schemas, taken_schemas
from spec_source import Source


def check(source: Source) -> Iterator[Problem]:
    """Yield the object schemas that both a request and a reply lead to."""
    taken = {node.pointer for node in taken_schemas(source)}
    for node in sent_schemas(source):
        if node.pointer in taken and node.component == "schemas" and "properties" in node.value:
            advice = "give the reply a schema of its own, which requires only what is promised"
            yield Problem(source.place(node.pointer), "a schema of replies only", f"`{node.name}`", advice)
