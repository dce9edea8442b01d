"""How a resource has moved since it was last seen, and whether the contract knows such a way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mediatasks.contracts.lifecycle.resource import State
from mediatasks.judge.history import History, Seen
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import ObservedResource


@dataclass(frozen=True)
class Step:
    """A resource seen again: its state then and now, and the names of those in which it may be now.

    `shown_by` is the operation whose reply showed it before.
    """

    observed: ObservedResource
    shown_by: str
    before: State
    after: State
    allowed: frozenset[str]

    @property
    def is_legal(self) -> bool:
        """Whether one of the states that the reply may show is allowed."""
        return any(state.name in self.allowed for state in self.observed.states)

    @property
    def place(self) -> str:
        """Where the state stands in the reply."""
        return self.observed.place + str(self.observed.resource.fields.get("state", ""))


def steps(seen: Observation, history: History) -> Iterator[Step]:
    """Yield a step for each resource in a reply that was seen before, its states known.

    A poller skips states: whatever can be reached from the last one is allowed. Moves that an
    operation causes count where it was called since, or where others may have called it.
    """
    for observed in seen.resources:
        last = history.last(observed)
        step = step_between(last, observed, history) if last else None
        if step is not None:
            yield step


def step_between(last: Seen, observed: ObservedResource, history: History) -> Step | None:
    """Return the step from one observed to a later one; None where a state is not known."""
    before, after = last.observed.state, observed.state
    if before is None or after is None or history.is_anew(observed, last.observation.number):
        return None
    called = history.called(last, observed)
    reach = observed.resource.reachable
    allowed = {name for state in last.observed.states for name in reach(state.name, called)}
    return Step(observed, last.observation.operation.id, before, after, frozenset(allowed))


def may_have_restarted(
    last: Seen, observed: ObservedResource, history: History, *, by_itself: bool
) -> bool:
    """Whether a move that restarts progress may lie between two resources.

    `by_itself` is false where something else tells that none happened without an operation.
    """
    if history.is_anew(observed, last.observation.number):
        return True
    called, resource = history.called(last, observed), observed.resource
    for state in resource.states.values():
        for move in state.moves:
            happens = by_itself if not move.by else called is None or not called.isdisjoint(move.by)
            if not (move.restarts_progress and happens):
                continue
            befores, afters = last.observed.states, observed.states
            comes = any(state.name in resource.reachable(s.name, called) for s in befores)
            leads = any(s.name in resource.reachable(move.to, called) for s in afters)
            if (comes or not befores) and (leads or not afters):
                return True
    return False
