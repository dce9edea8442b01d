"""What callers have sent: a server that gives it back shows nothing of its own."""

from __future__ import annotations

from typing import Any

from mediatasks.contracts.equality import text_of
from mediatasks.judge.observation import Observation
from mediatasks.judge.violation import Word

# Callers that send more have sent what they will send.
_MOST = 200_000
_DEPTH = 30


class SentWords:
    """The names and values that stood in requests (parameters, members of bodies), and when first.

    Merges in any order.
    """

    def __init__(self) -> None:
        self._first: dict[Word, float] = {}

    def take(self, seen: Observation) -> None:
        """Note a request."""
        if len(self._first) < _MOST:
            scope, begin = seen.scope, seen.span.begin
            for values in (scope.path, scope.query, scope.header):
                if values:
                    self._note(dict(values), "", 0, begin)
            self._note(seen.exchange.asked, "", 0, begin)

    def explain(self, word: Word, end: float) -> bool:
        """Whether a word was sent before `end`: afterwards a caller may only repeat what it was shown."""
        return self._first.get(word, end + 1) <= end

    def merge(self, other: SentWords) -> None:
        """Note all that another one has noted."""
        for word, begin in other._first.items():
            self._first[word] = min(begin, self._first.get(word, begin))

    def _note(self, value: Any, name: str, depth: int, begin: float) -> None:
        self._first.setdefault(Word("name", name), begin)
        if not isinstance(value, dict | list):
            self._first.setdefault(Word("value", text_of(value)), begin)
        elif depth < _DEPTH:
            pairs: Any = value.items() if isinstance(value, dict) else ((name, v) for v in value)
            for inner, member in pairs:
                self._note(member, inner, depth + 1, begin)
