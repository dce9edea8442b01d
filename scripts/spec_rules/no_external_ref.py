"""References lead to components of the same contract.

A reference to a file that does not stand beside the contract is refused by the composition already.
"""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.pointer import MISSING, get

_PREFIX = "#/components/"


def check(source: Source) -> Iterator[Problem]:
    """Yield references that tools cannot follow."""
    for node in source.nodes:
        ref = node.value.get("$ref")
        if ref is None:
            continue
        local = isinstance(ref, str) and ref.startswith(_PREFIX)
        if not local or get(source.contract.document, ref[1:]) is MISSING:
            place = source.place(f"{node.pointer}/$ref")
            advice = "move what it refers to into components, or mend the name"
            yield Problem(place, f"a component that exists (`{_PREFIX}…`)", f"`{ref}`", advice)
