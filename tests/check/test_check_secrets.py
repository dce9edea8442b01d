"""No secret leaves the run: not in findings, not in files; commands name the variable."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import tiny

from mediatasks.exchange.http.curl import curl_command
from mediatasks.exchange.placement import Placement
from mediatasks.exchange.redaction import Redactor

HEADER = Placement("header", "api-key", "s3cret-value", "$ACME_KEY")
QUERY = Placement("query", "key", "a b&c=", "$ACME_QUERY")
BODY = Placement("body", "/user", 1, "$ACME_USER")
MASK = Redactor([HEADER, QUERY, BODY])


def test_no_report_holds_the_secret(check: Any, tmp_path: Path) -> None:
    def echo(method: str, path: str, answer: tiny.Answer) -> tiny.Answer:
        return answer[0], {**answer[1], "echo": tiny.TOKEN, "id": "wrong"}

    result = check(tiny.serve(echo), reports=("junit", "html", "har"), report_dir=tmp_path)
    texts = [Path(f).read_text() for f in result.reports] + [json.dumps(result.as_data())]
    assert len(texts) == 4
    assert not [t for t in texts if tiny.TOKEN in t]
    assert all("$TINY_TOKEN" in t for t in texts)


def test_the_report_of_requests_holds_those_of_probing_too(check: Any, tmp_path: Path) -> None:
    result = check(tiny.serve(), phases=("probing", "examples"), reports=("har",), report_dir=tmp_path)
    [path] = result.reports
    entries = json.loads(Path(path).read_text())["log"]["entries"]
    sent = [header["value"] for entry in entries for header in entry["request"]["headers"]]
    # Only the rule `credentials-required` sends it, while probing.
    assert any("wrong-credential" in value for value in sent)


def test_junit_is_written_for_a_run_of_probing_alone(check: Any, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    result = check(tiny.serve(), phases=("probing",), reports=("junit",), report_dir=folder)
    assert Path(result.reports[0]).read_text().startswith("<?xml")


def test_what_only_says_who_calls_is_left_alone_elsewhere() -> None:
    redactor = Redactor([Placement("header", "client", "demo-client", "$ACME_CLIENT", secret=False)])
    assert redactor.headers({"client": ["demo-client"]}) == {"client": ["$ACME_CLIENT"]}
    assert redactor.text("https://demo-client.example.org") == "https://demo-client.example.org"


def test_a_secret_is_masked_in_header_query_and_body() -> None:
    assert MASK.headers({"Api-Key": ["s3cret-value"]}) == {"Api-Key": ["$ACME_KEY"]}
    assert MASK.url("http://x/y?key=a+b%26c%3D&z=1") == "http://x/y?key=$ACME_QUERY&z=1"
    assert MASK.body(b'{"user": 1, "n": 1}') == b'{"user": "$ACME_USER", "n": 1}'


def test_a_short_secret_elsewhere_is_left_alone() -> None:
    assert MASK.data(b'{"n": 1}') == b'{"n": 1}'


def test_a_wrong_value_in_the_place_of_a_secret_stays_visible() -> None:
    assert MASK.headers({"api-key": ["guess"]}) == {"api-key": ["guess"]}
    assert MASK.body(b'{"user": 2}') == b'{"user": 2}'


@pytest.mark.parametrize("text", ["plain", "it's", "a\nb\x1b[31m", "ü€", 'say "x" $HOME `id`', "\\x41"])
def test_a_shell_reads_the_command_as_it_was_sent(text: str) -> None:
    body = json.dumps({"user": "$ACME_USER", "t": text}, ensure_ascii=False).encode()
    command = curl_command("POST", "http://x/?key=$ACME_QUERY", {"k": [text]}, body, MASK)
    script = command.replace("curl ", "printf '%s\\0' ", 1)
    environment = {"ACME_USER": "1", "ACME_QUERY": "q", "PATH": "/usr/bin:/bin"}
    run = subprocess.run(["bash", "-c", script], capture_output=True, env=environment, check=True)
    words = run.stdout.split(b"\0")
    assert words[4] == f"k: {text}".encode()
    assert json.loads(words[6]) == {"user": 1, "t": text}
    assert words[7] == b"http://x/?key=q"


def test_a_command_holds_nothing_that_a_terminal_acts_on() -> None:
    command = curl_command("POST", "http://x/", {}, b"\x1b[2J\xff", MASK)
    assert command.isprintable()
