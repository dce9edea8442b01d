"""An enumeration of a reply lists only values that a source states; a list that is not whole is open."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_replies import sent_schemas
from spec_source import Source

from mediatasks.contracts.provenance.facts import UNSTATED, facts


def check(source: Source) -> Iterator[Problem]:
    """Yield the inferred values of closed enumerations in replies."""
    sent = {node.pointer for node in sent_schemas(source)}
    for fact in facts(source.contract):
        if fact.kind != "value" or fact.status not in ("inferred", UNSTATED):
            continue
        if fact.place.rpartition("/enum/")[0] in sent:
            advice = "take it away, or list the known values as `examples` beside `x-open-enum: true`"
            yield Problem(source.place(fact.place), "a value that a source states", fact.name, advice)
