"""What a run has sent: a server that gives it back shows nothing of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mediatasks.contracts.equality import text_of
from mediatasks.judge.observation import Observation

# A run that sends more has sent what it will send.
_MOST = 200_000
_DEPTH = 30


class Sent:
    """The names and values that stood in requests: members of bodies, parameters."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._texts: set[str] = set()

    def take(self, seen: Observation) -> None:
        """Note a request."""
        if len(self._names) + len(self._texts) < _MOST:
            for name, text in _words(seen):
                self._names.add(name)
                if text is not None:
                    self._texts.add(text)

    def has_name(self, name: str) -> bool:
        """Whether a member of this name was sent."""
        return name in self._names

    def has_value(self, value: Any) -> bool:
        """Whether a value was sent."""
        return text_of(value) in self._texts


def _words(seen: Observation) -> Iterator[tuple[str, str | None]]:
    """Yield (name, text of a scalar) of everything in a request."""
    scope = seen.scope
    for values in (scope.path, scope.query, scope.header):
        yield from _members(dict(values), "", 0)
    yield from _members(seen.exchange.asked, "", 0)


def _members(value: Any, name: str, depth: int) -> Iterator[tuple[str, str | None]]:
    if isinstance(value, dict | list) and depth < _DEPTH:
        yield name, None
        pairs: Any = value.items() if isinstance(value, dict) else ((name, v) for v in value)
        for inner, member in pairs:
            yield from _members(member, inner, depth + 1)
    else:
        yield name, None if isinstance(value, dict | list) else text_of(value)
