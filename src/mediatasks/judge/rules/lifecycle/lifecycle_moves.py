"""A resource goes only from a state to one that the contract says may follow.

A poller skips states, so every state that can be reached from the last one seen is right. Moves that
an operation causes count where that operation was called in between, or where others use the server.
"""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.lifecycle_trace import visit
from mediatasks.contracts.model.contract import Contract
from mediatasks.judge.facts import lifecycle_fact
from mediatasks.judge.history import History
from mediatasks.judge.moves import Step, steps
from mediatasks.judge.observation import Observation
from mediatasks.judge.violation import Verdict, Violation


def applies(contract: Contract) -> bool:
    """Whether a resource has states."""
    return contract.task is not None


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each resource against its last observed; final states have a rule of their own."""
    for step in steps(seen, history):
        if not step.before.final:
            yield None if step.is_legal else _violation(step, seen)


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Follow a resource to its end."""
    visit(client)
    yield from ()


def _violation(step: Step, seen: Observation) -> Violation:
    may = ", ".join(f"`{name}`" for name in sorted(step.allowed))
    fact = lifecycle_fact(seen.operation.contract, step.observed.resource, step.before.name)
    expected = f"a state that may follow `{step.before.name}`: {may}"
    return Violation(step.place, expected, f"`{step.after.name}`", fact)
