"""What a run reached, and the page that shows it with every finding."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tiny

from mediatasks.check import OperationResult, ProviderResult
from mediatasks.check.reports.annotations import build_annotations
from mediatasks.check.reports.summary import build_summary, write_summary
from mediatasks.errors import UsageError
from mediatasks.exchange.exchange import Exchange
from mediatasks.judge.exercise import Exercise
from mediatasks.judge.finding import Finding
from mediatasks.judge.observation.observer import Observer

FINDING = Finding(
    "acme", "get_job", "filter-match", "error", "/0/<b>", "this, that", "100%\nmore", "documented",
    "curl x", fact="list_jobs state", source="Manual, Jobs",
)  # fmt: skip


def result_of(*findings: Finding, **more: Any) -> ProviderResult:
    return ProviderResult("acme", "http://x", 1.0, (OperationResult("get_job", 3, 2, findings, **more),))


def exercise_of(status: int, reply: bytes) -> Exercise:
    contract = tiny.build_contract()
    operation = contract.operations["get_job"]
    headers = {"content-type": ["application/json"]}
    exchange = Exchange("GET", "http://x/jobs/7", {}, None, status, headers, reply)
    exercise = Exercise(operation)
    for seen in Observer(contract).observe(operation, exchange):
        exercise.take(seen)
    return exercise


def test_what_a_reply_shows_is_reached() -> None:
    data = exercise_of(200, b'{"id": 7, "state": "done", "extra": 1}').as_data()
    assert data["parameter"] == {"covered": 1, "of": 1, "missed": []}
    assert data["reply member"] == {"covered": 2, "of": 3, "missed": ["/title"]}
    assert data["reply value"] == {"covered": 1, "of": 2, "missed": ["/state = queued"]}
    assert data["status"] == {"covered": 1, "of": 4, "missed": ["401", "404", "422"]}


def test_a_refused_request_reaches_its_status_only() -> None:
    data = exercise_of(404, b'{"id": 7, "state": "done"}').as_data()
    assert data["status"]["missed"] == ["200", "401", "422"]
    assert data["reply member"]["covered"] == 0


def test_a_run_tells_what_it_reached(check: Any) -> None:
    reached = {o.operation: o.exercised for o in check(tiny.serve()).operations}
    assert reached["create_job"]["request member"] == {"covered": 1, "of": 1, "missed": []}


def test_a_cell_leads_to_its_evidence() -> None:
    page = build_summary([result_of(FINDING)], 1)
    [target] = re.findall(r'<td class="error"><a href="#([^"]+)"', page)
    assert f'<article id="{target}">' in page


def test_the_page_shows_place_fact_source_and_command_as_text() -> None:
    page = build_summary([result_of(FINDING)], 1)
    for text in ("/0/&lt;b&gt;", "list_jobs state: documented. Manual, Jobs", "<pre>curl x</pre>"):
        assert text in page
    assert "<b>" not in page


def test_judged_and_not_judged_differ() -> None:
    judged = {"filter-match": 4}
    two = (OperationResult("a", 1, 1, (), judged=judged), OperationResult("b", 1, 1, ()))
    page = build_summary([ProviderResult("acme", "http://x", 1.0, two)], 1)
    assert 'title="4 judged">✓' in page
    assert '<td class="none">·' in page


def test_a_known_deviation_is_shown_as_known() -> None:
    page = build_summary([result_of(known=(replace(FINDING, note="accepted"),))], 1)
    assert '<td class="known">' in page
    assert "<dd>accepted</dd>" in page


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"index\.html: cannot be written"):
        write_summary([result_of()], 1, tmp_path / "file")


def test_an_annotation_is_one_line_with_its_level() -> None:
    [line] = build_annotations([result_of(FINDING)])
    assert line.startswith(
        "::error title=acme get_job%3A filter-match::/0/<b>: expected this, that, got 100%25%0Amore"
    )
    assert "\n" not in line


@pytest.mark.parametrize(("severity", "command"), [("warning", "warning"), ("drift", "notice")])
def test_the_level_of_an_annotation_follows_the_severity(severity: str, command: str) -> None:
    [line] = build_annotations([result_of(replace(FINDING, severity=severity))])
    assert line.startswith(f"::{command} ")
