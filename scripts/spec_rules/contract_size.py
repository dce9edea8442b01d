"""A hand-written file stays under 900 lines; a longer one is split by topic."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

MOST = 900


def check(source: Source) -> Iterator[Problem]:
    """Yield the files that are too long."""
    for name, text in source.texts.items():
        lines = len(text.splitlines())
        if lines >= MOST:
            advice = "move one topic's schemas into `<topic>.yaml` beside it"
            yield Problem(source.file_place(name, ""), f"fewer than {MOST} lines", f"{lines}", advice)
