"""Run our check on a mutant with one check switched on, until that sees it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from mediatasks.check import Finding, Options, check_provider
from mediatasks.check.options import ENGINE_PHASES, PROBING
from mediatasks.contracts.model.contract import Contract
from mediatasks.errors import MediatasksError
from mediatasks.judge.rule import RUN_RULES, read_rules
from tests.mutants.mutant import Mutant
from tests.mutants.server import Defect, MutantMock, no_defect, serving

# As `nox -s mutants` and a user's run have it.
SEED, EXAMPLES = 1, 25
SEEDS = (SEED, 2, 3)
_SECONDS = 2.0


@dataclass(frozen=True)
class Outcome:
    """What a run of one check came to.

    `found` holds its findings for people, `phase` the phase of the first. `touched` counts the
    requests that the defect had a hand in, `malformed` those of them whose reply breaks the contract
    by its form. `problem` is what kept the run from being made.
    """

    found: tuple[str, ...]
    phase: str
    touched: int
    malformed: int
    seconds: float
    problem: str = ""


def hunt(contract: Contract, mutant: Mutant, seeds: Sequence[int] = SEEDS) -> Outcome:
    """Run the mutant's check on it, and no other, up to its first finding: with one seed after the other.

    Some defects show in one made-up request of hundreds, which not every seed makes.
    """
    for seed in seeds:
        outcome = run_check(contract, mutant.check, mutant.sketch.build(), seed)
        if outcome.found or outcome.problem:
            break
    return outcome


def run_check(contract: Contract, check: str, defect: Defect = no_defect, seed: int = SEED) -> Outcome:
    """Run one check on a server with a defect: by probing, then by the other phases."""
    began = time.monotonic()
    mock = MutantMock(contract, defect, seed)
    found: list[Finding] = []
    problem, turns = "", [""]
    with serving(mock) as target:
        for phases in _phases(check):
            options = Options(
                seed=seed,
                max_examples=EXAMPLES,
                phases=phases,
                rules=(check,),
                timeout=_SECONDS,
                fail_on="drift",
                fail_fast=True,
            )
            try:
                found = check_provider(
                    contract, target, options, listen=lambda provider, operation, phase: turns.append(phase)
                ).findings
            except MediatasksError as error:
                problem = str(error)
            if found or problem:
                break
    if mock.crash is not None:
        raise mock.crash
    texts = tuple("\n".join(f.lines()) for f in found)
    seconds = time.monotonic() - began
    return Outcome(texts, turns[-1] if found else "", mock.touched, mock.malformed, seconds, problem)


def _phases(check: str) -> list[tuple[str, ...]]:
    """Return the runs to make one after the other."""
    if check in read_rules():
        # A rule of ours may need no more than probing.
        return [(PROBING,), ENGINE_PHASES]
    # What is said at the end of a run is said after two phases as well.
    return [ENGINE_PHASES[:2]] if check in RUN_RULES and check != "reply-received" else [ENGINE_PHASES]
