"""A final state stays final, unless an operation is called that leads out of it.

The probe asks for what the contract does not allow once a resource has ended, ends others by the
operations that do so, and looks again.
"""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.requests.probe_client import Session
from mediatasks.check.scenarios.aftermath import FEW
from mediatasks.check.scenarios.lifecycle_trace import follow, visit
from mediatasks.check.scenarios.trials import Trial, find, forbidden, trials_of
from mediatasks.contracts.model.contract import Contract
from mediatasks.judge.facts import lifecycle_fact
from mediatasks.judge.history import Ledger
from mediatasks.judge.moves import Step, steps
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import Sighting
from mediatasks.judge.violation import Claim, Verdict

# How often a resource is read in each way after it has ended.
_AFTER = 2


def applies(contract: Contract) -> bool:
    """Whether a resource has final states."""
    return contract.task is not None and any(s.final for s in contract.task.states.values())


def judge(seen: Observation, ledger: Ledger) -> Iterator[Verdict]:
    """Judge each resource that was last seen in a final state."""
    for step in steps(seen, ledger):
        if step.before.final:
            yield None if step.is_legal else _claim(step, seen)


def probe(session: Session) -> Iterator[tuple[Observation, Verdict]]:
    """Follow a resource to its end, and see whether it stays there."""
    visit(session)
    for resource in session.contract.resources.values():
        life = follow(session, resource) if resource.states else None
        if life is not None:
            _look_again(session, life.last)
        forbidden(session, resource)
        for trial in trials_of(session.contract, resource):
            if trial.to is not None and resource.states[trial.to].final:
                _end(session, trial)
    yield from ()


def _end(session: Session, trial: Trial) -> None:
    """End a resource by an operation, and see whether it stays there."""
    subject = find(session, trial.resource, trial.allowed) if session.may(trial.operation.id) else None
    request = trial.request(session, subject) if subject else None
    if subject is not None and request is not None and session.call(request).accepted:
        for _ in session.watch(subject, FEW):
            pass
        _look_again(session, subject)


def _look_again(session: Session, sighting: Sighting) -> None:
    for request in session.readings(sighting) * _AFTER:
        session.call(request)


def _claim(step: Step, seen: Observation) -> Claim:
    fact = lifecycle_fact(seen.operation.contract, step.sighting.resource, step.before.name)
    others = sorted(step.allowed - {step.before.name})
    after = f", or after a call {', '.join(f'`{name}`' for name in others)}" if others else ""
    return Claim(step.place, f"`{step.before.name}`, which is final{after}", f"`{step.after.name}`", fact)
