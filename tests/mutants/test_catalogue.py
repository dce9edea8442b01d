"""The mutants that run: enough of them, of each check, and told apart."""

from __future__ import annotations

from collections import Counter

import pytest

from mediatasks.contracts.compose.store import open_store
from tests.mutants.catalogue import FEWER, FORM, LEAST, TABLE, checks, choose, table
from tests.mutants.mutant import Mutant

_ENOUGH = 120


@pytest.fixture(scope="module")
def mutants() -> list[Mutant]:
    return choose(open_store().choose([]))


def test_there_are_at_least_120_mutants(mutants: list[Mutant]) -> None:
    assert len(mutants) >= _ENOUGH


def test_every_check_has_three_mutants_or_a_stated_reason_for_fewer(mutants: list[Mutant]) -> None:
    count = Counter(mutant.check for mutant in mutants)
    assert {check for check in checks() if count[check] < LEAST} == set(FEWER)


def test_at_most_a_third_of_the_mutants_is_for_the_checks_of_form(mutants: list[Mutant]) -> None:
    assert sum(mutant.check in FORM for mutant in mutants) * 3 <= len(mutants)


def test_every_provider_has_mutants_of_most_checks(mutants: list[Mutant]) -> None:
    kinds = {provider.provider: set[str]() for provider in open_store().choose([])}
    for mutant in mutants:
        kinds[mutant.provider].add(mutant.check)
    assert min(map(len, kinds.values())) >= 10


def test_every_mutant_names_a_check_that_exists(mutants: list[Mutant]) -> None:
    assert {mutant.check for mutant in mutants} <= set(checks())


def test_no_two_mutants_have_one_id(mutants: list[Mutant]) -> None:
    assert [i for i, n in Counter(mutant.id for mutant in mutants).items() if n > 1] == []


def test_the_choice_is_the_same_each_time(mutants: list[Mutant]) -> None:
    assert [m.id for m in choose(open_store().choose([]))] == [m.id for m in mutants]


def test_the_table_lists_the_mutants_that_run(mutants: list[Mutant]) -> None:
    assert TABLE.read_text() == table(mutants), "run `python scripts/run_mutants.py --write`"
