"""Every operation has one tag, declared and described at the root."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source


def check(source: Source) -> Iterator[Problem]:
    """Yield the operations with another number of tags, or with a tag that is not declared."""
    declared = {t.get("name"): t.get("description") for t in source.contract.document.get("tags", [])}
    for node in source.find("operation", "webhook operation"):
        tags = node.value.get("tags", [])
        if len(tags) != 1 or not declared.get(tags[0]):
            place = source.place(f"{node.pointer}/tags" if tags else node.pointer)
            expected = f"one of: {', '.join(map(str, declared)) or '(none is declared)'}"
            advice = "declare the tag with a description in the root `tags`"
            yield Problem(place, expected, ", ".join(f"`{t}`" for t in tags) or "no tag", advice)
