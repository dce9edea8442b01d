"""A final state stays final, unless an operation is called that leads out of it.

The probe asks for what the contract does not allow once a resource has ended, and looks again.
"""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.claim import Claim, Verdict
from mediatasks.check.ledger import Ledger
from mediatasks.check.lives import follow, visit
from mediatasks.check.moves import Step, steps
from mediatasks.check.observation import Observation
from mediatasks.check.session import Session
from mediatasks.check.sources import lifecycle_fact
from mediatasks.check.trials import forbidden
from mediatasks.contracts.document import Contract

# Reads of a resource after it has ended.
_AFTER = 3


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
        for _ in range(_AFTER if life else 0):
            assert life is not None
            session.read(life.last)
        forbidden(session, resource)
    yield from ()


def _claim(step: Step, seen: Observation) -> Claim:
    fact = lifecycle_fact(seen.operation.contract, step.sighting.resource, step.before.name)
    others = sorted(step.allowed - {step.before.name})
    after = f", or after a call {', '.join(f'`{name}`' for name in others)}" if others else ""
    return Claim(step.place, f"`{step.before.name}`, which is final{after}", f"`{step.after.name}`", fact)
