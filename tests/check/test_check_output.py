"""Order, wording and files of a result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import tiny
from rich.console import Console

from mediatasks.check import OperationResult, ProviderResult, has_failed
from mediatasks.check.reports.annotations import build_annotations
from mediatasks.check.reports.junit import build_junit
from mediatasks.check.reports.summary import build_summary
from mediatasks.check.reports.terminal import print_result
from mediatasks.check.runner.progress import Progress
from mediatasks.errors import UsageError
from mediatasks.judge.finding import Finding
from mediatasks.judge.verdicts import NotJudged

WARNING = Finding("acme", "a", "rule", "warning", "/x", "this", "that", "inferred")


def title_as_number(method: str, path: str, answer: tiny.Answer) -> tiny.Answer:
    status, body = answer
    return (status, {**body, "title": 7}) if status < 300 else answer


def result_of(*findings: Finding) -> ProviderResult:
    return ProviderResult("acme", "http://x", 1.0, (OperationResult("a", 1, 1, findings),))


def test_errors_come_first_and_documented_facts_before_inferred_ones() -> None:
    error = replace(WARNING, operation="b", severity="error")
    documented = replace(error, operation="c", fact_status="documented")
    assert result_of(WARNING, error, documented).findings == [documented, error, WARNING]


@pytest.mark.parametrize("fail_on", ["error", "warning"])
def test_junit_agrees_with_the_exit_code(check: Any, tmp_path: Path, fail_on: str) -> None:
    options = {"reports": ("junit",), "report_dir": tmp_path, "fail_on": fail_on}
    result = check(tiny.serve(title_as_number), **options)
    root = ElementTree.parse(result.reports[0]).getroot()
    failed = has_failed([result], fail_on)
    assert bool(root.findall(".//failure")) is failed is (fail_on == "warning")
    assert (root.get("failures") != "0") is failed
    assert [c.get("name") for c in root.iter("testcase")] == ["create_job", "get_job"]


def test_a_run_that_could_not_be_made_leaves_no_junit_of_an_earlier_one(check: Any, tmp_path: Path) -> None:
    file = tmp_path / "tiny" / "junit.xml"
    file.parent.mkdir()
    file.write_text("<testsuites/>")
    refuse = tiny.serve(lambda method, path, answer: (401, {}))
    with pytest.raises(UsageError):
        check(refuse, reports=("junit",), report_dir=tmp_path)
    assert not file.exists()


def test_a_warning_that_is_no_failure_stands_in_the_output_of_its_test_case() -> None:
    [output] = ElementTree.fromstring(build_junit(result_of(WARNING), "error")).iter("system-out")
    assert (output.text or "").startswith("warning[rule] acme a: /x\n  expected this\n  got that")


def test_a_failure_in_junit_is_worded_as_the_finding() -> None:
    xml = build_junit(result_of(replace(WARNING, severity="error")), "error")
    [failure] = ElementTree.fromstring(xml).iter("failure")
    assert failure.get("message") == "/x: expected this, got that"
    assert failure.get("type") == "rule"


def test_junit_holds_nothing_that_xml_cannot() -> None:
    odd = replace(WARNING, severity="error", got="\x00\x1b\ud800<&")
    [failure] = ElementTree.fromstring(build_junit(result_of(odd), "error")).iter("failure")
    assert (failure.get("message") or "").endswith("got ���<&")


def test_one_is_written_in_the_singular(capsys: Any) -> None:
    with Progress(["acme"]) as progress:
        progress.finish(result_of(WARNING))
    assert capsys.readouterr().err == "acme: 1 case, 1 finding, 1.0 s\n"


def test_a_mock_that_refuses_what_the_contract_allows_is_explained(check: Any) -> None:
    def refuse(method: str, path: str, answer: tiny.Answer) -> tiny.Answer:
        return (422, {"reason": "no"}) if answer[0] == 201 else answer

    assert "scripts/lint_specs.py" in check(tiny.serve(refuse)).advice
    assert check(tiny.serve()).advice == ""


def test_every_report_says_which_checks_judged_nothing_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    silent = (NotJudged("list-limit", None, "it was interrupted"), NotJudged("rule", None, "no phase"))
    operation = OperationResult("a", 1, 1, (), judged={"rule": 3})
    result = ProviderResult("acme", "http://x", 1.0, (operation,), not_judged=silent)
    assert result.silences == ["list-limit: it was interrupted", "rule (in part): no phase"]
    assert result.as_data()["not_judged"][0] == {
        "rule": "list-limit",
        "operation": None,
        "reason": "it was interrupted",
    }
    print_result([result], 1, Console(width=200))
    said = [capsys.readouterr().out, build_junit(result, "error").decode(), build_summary([result], 1)]
    said.append("\n".join(build_annotations([result])))
    assert [text for text in said if "it was interrupted" not in text] == []
