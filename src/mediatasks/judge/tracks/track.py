"""What is remembered of one resource: how it was shown last, and when each operation last acted on it."""

from collections.abc import Iterator, Mapping
from typing import Any

from mediatasks.contracts.equality import same_key
from mediatasks.contracts.expression import Scope, evaluate
from mediatasks.contracts.pointer import MISSING
from mediatasks.judge.observation.events import Mark, Shown, Span

# Different acts on a type of resource that name no key, and marks that are not surely in the past.
_UNNAMED, _PENDING = 200, 16

Condition = tuple[str, Any, type]


class UnnamedActs:
    """The acts on one type of resource that name no key: when each was last done.

    Acts of one operation with the same conditions count as one. Of old ones the last of each operation
    is kept, without conditions. `exclusive`: nobody but the observed callers uses the server. `last` is
    when the last of all ended.
    """

    def __init__(self, exclusive: bool) -> None:
        self.exclusive = exclusive
        self.last = -1.0
        self._newest: dict[tuple[str, str, tuple[Condition, ...]], Span] = {}
        self._old: dict[tuple[str, str], Span] = {}

    def add(self, operation: str, effect: Mapping[str, Any], scope: Scope, span: Span) -> None:
        """Remember an act."""
        key = (operation, effect["action"], conditions(effect, scope))
        self.last = max(self.last, span.end)
        # The newest stands last.
        self._newest.pop(key, None)
        self._newest[key] = span
        if len(self._newest) > _UNNAMED:
            oldest = next(iter(self._newest))
            self._old[oldest[:2]] = self._newest.pop(oldest)

    def since(self, begin: float, shown: Shown) -> Iterator[tuple[str, str, Span]]:
        """Yield (operation, action, span) of acts not before `begin` that may have meant a resource."""
        for (operation, action), span in self._old.items():
            if span.end >= begin:
                yield operation, action, span
        for (operation, action, wanted), span in self._newest.items():
            if span.end >= begin and _may_mean(wanted, shown.named):
                yield operation, action, span


class Track:
    """One resource. `settle` is called before it is judged, `show` after; `act` before both.

    `state`, `progress`, `created` and `updated` are the newest marks that show these and are surely in
    the past. `chain` is what was shown of the chain last; `is_made`: an observed caller made it.
    """

    __slots__ = (
        "_acts",
        "_last",
        "_pending",
        "chain",
        "created",
        "is_made",
        "progress",
        "state",
        "unnamed",
        "updated",
    )

    def __init__(self, unnamed: UnnamedActs) -> None:
        self.unnamed = unnamed
        self.state: Mark | None = None
        self.progress: Mark | None = None
        self.created: Mark | None = None
        self.updated: Mark | None = None
        self.chain: Any = MISSING
        self.is_made = False
        self._pending: list[Mark] = []
        self._acts: dict[str, tuple[str, Span]] | None = None
        self._last = -1.0

    def act(self, operation: str, action: str, span: Span, *, makes: bool) -> None:
        """Remember that an accepted request did something to the resource; `makes`: its reply shows it."""
        if self._acts is None:
            self._acts = {}
        self._last = max(self._last, span.end)
        known = self._acts.get(operation)
        if known is None or known[1].end <= span.end:
            self._acts[operation] = (action, span)
        self.is_made = self.is_made or (makes and action in ("create", "copy"))

    def settle(self, begin: float) -> None:
        """Take what was shown before `begin` for the past."""
        if not self._pending:
            return
        waiting = []
        for mark in self._pending:
            if mark.span.end >= begin:
                waiting.append(mark)
                continue
            if mark.states:
                self.state = mark
            if mark.amount is not None:
                self.progress = mark
            if mark.created is not None:
                self.created = mark
            if mark.updated is not None:
                self.updated = mark
        self._pending = waiting

    def show(self, shown: Shown) -> None:
        """Remember how the resource was shown."""
        self.chain = shown.chain
        self._pending.append(shown.mark)
        del self._pending[:-_PENDING]

    @property
    def was_final(self) -> bool:
        """Whether the likeliest state that it was last shown in is a final one."""
        return self.state is not None and self.state.states[-1].final

    @property
    def is_own(self) -> bool:
        """Whether nobody but observed callers changes the resource."""
        return self.unnamed.exclusive or self.is_made

    def called(self, since: Mark, shown: Shown) -> frozenset[str] | None:
        """Return the ids of the operations that may have acted since a mark; None where others act.

        A reply may show what was there before its own operation acted, and a server with a time of
        its own may have let an older call wait.
        """
        if not self.is_own:
            return None
        begin = since.span.begin if self.unnamed.exclusive else -1.0
        return frozenset(operation for operation, _, _ in self._since(begin, shown))

    def observed(self, shown: Shown) -> frozenset[str]:
        """Return the ids of all operations that were observed to act."""
        return frozenset(operation for operation, _, _ in self._since(-1.0, shown))

    def is_anew(self, since: Mark, shown: Shown) -> bool:
        """Whether the resource may have been made after a mark, under an old key."""
        return any(
            action == "delete" or (action == "create" and span.number != since.span.number)
            for _, action, span in self._since(since.span.begin, shown)
        )

    def is_upserted(self, since: Mark, shown: Shown) -> bool:
        """Whether the resource may have been written anew after a mark."""
        return any(
            action == "upsert" and span.number != since.span.number
            for _, action, span in self._since(since.span.begin, shown)
        )

    def _since(self, begin: float, shown: Shown) -> list[tuple[str, str, Span]]:
        """Return (operation, action, span) of the acts that are not before `begin`."""
        found = []
        if self._acts is not None and self._last >= begin:
            found = [(o, action, span) for o, (action, span) in self._acts.items() if span.end >= begin]
        if self.unnamed.last >= begin:
            found += self.unnamed.since(begin, shown)
        return found


def conditions(effect: Mapping[str, Any], scope: Scope) -> tuple[Condition, ...]:
    """Return the members that a request asks of the resources that it means, as far as that is clear."""
    if "separators" in effect:
        return ()
    found = []
    for pointer, expression in effect.get("where", {}).items():
        wanted = evaluate(expression, scope)
        unclear = wanted is MISSING or isinstance(wanted, list | dict) or pointer in effect.get("codes", {})
        if not unclear:
            found.append((pointer, wanted, type(wanted)))
    return tuple(found)


def _may_mean(wanted: tuple[Condition, ...], named: Mapping[str, Any]) -> bool:
    for pointer, value, _ in wanted:
        shown = named.get(pointer, MISSING)
        if shown is not MISSING and not same_key(shown, value):
            return False
    return True
