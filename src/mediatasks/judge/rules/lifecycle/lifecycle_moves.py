"""A resource goes only from a state to one that the contract says may follow.

A poller skips states, so every state that can be reached from the last one seen is right. Moves that
an operation causes count where that operation was called in between, or where others use the server.
"""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.requests.probe_client import Session
from mediatasks.check.scenarios.lifecycle_trace import visit
from mediatasks.contracts.model.contract import Contract
from mediatasks.judge.facts import lifecycle_fact
from mediatasks.judge.history import Ledger
from mediatasks.judge.moves import Step, steps
from mediatasks.judge.observation import Observation
from mediatasks.judge.violation import Claim, Verdict


def applies(contract: Contract) -> bool:
    """Whether a resource has states."""
    return contract.task is not None


def judge(seen: Observation, ledger: Ledger) -> Iterator[Verdict]:
    """Judge each resource against its last sighting; final states have a rule of their own."""
    for step in steps(seen, ledger):
        if not step.before.final:
            yield None if step.is_legal else _claim(step, seen)


def probe(session: Session) -> Iterator[tuple[Observation, Verdict]]:
    """Follow a resource to its end."""
    visit(session)
    yield from ()


def _claim(step: Step, seen: Observation) -> Claim:
    may = ", ".join(f"`{name}`" for name in sorted(step.allowed))
    fact = lifecycle_fact(seen.operation.contract, step.sighting.resource, step.before.name)
    expected = f"a state that may follow `{step.before.name}`: {may}"
    return Claim(step.place, expected, f"`{step.after.name}`", fact)
