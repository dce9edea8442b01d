"""The command line as a judge: `--strict-exit`, `--check-replies`, `--speed 0`."""

import json
import os
import signal
import subprocess

import httpx2
import pytest

from tests.mock.test_server import command


@pytest.fixture
def run():
    """Return what runs the command, sends requests, ends it and returns its exit code and stderr."""

    def judge(words, *paths):
        process = subprocess.Popen(
            command("--port", "0", "--format", "json", *words),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            url = json.loads(process.stdout.readline())["url"]
            calls = (path if isinstance(path, tuple) else ("GET", path) for path in paths)
            headers = {"authorization": "Bearer demo-token"}
            replies = [httpx2.request(method, url + path, headers=headers) for method, path in calls]
            os.kill(process.pid, signal.SIGTERM)
            _, errors = process.communicate(timeout=20)
        finally:
            process.kill()
            process.communicate()
        return process.returncode, errors, replies

    return judge


def test_violations_end_in_exit_code_1_and_are_told(run):
    code, errors, _ = run(["press", "--strict-exit"], "/press/prints?stage=lost", "/press/prints")
    place = 'query parameter `stage`: expected one of: waiting, printing, printed, withdrawn, got `"lost"`'
    assert (code, errors) == (1, f"violation: press list_prints: {place}\n")


def test_only_the_first_violations_are_told(run):
    code, errors, _ = run(["press", "--strict-exit"], *["/press/print"] * 23)
    assert (code, errors.count("violation: "), errors.splitlines()[-1]) == (1, 20, "and 3 more")


def test_a_call_that_the_shown_state_forbids_is_a_violation(run):
    withdrawal = ("POST", "/press/prints/1/withdrawal")
    code, errors, (shown, reply) = run(["press", "--strict-exit"], "/press/prints/1", withdrawal)
    assert (shown.json()["stage"], reply.status_code, code) == ("printed", 200, 1)
    assert "press cancel_print: request: expected `cancel_print` only for a Print in " in errors
    assert "it was `printed` when `get_print` showed it last" in errors


def test_requests_that_fit_end_in_exit_code_0(run):
    assert run(["press", "--strict-exit"], "/press/prints", "/press/prints/99")[:2] == (0, "")


def test_violations_alone_do_not_fail_the_command(run):
    assert run(["press"], "/press/print")[:2] == (0, "")


def test_a_clock_that_stands_is_asked_for_by_speed_0(run):
    *_, (reply,) = run(["press", "--speed", "0"], "/_mock/clock")
    assert reply.json()["speed"] == 0


def test_the_replies_of_the_mock_are_checked_where_asked(monkeypatch):
    """The option reaches the mock; what a broken reply becomes is tested with the judge."""
    from mediatasks.cli import main, mock
    from tests.conftest import MADE_UP

    seen = []
    monkeypatch.setattr(mock, "serve", lambda served, *more: seen.append(served))
    assert main.main(["mock", "--contracts", str(MADE_UP), "--check-replies"]) == 0
    assert seen[0].services["render"].check is not None
