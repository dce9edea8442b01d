"""A summary is an imperative sentence: sentence case, no full stop, at most 60 characters."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

MOST = 60
# A summary that begins like this describes instead of telling.
_NOT_VERBS = ("a", "an", "the", "this", "returns", "gets", "lists", "creates", "updates", "deletes")


def check(source: Source) -> Iterator[Problem]:
    """Yield the operations whose summary is missing or in another form."""
    for node in source.find("operation", "webhook operation"):
        text = str(node.value.get("summary", ""))
        words = text.split()
        wrong = (
            not words
            or len(text) > MOST
            or text.endswith(".")
            or not text[0].isupper()
            or words[0].lower() in _NOT_VERBS
            or _is_title_case(words)
        )
        if wrong:
            place = source.place(f"{node.pointer}/summary" if text else node.pointer)
            expected = f"an imperative in sentence case, no full stop, at most {MOST} characters"
            yield Problem(place, expected, f"`{text}`", "for example `Create a job`")


def _is_title_case(words: list[str]) -> bool:
    """Whether every longer word begins with a capital; abbreviations and names alone do not count."""
    longer = [w for w in words[1:] if len(w) > 3 and w.isalpha() and not w.isupper()]
    return len(longer) > 1 and all(w[0].isupper() for w in longer)
