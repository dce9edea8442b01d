"""Every `x-` key is listed in extensions.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

from mediatasks.errors import nearest


def check(source: Source) -> Iterator[Problem]:
    """Yield the `x-` keys that nothing reads."""
    known = source.extensions["extensions"]
    for _, key, place in source.extended():
        if key not in known:
            advice = f"{nearest(key, known)}; a new key is described in extensions.yaml first"
            yield Problem(place, "an extension that extensions.yaml lists", f"`{key}`", advice)
