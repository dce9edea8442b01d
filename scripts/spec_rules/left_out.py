"""What the sources have and the contract leaves out is listed in the root's `x-left-out`."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

from mediatasks.errors import nearest


def check(source: Source) -> Iterator[Problem]:
    """Yield a contract without the list, and entries that name no source of the contract."""
    document = source.contract.document
    if "x-left-out" not in document:
        advice = "list what was left out, each with the reason; an empty list says: nothing"
        yield Problem(source.place(""), "`x-left-out`", "none", advice)
    sources = document["info"].get("x-sources", {})
    for i, entry in enumerate(document.get("x-left-out", [])):
        if entry.get("source") not in sources:
            place = source.place(f"/x-left-out/{i}/source")
            advice = nearest(str(entry.get("source")), sources)
            yield Problem(place, "a source of `info.x-sources`", f"`{entry.get('source')}`", advice)
