"""Responses have exact status codes: no `default`, no `2XX`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.pointer import join


def check(source: Source) -> Iterator[Problem]:
    """Yield the codes that would swallow undocumented replies, and operations without a 2xx."""
    for node in source.find("operation", "webhook operation"):
        codes = [c for c in node.value.get("responses", {}) if not c.startswith("x-")]
        for code in codes:
            if not re.fullmatch(r"[1-5]\d\d", code):
                place = source.place(node.pointer + join(("responses", code)))
                advice = "name each status that a source states"
                yield Problem(place, "a status code of three digits", f"`{code}`", advice)
        if not any(code.startswith("2") for code in codes):
            place = source.place(node.pointer)
            got = f"the statuses {', '.join(codes)}"
            yield Problem(place, "a 2xx response", got, "say what success looks like")
