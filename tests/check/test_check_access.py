"""Credentials: a server that refuses the given ones, and one that takes any."""

from __future__ import annotations

from typing import Any

import pytest
import tiny

from mediatasks.check.options import PHASES
from mediatasks.errors import UsageError
from mediatasks.judge.finding import Finding

REFUSAL = {"reason": "not you"}


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_refuses_everything_is_one_message_that_names_the_variable(
    check: Any, status: int
) -> None:
    with pytest.raises(UsageError, match=r"answered 401 or 403\nset \$TINY_TOKEN to "):
        check(tiny.serve(lambda method, path, answer: (status, REFUSAL)))


def test_a_server_that_looks_at_the_request_first_is_told_apart_too(check: Any) -> None:
    def refuse(method: str, path: str, answer: tiny.Answer) -> tiny.Answer:
        return (401, REFUSAL) if answer[0] < 300 else answer

    with pytest.raises(UsageError, match="TINY_TOKEN"):
        check(tiny.serve(refuse), phases=("coverage", "fuzzing"))


def test_a_refused_operation_beside_an_accepted_one_is_a_finding(check: Any) -> None:
    def refuse(method: str, path: str, answer: tiny.Answer) -> tiny.Answer:
        return (403, REFUSAL) if method == "POST" else answer

    findings = check(tiny.serve(refuse)).findings
    assert ("create_job", "operation-accepted") in {(f.operation, f.rule) for f in findings}


def test_a_server_that_refuses_everything_is_left_after_a_phase(check: Any) -> None:
    def count(phases: tuple[str, ...]) -> int:
        seen: list[str] = []

        def refuse(method: str, path: str, answer: tiny.Answer) -> tiny.Answer:
            seen.append(path)
            return 401, REFUSAL

        with pytest.raises(UsageError):
            check(tiny.serve(refuse), phases=phases)
        return len(seen)

    assert count(PHASES) == count(("probing", "examples", "coverage"))


def test_access_without_credentials_is_one_error_per_operation(check: Any) -> None:
    findings = check(tiny.serve(auth=False), phases=PHASES, max_examples=10).findings
    assert [(f.operation, f.rule, f.severity) for f in findings] == [
        ("create_job", "credentials-required", "error"),
        ("get_job", "credentials-required", "error"),
    ]
    assert {f.expected for f in findings} == {"a refusal of a request without credentials"}
    assert not [f for f in findings if "Authorization" in f.reproduce]


def take_any_header(environ: dict[str, Any], start: Any) -> Any:
    """Ask for credentials, and take wrong ones."""
    if "HTTP_AUTHORIZATION" in environ:
        environ["HTTP_AUTHORIZATION"] = f"Bearer {tiny.TOKEN}"
    return SERVER(environ, start)


SERVER = tiny.serve()


def test_wrong_credentials_are_called_wrong_and_stand_in_the_command(check: Any) -> None:
    found: list[Finding] = check(take_any_header, phases=PHASES, max_examples=10).findings
    assert {f.rule for f in found} == {"credentials-required"}
    assert {f.expected for f in found} == {
        "a refusal of a request with another value in the header `Authorization`"
    }
    assert all("Authorization" in f.reproduce for f in found)
    assert not [f for f in found if "$TINY_TOKEN" in f.reproduce]


def test_a_bad_request_that_is_accepted_with_the_right_credentials_is_no_matter_of_access(
    check: Any,
) -> None:
    def accept(method: str, path: str, answer: tiny.Answer) -> tiny.Answer:
        return (201, {"id": 1, "state": "done"}) if answer[0] == 422 and path == "/jobs" else answer

    findings = check(tiny.serve(accept), operations=("create_job",)).findings
    assert {f.rule for f in findings} == {"negative-data-rejection"}
