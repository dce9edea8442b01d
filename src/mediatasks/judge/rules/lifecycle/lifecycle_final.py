"""A final state stays final, unless an operation is called that leads out of it.

What the contract does not allow once a resource has ended is asked for, others are ended by the
operations that do so, and both are read again.
"""

from collections.abc import Iterator

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.judge.facts import lifecycle_fact
from mediatasks.judge.observation.events import Shown
from mediatasks.judge.tracks.moves import Step, step_of
from mediatasks.judge.tracks.track import Track
from mediatasks.judge.violation import Verdict, Violation

NEEDS = {"lifecycle-trace": None, "forbidden-operations": None, "ended-resources": None}


def applies(contract: Contract) -> bool:
    """Whether a resource has final states."""
    return contract.task is not None and any(s.final for s in contract.task.states.values())


def concerns(operation: Operation) -> bool:
    """Whether an operation shows a resource with states."""
    resource = operation.resource
    return resource is not None and bool(resource.states)


def judge_track(shown: Shown, track: Track) -> Iterator[Verdict]:
    """Judge a resource that was last shown in a final state."""
    if track.was_final and (step := step_of(shown, track)):
        yield step.verdict(_violation)


def _violation(step: Step) -> Violation:
    fact = lifecycle_fact(step.shown.operation.contract, step.shown.resource, step.before.name)
    others = sorted(step.allowed - {step.before.name})
    after = f", or after a call {', '.join(f'`{name}`' for name in others)}" if others else ""
    return Violation(
        step.place, f"`{step.before.name}`, which is final{after}", f"`{step.after.name}`", fact
    )
