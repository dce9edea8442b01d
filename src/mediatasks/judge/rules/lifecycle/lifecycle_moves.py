"""A resource goes only from a state to one that the contract says may follow.

A poller skips states, so every state that can be reached from the last one seen is right. Moves that
an operation causes count where that operation was called in between, or where others use the server.
"""

from collections.abc import Iterator

from mediatasks.contracts.model.contract import Operation
from mediatasks.judge.facts import lifecycle_fact
from mediatasks.judge.observation.events import Shown
from mediatasks.judge.tracks.moves import Step, step_of
from mediatasks.judge.tracks.track import Track
from mediatasks.judge.violation import Verdict, Violation

NEEDS = {"lifecycle-trace": None}


def concerns(operation: Operation) -> bool:
    """Whether an operation shows a resource with states."""
    resource = operation.resource
    return resource is not None and bool(resource.states)


def judge_track(shown: Shown, track: Track) -> Iterator[Verdict]:
    """Judge a resource against its last state; final states have a rule of their own."""
    if not track.was_final and (step := step_of(shown, track)):
        yield step.verdict(_violation)


def _violation(step: Step) -> Violation:
    may = ", ".join(f"`{name}`" for name in sorted(step.allowed))
    fact = lifecycle_fact(step.shown.operation.contract, step.shown.resource, step.before.name)
    expected = f"a state that may follow `{step.before.name}`: {may}"
    return Violation(step.place, expected, f"`{step.after.name}`", fact)
