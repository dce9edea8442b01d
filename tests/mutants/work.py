"""Work on mutants in processes: two at once, each with one order of sets, as a run of the check has it."""

from __future__ import annotations

import logging
import multiprocessing
import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from mediatasks.check import Options, check_provider
from mediatasks.check.options import ENGINE_PHASES, PROBING
from mediatasks.contracts.compose.store import open_store
from mediatasks.judge.rule import read_rules
from tests.mutants.catalogue import choose
from tests.mutants.hunt import EXAMPLES, SEED, Outcome, hunt
from tests.mutants.mutant import Mutant
from tests.mutants.plain import Pair, PlainOutcome, find_noise, run_plain
from tests.mutants.server import MutantMock, no_defect, serving

_PROCESSES = 2


@dataclass(frozen=True)
class Task:
    """One piece of work.

    `kind` is `hunt` (our check on a mutant), `plain` (`st run` on it, `noise` left aside), `noise` (`st
    run` on the right server, by seed) or `calm` (our checks on the right server: each of our rules
    alone by probing, then all checks by the other phases). `name` is the id of a mutant, or a provider.
    """

    kind: str
    name: str
    noise: tuple[Pair, ...] = ()
    seed: int = SEED


def run_tasks(tasks: Sequence[Task]) -> Iterator[tuple[Task, Any]]:
    """Run tasks and yield each with its result as it comes: an Outcome, a PlainOutcome, or findings.

    What a task raises is raised here.
    """
    # A fresh interpreter: threads and locks of this one must not be copied.
    context = multiprocessing.get_context("spawn")
    before = os.environ.get("PYTHONHASHSEED")
    os.environ["PYTHONHASHSEED"] = "0"
    try:
        # One for each task, as a user's run has it: made-up cases depend on what a process did before.
        pool_of = partial(ProcessPoolExecutor, _PROCESSES, context, max_tasks_per_child=1)
        with pool_of(initializer=_prepare) as pool:
            futures: dict[Future[Any], Task] = {pool.submit(_run, task): task for task in tasks}
            try:
                for future in as_completed(futures):
                    yield futures[future], future.result()
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
    finally:
        if before is None:
            del os.environ["PYTHONHASHSEED"]
        else:
            os.environ["PYTHONHASHSEED"] = before


def _prepare() -> None:
    """Set a worker up: tables of Hypothesis go to a folder of their own, the mock's log nowhere."""
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", tempfile.mkdtemp(prefix="mutants-"))
    logging.disable(logging.ERROR)


@cache
def _mutants() -> dict[str, Mutant]:
    return {mutant.id: mutant for mutant in choose(open_store().choose([]))}


def _run(task: Task) -> Outcome | PlainOutcome | list[str]:
    store = open_store()
    if task.kind == "calm":
        return find_alarms(task.name)
    if task.kind == "noise":
        return find_noise(store.contract(task.name), task.seed)
    mutant = _mutants()[task.name]
    contract = store.contract(mutant.provider)
    if task.kind == "hunt":
        return hunt(contract, mutant)
    return run_plain(contract, mutant.sketch.build(), task.noise)


def find_alarms(provider: str) -> list[str]:
    """Return what our checks say of the right server, for people; it ought to be nothing."""
    contract = open_store().contract(provider)
    runs = [
        Options(seed=SEED, rules=(name,), phases=(PROBING,), fail_on="drift")
        for name, rule in read_rules().items()
        if rule.needs and rule.applies(contract)
    ]
    runs.append(Options(seed=SEED, max_examples=EXAMPLES, phases=ENGINE_PHASES, fail_on="drift"))
    found: list[str] = []
    for options in runs:
        with serving(MutantMock(contract, no_defect, SEED)) as target:
            result = check_provider(contract, target, options)
            found += ["\n".join(finding.lines()) for finding in result.findings]
    return found
