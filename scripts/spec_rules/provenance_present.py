"""Every fact has a status; documented and published are stated below the root.

Facts are operations, parameters, status codes, schemas, properties, values and defaults; examples and
security schemes state their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.provenance.facts import UNSTATED, facts


def check(source: Source) -> Iterator[Problem]:
    """Yield the facts without a status, and those that inherit more than `inferred` from the root."""
    for fact in facts(source.contract):
        if fact.status == UNSTATED:
            expected, got = (
                f"an `x-provenance` for the {fact.kind} `{fact.name}`",
                "none, at no level",
            )
        elif fact.origin == "" and fact.status != "inferred":
            expected = f"`{fact.status}` stated at the operation or component of `{fact.name}`"
            got = "it stated at the root only"
        else:
            continue
        advice = "state it at the operation or component; what the root states may only be inferred"
        yield Problem(source.place(fact.place), expected, got, advice)
    for node in source.nodes:
        if node.component in ("examples", "securitySchemes") and "x-provenance" not in node.value:
            advice = "say where it comes from; `inferred` with a note where we made it"
            yield Problem(source.place(node.pointer), "an `x-provenance` of its own", "none", advice)
