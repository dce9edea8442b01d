"""Deviations that are accepted do not fail a run; an entry that no longer occurs is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tiny

from mediatasks.check import has_failed
from mediatasks.check.options import PHASES
from mediatasks.errors import MediatasksError
from mediatasks.judge.baseline import Entry, read_baseline

ENTRY = Entry("tiny", "get_job", "response-schema-conformance", "/id", "the vendor knows", "2026-11-25")
TEXT = """
- provider: tiny
  operation: get_job
  rule: response-schema-conformance
  place: /id
  reason: the vendor knows
  date: 2026-11-25
"""


def id_as_text(method: str, path: str, answer: tiny.Answer) -> tiny.Answer:
    status, body = answer
    return (status, {**body, "id": str(body["id"])}) if method == "GET" and status == 200 else answer


def test_an_accepted_deviation_is_known_and_no_finding(check: Any) -> None:
    result = check(tiny.serve(id_as_text), baseline=(ENTRY,))
    assert not has_failed([result], "drift")
    [known] = [f for o in result.operations for f in o.known]
    assert (known.place, known.note) == ("/id", "accepted 2026-11-25: the vendor knows")


def test_another_place_is_still_a_finding(check: Any) -> None:
    entry = Entry(**{**vars(ENTRY), "place": "/state"})
    assert has_failed([check(tiny.serve(id_as_text), baseline=(entry,))], "error")


def test_an_entry_that_no_longer_occurs_is_stale(check: Any) -> None:
    [finding] = check(tiny.serve(), baseline=(ENTRY,), phases=PHASES).findings
    assert (finding.rule, finding.operation, finding.severity) == ("baseline-stale", "get_job", "warning")


@pytest.mark.parametrize(
    "part", [{"phases": ("fuzzing",)}, {"operations": ("create_job",), "phases": PHASES}]
)
def test_an_entry_that_a_part_of_the_run_could_not_meet_is_not_stale(check: Any, part: Any) -> None:
    assert check(tiny.serve(), baseline=(ENTRY,), **part).findings == []


@pytest.mark.parametrize(
    ("member", "name", "hint"),
    [
        ("operation", "get_jop", "did you mean `get_job`"),
        ("rule", "drift-feld", "did you mean `drift-field`"),
    ],
)
def test_an_entry_of_what_is_not_there_is_refused(check: Any, member: str, name: str, hint: str) -> None:
    entry = Entry(**{**vars(ENTRY), member: name})
    with pytest.raises(MediatasksError, match=hint):
        check(tiny.serve(), baseline=(entry,))


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "known.yaml"
    file.write_text(TEXT)
    assert read_baseline(file) == [ENTRY]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("reason: the vendor knows", "reason: ''"), "known.yaml: entry 1: `reason` is missing"),
        (("date: 2026-11-25", "date: soon"), "entry 1: `date` is `soon`; expected YYYY-MM-DD"),
        (("  rule:", "  rul:"), "entry 1: no member `rul`; did you mean `rule`?"),
        (("- provider", "  provider"), "known.yaml: expected a list of at most 10000 entries, got dict"),
    ],
)
def test_a_wrong_file_is_told_with_its_place(tmp_path: Path, change: tuple[str, str], problem: str) -> None:
    file = tmp_path / "known.yaml"
    file.write_text(TEXT.replace(*change))
    with pytest.raises(MediatasksError) as caught:
        read_baseline(file)
    assert problem in str(caught.value)
