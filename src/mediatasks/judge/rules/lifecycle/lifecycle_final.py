"""A final state stays final, unless an operation is called that leads out of it.

The probe asks for what the contract does not allow once a resource has ended, ends others by the
operations that do so, and looks again.
"""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.aftermath import FEW
from mediatasks.check.scenarios.lifecycle_trace import follow, visit
from mediatasks.check.scenarios.operation_cases import Trial, find, forbidden, trials_of
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.judge.events import Shown
from mediatasks.judge.facts import lifecycle_fact
from mediatasks.judge.moves import Step, step_of
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import ObservedResource, resource_of
from mediatasks.judge.track import Track
from mediatasks.judge.violation import Verdict, Violation

# How often a resource is read in each way after it has ended.
_AFTER = 2


def applies(contract: Contract) -> bool:
    """Whether a resource has final states."""
    return contract.task is not None and any(s.final for s in contract.task.states.values())


def concerns(operation: Operation) -> bool:
    """Whether an operation shows a resource with states."""
    resource = resource_of(operation)
    return resource is not None and bool(resource.states)


def judge_track(shown: Shown, track: Track) -> Iterator[Verdict]:
    """Judge a resource that was last shown in a final state."""
    step = step_of(shown, track)
    if step is not None and step.before.final:
        yield step.verdict(_violation)


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Follow a resource to its end, and see whether it stays there."""
    visit(client)
    for resource in client.contract.resources.values():
        trace = follow(client, resource) if resource.states else None
        if trace is not None:
            _look_again(client, trace.last)
        forbidden(client, resource)
        for trial in trials_of(client.contract, resource):
            if trial.to is not None and resource.states[trial.to].final:
                _end(client, trial)
    yield from ()


def _end(client: ProbeClient, trial: Trial) -> None:
    """End a resource by an operation, and see whether it stays there."""
    subject = find(client, trial.resource, trial.allowed) if client.may(trial.operation.id) else None
    request = trial.request(client, subject) if subject else None
    if subject is not None and request is not None and client.call(request).accepted:
        for _ in client.watch(subject, FEW):
            pass
        _look_again(client, subject)


def _look_again(client: ProbeClient, observed: ObservedResource) -> None:
    for request in client.readings(observed) * _AFTER:
        client.call(request)


def _violation(step: Step) -> Violation:
    fact = lifecycle_fact(step.shown.operation.contract, step.shown.resource, step.before.name)
    others = sorted(step.allowed - {step.before.name})
    after = f", or after a call {', '.join(f'`{name}`' for name in others)}" if others else ""
    return Violation(
        step.place, f"`{step.before.name}`, which is final{after}", f"`{step.after.name}`", fact
    )
