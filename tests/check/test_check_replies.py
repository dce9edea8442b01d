"""What a server answers besides the contract: unreadable bodies, undeclared methods."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
import tiny

Reply = tuple[int, list[tuple[str, str]], Iterable[bytes]]
JSON = ("Content-Type", "application/json")


def around(change: Callable[[str, Reply], Reply]) -> Any:
    """Return the right server, each of whose replies `change` may change by method."""
    inner = tiny.serve()

    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        said: list[Any] = []
        body = inner(environ, lambda status, headers: said.extend((status, headers)))
        reply = (int(said[0].split()[0]), said[1], body)
        status, headers, body = change(environ["REQUEST_METHOD"], reply)
        start(f"{status} X", headers)
        return body

    return app


def succeed_with(headers: list[tuple[str, str]], body: bytes) -> Any:
    return around(lambda method, r: (r[0], headers, [body]) if r[0] < 300 else r)


def forget_allow(method: str, reply: Reply) -> Reply:
    return reply[0], [h for h in reply[1] if h[0] != "Allow"], reply[2]


def infer_everything(document: dict[str, Any]) -> None:
    holders = [*document["components"]["schemas"].values()]
    holders += [o for item in document["paths"].values() for o in item.values()]
    for holder in holders:
        holder.pop("x-provenance", None)


@pytest.mark.parametrize(
    ("headers", "body", "rule", "got"),
    [
        ([JSON], b"", "response-schema-conformance", "an empty body"),
        (
            [JSON],
            b"<html>",
            "response-schema-conformance",
            "malformed JSON at byte 0 (line 1, column 1): expected a value, found `<`: <html>",
        ),
        ([("Content-Type", "text/html")], b"<html>", "content-type-conformance", "text/html"),
        ([], b"", "content-type-conformance", "no such header, and an empty body"),
    ],
)
def test_an_unreadable_success_is_one_error_and_never_accepted(
    check: Any, headers: Any, body: bytes, rule: str, got: str
) -> None:
    result = check(succeed_with(headers, body), tiny.build_contract(infer_everything))
    assert [o.accepted for o in result.operations] == [0, 0]
    found = [f for f in result.findings if f.rule != "operation-accepted"]
    assert [(f.severity, f.rule, f.got) for f in found] == [("error", rule, got)] * 2


@pytest.mark.parametrize("headers", [[JSON], [("Content-Type", "text/html")]])
def test_the_fact_of_an_unreadable_success_is_that_of_its_schema(check: Any, headers: Any) -> None:
    def infer_operations(document: dict[str, Any]) -> None:
        for item in document["paths"].values():
            for operation in item.values():
                operation.pop("x-provenance")

    findings = check(succeed_with(headers, b"x"), tiny.build_contract(infer_operations)).findings
    statuses = {f.fact_status for f in findings if f.rule != "operation-accepted"}
    assert statuses == {"documented"}


def test_a_content_type_with_parameters_is_the_declared_one(check: Any) -> None:
    headers = [("Content-Type", "Application/JSON; charset=utf-8")]
    result = check(succeed_with(headers, b'{"id": 1, "state": "done"}'))
    assert result.findings == []
    assert all(o.accepted for o in result.operations)


def test_a_501_to_an_undeclared_method_is_right(check: Any) -> None:
    def refuse(method: str, reply: Reply) -> Reply:
        return (501, *reply[1:]) if reply[0] == 405 else reply

    assert check(around(refuse), phases=("coverage",)).findings == []


def test_a_501_to_a_declared_method_is_an_error(check: Any) -> None:
    def refuse(method: str, reply: Reply) -> Reply:
        return (501, *reply[1:]) if reply[0] == 201 else reply

    findings = check(around(refuse)).findings
    assert ("create_job", "not-a-server-error") in {(f.operation, f.rule) for f in findings}


def test_a_missing_allow_header_is_one_warning_per_provider(check: Any) -> None:
    [finding] = check(around(forget_allow), phases=("coverage",)).findings
    assert (finding.severity, finding.fact_status) == ("warning", "inferred")
    assert finding.note == "no Allow header with 405: 2 operations"
    assert finding.expected.startswith("an Allow header with the 405 for ")
    assert finding.got == "none"
    assert finding.times > 2


def test_another_status_for_undeclared_methods_is_one_warning_per_provider(check: Any) -> None:
    def ignore(method: str, reply: Reply) -> Reply:
        return (400, *reply[1:]) if reply[0] == 405 else reply

    [finding] = check(around(ignore), phases=("coverage",)).findings
    assert finding.note == "another status than 405: 2 operations"
    assert (finding.place, finding.severity) == ("status", "warning")
