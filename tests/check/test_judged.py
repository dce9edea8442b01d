"""What is said of a check that schemathesis entered for a case: whether it judged anything."""

from __future__ import annotations

from typing import Any

import tiny


def _judged(check: Any, **options: Any) -> set[str]:
    result = check(tiny.serve(), **options)
    return {rule for o in result.operations for rule, count in o.judged.items() if count}


def test_checks_of_walks_judge_nothing_where_there_are_none(check: Any) -> None:
    walks = {"use-after-free", "ensure-resource-availability"}
    assert not _judged(check, phases=("examples", "fuzzing")) & walks


def test_undeclared_methods_are_judged_by_the_coverage_phase_alone(check: Any) -> None:
    assert "unsupported-method" not in _judged(check, phases=("examples",))
    assert "unsupported-method" in _judged(check, phases=("coverage",))


def test_a_check_of_every_reply_judges_every_phase(check: Any) -> None:
    assert "response-schema-conformance" in _judged(check, phases=("examples",))


def test_positive_data_are_not_taken_for_negative(check: Any) -> None:
    assert "negative-data-rejection" not in _judged(check, phases=("examples",))
