"""Every request and reply body has an example: the mock answers from them."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source


def check(source: Source) -> Iterator[Problem]:
    """Yield the bodies without one. A reply of an RPC method may be among those of a batch."""
    for node in source.find("media"):
        if not node.value.get("examples") and "example" not in node.value:
            advice = "add one; where no source has one it is inferred, with a note"
            yield Problem(source.place(node.pointer), "`examples`", "none", advice)
