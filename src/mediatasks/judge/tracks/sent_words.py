"""What callers have sent: a server that gives it back shows nothing of its own."""

from __future__ import annotations

from typing import Any

from mediatasks.contracts.equality import text_of
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.violation import Word

# Callers that send more have sent what they will send.
_MOST = 200_000
_DEPTH = 30


class SentWords:
    """The names and values that stood in requests (parameters, members of bodies), and when first.

    Merges in any order.
    """

    def __init__(self) -> None:
        self._first: dict[str, dict[str, float]] = {"name": {}, "value": {}}

    def take(self, seen: Observation) -> None:
        """Note a request."""
        if sum(map(len, self._first.values())) < _MOST:
            scope, begin = seen.scope, seen.span.begin
            for values in (scope.path, scope.query, scope.header):
                if values:
                    self._note(dict(values), "", 0, begin)
            self._note(seen.exchange.asked, "", 0, begin)

    def explain(self, word: Word, end: float) -> bool:
        """Whether a word was sent before `end`: afterwards a caller may only repeat what it was shown."""
        return self._first[word.kind].get(word.text, end + 1) <= end

    def merge(self, other: SentWords) -> None:
        """Note all that another one has noted."""
        for kind, words in other._first.items():
            own = self._first[kind]
            own.update({text: min(begin, own.get(text, begin)) for text, begin in words.items()})

    def _note(self, value: Any, name: str, depth: int, begin: float) -> None:
        self._first["name"].setdefault(name, begin)
        if not isinstance(value, dict | list):
            self._first["value"].setdefault(text_of(value), begin)
        elif depth < _DEPTH:
            pairs: Any = value.items() if isinstance(value, dict) else ((name, v) for v in value)
            for inner, member in pairs:
                self._note(member, inner, depth + 1, begin)
