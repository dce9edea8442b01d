"""A mutant is caught by its check; the right server is not accused; a run ends at the first finding.

These are a few of each kind; all of them run by `nox -s mutants`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mediatasks.check import Options, check_provider
from mediatasks.contracts.compose.store import open_store
from tests.mutants.hunt import hunt, run_check
from tests.mutants.mutant import Mutant, make_mutants
from tests.mutants.server import Defect, MutantMock, no_defect, serving

FEW = (
    "boro.task_report.filter_ignored.task_ids",
    "kokoon.get_task.progress_falls",
    "livepeer.list_tasks.limit_off_by_one.limit",
    "taskengine.rerun_job.rerun_doubled",
    "vionlabs.get_task.another_returned",
)


def _mutant(name: str) -> Mutant:
    contract = open_store().contract(name.partition(".")[0])
    return next(mutant for mutant in make_mutants(contract) if mutant.id == name)


@pytest.mark.parametrize("name", FEW)
def test_the_check_named_for_a_mutant_reports_it(name: str) -> None:
    mutant = _mutant(name)
    outcome = hunt(open_store().contract(mutant.provider), mutant)
    assert outcome.found
    assert outcome.touched


@pytest.mark.parametrize("name", FEW[1:2])
def test_the_same_check_reports_nothing_of_the_right_server(name: str) -> None:
    mutant = _mutant(name)
    outcome = run_check(open_store().contract(mutant.provider), mutant.check)
    assert (outcome.found, outcome.touched, outcome.problem) == ((), 0, "")


def test_a_hunt_switches_all_other_checks_off() -> None:
    mutant = _mutant(FEW[1])
    outcome = hunt(open_store().contract(mutant.provider), mutant)
    assert all(text.split("]")[0].endswith(f"[{mutant.check}") for text in outcome.found)


def _requests(defect: Defect, *, fail_fast: bool) -> tuple[int, int]:
    """Return the findings of a run, and the requests that the server was sent."""
    contract = open_store().contract("kokoon")
    mock, sent = MutantMock(contract, defect), [0]
    options = Options(
        seed=1,
        max_examples=2,
        fail_on="drift",
        fail_fast=fail_fast,
        phases=("probing", "examples", "fuzzing"),
    )
    answer: Callable[..., object] = mock.handle

    def count(request: object) -> object:
        sent[0] += 1
        return answer(request)

    mock.handle = count  # type: ignore[method-assign, assignment]
    with serving(mock) as target:
        return len(check_provider(contract, target, options).findings), sent[0]


def test_fail_fast_ends_a_run_at_its_first_failing_finding() -> None:
    defect = _mutant("kokoon.get_task.progress_falls").sketch.build
    findings, requests = _requests(defect(), fail_fast=True)
    assert findings == 1
    assert requests < _requests(defect(), fail_fast=False)[1]


def test_fail_fast_changes_nothing_where_all_is_right() -> None:
    assert _requests(no_defect, fail_fast=True) == _requests(no_defect, fail_fast=False)
