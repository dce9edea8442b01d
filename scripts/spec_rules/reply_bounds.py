"""A reply has no bound, pattern, format or `const` that no source states.

What a source states is named in `x-provenance.keywords`, under the keyword.
"""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_replies import keyword_fact, sent_schemas
from spec_source import Source

from mediatasks.contracts.pointer import join

BOUNDS = (
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "pattern", "format", "const"),
    *("minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains"),
    *("minProperties", "maxProperties", "propertyNames", "dependentRequired", "not"),
)


def check(source: Source) -> Iterator[Problem]:
    """Yield the bounds of replies that no source states."""
    for node in sent_schemas(source):
        for keyword in BOUNDS:
            if keyword in node.value and not keyword_fact(source, node, keyword):
                place = source.place(node.pointer + join([keyword]))
                advice = f"take it away, or name the source in `x-provenance.keywords.{keyword}`"
                yield Problem(place, "no bound that no source states", f"`{keyword}`", advice)
