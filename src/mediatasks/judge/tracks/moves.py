"""How a resource has moved since it was last shown, and whether the contract knows such a way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from mediatasks.contracts.lifecycle.resource import Resource, State
from mediatasks.judge.observation.events import Mark, Shown
from mediatasks.judge.tracks.track import Track
from mediatasks.judge.violation import UNEXPLAINED, Verdict, Violation


class Step(NamedTuple):
    """A resource shown again: its state then and now, and the names of those in which it may be now.

    `shown_by` is the operation whose reply showed it before; `is_explained`: the acts that
    were observed suffice to lead there.
    """

    shown: Shown
    shown_by: str
    before: State
    after: State
    allowed: frozenset[str]
    is_explained: bool

    @property
    def is_legal(self) -> bool:
        """Whether one of the states that the reply may show is allowed."""
        return any(state.name in self.allowed for state in self.shown.mark.states)

    def verdict(self, violation: Callable[[Step], Violation]) -> Verdict:
        """Return what a rule says of the step; `violation` describes an illegal one."""
        if self.is_legal:
            return None if self.is_explained else UNEXPLAINED
        return violation(self)

    @property
    def place(self) -> str:
        """Where the state stands in the reply."""
        return self.shown.place + str(self.shown.resource.fields.get("state", ""))


def step_of(shown: Shown, track: Track) -> Step | None:
    """Return the step from the last state of a track; None where there is none, or where it is not known.

    A poller skips states: whatever can be reached from the last one is allowed. Moves that an
    operation causes count where it was called since, or where others may have called it.
    """
    return step_between(track.state, shown, track) if track.state is not None else None


def step_between(last: Mark, shown: Shown, track: Track) -> Step | None:
    """Return the step from an earlier mark; None where a state is not known."""
    states = shown.mark.states
    if not last.states or not states or track.is_anew(last, shown):
        return None
    called = track.called(last, shown)
    allowed = _reach(shown.resource, last.states, called)
    is_explained = True
    if called is None:
        observed = _reach(shown.resource, last.states, track.observed(shown))
        is_explained = any(state.name in observed for state in states)
    return Step(shown, last.operation, last.states[-1], states[-1], allowed, is_explained)


def may_have_restarted(last: Mark, shown: Shown, track: Track, *, by_itself: bool) -> bool:
    """Whether a move that restarts progress may lie between two showings of a resource.

    `by_itself` is false where something else tells that none happened without an operation.
    """
    if track.is_anew(last, shown):
        return True
    called, resource = track.called(last, shown), shown.resource
    befores, afters = last.states, shown.mark.states
    for state, to, by in _restarts(resource):
        happens = by_itself if not by else called is None or not called.isdisjoint(by)
        if not happens:
            continue
        comes = not befores or state in _reach(resource, befores, called)
        leads = not afters or not _reach_from(resource, to, called).isdisjoint(s.name for s in afters)
        if comes and leads:
            return True
    return False


@lru_cache(maxsize=64)
def _restarts(resource: Resource) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return (from, to, operations that cause it) of each move that restarts progress."""
    moves = ((state.name, move) for state in resource.states.values() for move in state.moves)
    return tuple((name, move.to, move.by) for name, move in moves if move.restarts_progress)


def _reach(resource: Resource, states: Iterable[State], called: frozenset[str] | None) -> frozenset[str]:
    names = [state.name for state in states]
    if len(names) == 1:
        return _reach_from(resource, names[0], called)
    return frozenset().union(*(_reach_from(resource, name, called) for name in names))


@lru_cache(maxsize=4096)
def _reach_from(resource: Resource, name: str, called: frozenset[str] | None) -> frozenset[str]:
    return frozenset(resource.reachable(name, called))
