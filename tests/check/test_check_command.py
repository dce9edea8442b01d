"""`mediatasks check` as a command: exit codes, JSON, messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tiny

from mediatasks.cli.main import main

QUICK = ["--max-examples", "3", "--phases", "fuzzing"]


pytestmark = pytest.mark.usefixtures("quick_jobs")


@pytest.fixture
def contracts(tmp_path: Path) -> str:
    folder = tmp_path / "contracts" / "tiny"
    folder.mkdir(parents=True)
    (folder / "openapi.yaml").write_text(json.dumps(tiny.build_document()))
    return str(folder.parent)


def run_check(contracts: str, url: str, *words: str) -> int:
    given = ["--credential", f"token={tiny.TOKEN}"]
    return main(
        ["check", "tiny", "--contracts", contracts, "--url", url, "--allow-writes", *given, *QUICK, *words]
    )


def wrong_type(method: str, path: str, answer: tiny.Answer) -> tiny.Answer:
    status, body = answer
    return (status, {**body, "id": "1"}) if status < 300 else answer


def test_a_right_server_ends_with_0(contracts: str, capsys: Any) -> None:
    with tiny.listening(tiny.serve()) as url:
        assert run_check(contracts, url) == 0
    assert "0 errors, 0 warnings (seed 1)" in capsys.readouterr().out


def test_a_broken_server_ends_with_1_and_names_the_place(contracts: str, capsys: Any) -> None:
    with tiny.listening(tiny.serve(wrong_type)) as url:
        assert run_check(contracts, url) == 1
    out = capsys.readouterr().out
    assert "error[response-schema-conformance] tiny get_job: /id\n  expected integer" in out


def test_json_holds_every_finding(contracts: str, capsys: Any) -> None:
    with tiny.listening(tiny.serve(wrong_type)) as url:
        assert run_check(contracts, url, "--format", "json") == 1
    data = json.loads(capsys.readouterr().out)
    operations = data["providers"][0]["operations"]
    assert data["seed"] == 1
    assert data["summary"]["errors"] == sum(len(o["findings"]) for o in operations) == 2
    assert {f["place"] for o in operations for f in o["findings"]} == {"/id"}


def test_an_unreachable_server_ends_with_2_and_one_message(contracts: str, capsys: Any) -> None:
    assert run_check(contracts, "http://127.0.0.1:9") == 2
    error = capsys.readouterr().err
    assert "error: `tiny`: no HTTP server answers at http://127.0.0.1:9" in error
    assert "Traceback" not in error


def test_a_url_that_is_not_the_providers_ends_with_2(contracts: str, capsys: Any, tmp_path: Path) -> None:
    def nowhere(method: str, path: str, answer: tiny.Answer) -> tiny.Answer:
        return 404, {}

    with tiny.listening(tiny.serve(nowhere)) as url:
        # An open report must not keep the process of the run alive.
        assert run_check(contracts, url, "--report", "har", "--report-dir", str(tmp_path)) == 2
    assert "is this the provider's base URL?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["tiny", "--phases", "fuzing"], "no phase `fuzing`; did you mean `fuzzing`?"),
        (["tiny", "--phases", ""], "no phase to run"),
        (["tiny", "--report", "pdf"], "no report `pdf`; valid: har, html, junit"),
        (["tiny", "--max-examples", "0"], "expected 1 to 100000, got 0"),
        (["tiny", "--url", "localhost:8420"], "is not an http or https URL"),
        (["tiny", "--url", "http://x:99999"], "is not valid"),
        (["tiny", "--url", "http://me:secret@x"], "use --credential instead"),
        (["tiny", "--url", "http://127.0.0.1:9"], "`--credential token=VALUE` (or $TINY_TOKEN)"),
        (["tiny", "--credential", "tokn=x"], "no credential `tokn`; did you mean `token`?"),
        (["tiny", "--credential", "secret"], "takes NAME=VALUE"),
        (["tiny", "--operation", "get_jobs"], "no operation `get_jobs`; did you mean `get_job`?"),
        (["tny"], "no provider `tny`; did you mean `tiny`?"),
    ],
)
def test_bad_input_ends_with_2_before_a_request(
    contracts: str, capsys: Any, words: list[str], said: str
) -> None:
    assert main(["check", "--contracts", contracts, *words]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "secret" not in error


def test_a_folder_for_reports_that_cannot_be_made_ends_with_2(contracts: str, capsys: Any) -> None:
    with tiny.listening(tiny.serve()) as url:
        assert run_check(contracts, url, "--report", "junit", "--report-dir", "/proc/none") == 2
    assert "cannot be written" in capsys.readouterr().err
