"""A number of a reply is `number`, unless a source states that it is an integer.

A server may send 1695835443441.25 where an example shows an integer. What a source states is named in
`x-provenance.keywords.type`, of the number or of the object that holds it.
"""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_replies import keyword_fact, sent_schemas
from spec_source import Source


def check(source: Source) -> Iterator[Problem]:
    """Yield the integers of replies that no source states to be integers."""
    for node in sent_schemas(source):
        kinds = node.value.get("type", ())
        is_integer = "integer" in ([kinds] if isinstance(kinds, str) else kinds)
        if is_integer and not keyword_fact(source, node, "type"):
            advice = "say `number`, or name the source in `x-provenance.keywords.type`"
            yield Problem(source.place(f"{node.pointer}/type"), "`number`", "`integer`", advice)
