"""A reply requires only what identifies the resource or its state, or what a source states to be there.

An example shows that a member was present once; it promises nothing. A source that promises a member is
named in `x-provenance.required` of the object, under the member's name.
"""

from __future__ import annotations

from collections.abc import Iterator

from reply_view import identity_members
from spec_problem import Problem
from spec_replies import is_stated, sent_schemas
from spec_source import Source

from mediatasks.contracts.pointer import join


def check(source: Source) -> Iterator[Problem]:
    """Yield the required members of replies that no source promises."""
    identity = {(id(schema), member) for schema, member, _ in identity_members(source.contract)}
    for node in sent_schemas(source):
        stated = node.value.get("x-provenance", {}).get("required", {})
        for i, member in enumerate(node.value.get("required", ())):
            if (id(node.value), member) in identity or is_stated(stated.get(member)):
                continue
            place = source.place(node.pointer + join(["required", i]))
            expected = "only members that identify the resource or its state, or that a source promises"
            advice = f"take it away, or name the source in `x-provenance.required.{member}`"
            yield Problem(place, expected, f"`{member}`", advice)
