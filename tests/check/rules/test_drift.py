"""What a contract does not know is drift, once; what HTTP and free-form objects may hold is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from mediatasks.exchange.http.headers import is_common
from mediatasks.judge.rule import read_rules
from mediatasks.mock import MockReply, MockRequest
from tests.check.rules import changed_replies as wrong

RULES = [name for name in read_rules() if name.startswith("drift-")]
# With the checks of schemathesis that look at the same things.
PHASES = ("probing", "examples")


def drift(change: wrong.Change, provider: str = "press", rules: Any = (), phases: Any = PHASES) -> Any:
    found = wrong.find(provider, change, rules, phases)
    assert {f.severity for f in found} <= {"drift"}
    return {(f.rule, f.place) for f in found}


def with_header(name: str, value: str) -> wrong.Change:
    return lambda request, reply: replace(reply, headers={**reply.headers, name: value})


def on_print(change: Callable[[dict[str, Any]], dict[str, Any]]) -> wrong.Change:
    """Change each print in a reply: one, or those of a list."""

    def apply(body: Any) -> Any:
        if isinstance(body, list):
            return [change(element) for element in body]
        return change(body) if "number" in body else body

    return wrong.on_body(apply)


@pytest.mark.parametrize("provider", [*wrong.SHIPPED.names, *wrong.MADE_UP.names])
def test_a_mock_shows_nothing_that_its_contract_does_not_know(provider: str) -> None:
    assert wrong.find(provider, None, RULES, ("probing", "examples", "stateful")) == []


# drift-field


def test_a_new_member_is_one_finding_per_operation_and_place() -> None:
    found = wrong.find("press", on_print(lambda p: {**p, "ink": "red"}), (), PHASES)
    assert {f.severity for f in found} == {"drift"}
    assert sorted((f.operation, f.rule, f.place) for f in found) == [
        ("cancel_print", "drift-field", "/ink"),
        ("create_print", "drift-field", "/ink"),
        ("get_print", "drift-field", "/ink"),
        ("list_prints", "drift-field", "/0/ink"),
    ]
    assert found[0].expected == "no member besides number, title, copies, stage, reason, created"
    assert found[0].fact_status == "documented"


def test_a_new_member_of_a_failure_is_found() -> None:
    found = drift(wrong.on_body(lambda b: {**b, "trace": 1}, 422))
    assert found == {("drift-field", "/trace")}


def test_a_new_member_in_and_around_rpc_elements_is_found() -> None:
    def add(body: Any) -> Any:
        replies = [{**r, "took": 3} for r in body.get("reply", [])]
        return {**body, "reply": replies, "version": 2} if replies else body

    found = drift(wrong.on_body(add), "boro", RULES)
    assert {"/reply/0/took", "/version"} <= {place for _, place in found}


def test_a_member_of_another_methods_result_is_found_in_a_batch() -> None:
    def add(body: Any) -> Any:
        for reply in body.get("reply", [])[1:]:
            if reply.get("method") == "TemplateList" and reply.get("result"):
                reply["result"][0]["task_page"] = "x"
        return body

    assert ("drift-field", "/reply/2/result/0/task_page") in drift(wrong.on_body(add), "boro", RULES)


def test_free_form_objects_are_free() -> None:
    def fill(body: Any) -> Any:
        content = (
            (body.get("params") or {}).get("exportData", {}).get("content")
            if isinstance(body, dict)
            else None
        )
        if content is not None:
            content["anything"] = {"at": "all"}
        return body

    assert drift(wrong.on_body(fill), "livepeer", RULES) == set()


# drift-value


def test_a_new_value_of_an_enumeration_is_drift_and_no_broken_schema() -> None:
    found = wrong.find("press", on_print(lambda p: {**p, "stage": "binding"}), (), ("probing", "examples"))
    assert {(f.rule, f.severity) for f in found} >= {("drift-value", "drift")}
    assert "response-schema-conformance" not in {f.rule for f in found}
    [finding] = [f for f in found if f.rule == "drift-value" and f.operation == "get_print"]
    assert (finding.place, finding.expected, finding.got) == (
        "/stage",
        "one of: waiting, printing, printed, withdrawn",
        "`binding`",
    )


def test_a_value_of_another_type_is_a_broken_schema_and_no_drift() -> None:
    found = wrong.find(
        "press",
        on_print(lambda p: {**p, "stage": 7}),
        ["drift-value", "response-schema-conformance"],
        PHASES,
    )
    assert {f.rule for f in found} == {"response-schema-conformance"}


def test_an_open_enumeration_knows_its_examples() -> None:
    def change(body: Any) -> Any:
        return {**body, "status": "resting"} if isinstance(body, dict) and "status" in body else body

    assert ("drift-value", "/status") in drift(wrong.on_body(change), "vionlabs", ["drift-value"])


def test_a_new_value_in_an_rpc_result_is_found() -> None:
    def change(body: Any) -> Any:
        for reply in body.get("reply", []):
            for task in reply.get("result") or []:
                task.update({"status": "Resting"} if task.get("status") == "Completed" else {})
        return body

    found = drift(wrong.on_body(change), "boro", ["drift-value"])
    assert ("drift-value", "/reply/0/result/0/status") in found


def test_what_a_request_wrote_may_come_back() -> None:
    kept: dict[str, Any] = {}

    def keep(request: MockRequest, reply: MockReply) -> MockReply:
        asked, body = wrong.body_of(request), wrong.body_of(reply)
        if request.method == "POST" and isinstance(asked, dict) and reply.status == 201:
            kept.update({n: v for n, v in asked.items() if n not in ("title", "copies")})
        if isinstance(body, dict) and "number" in body:
            return wrong.with_body(reply, {**body, **kept})
        return reply

    phases = ("probing", "examples", "coverage", "fuzzing", "stateful")
    assert wrong.find("press", keep, ["drift-field"], phases) == []
    assert kept


# drift-status


@pytest.mark.parametrize(("old", "new"), [(422, 418), (404, 410), (401, 419)])
def test_an_undeclared_failure_is_drift_and_nothing_else(old: int, new: int) -> None:
    def other(request: MockRequest, reply: MockReply) -> MockReply:
        return replace(reply, status=new) if reply.status == old else reply

    found = wrong.find("press", other, ["drift-status", "status-code-conformance"], PHASES)
    assert found
    assert {(f.rule, f.place, f.severity) for f in found} == {("drift-status", "status", "drift")}


def test_an_undeclared_success_is_an_error_and_no_drift() -> None:
    def other(request: MockRequest, reply: MockReply) -> MockReply:
        return replace(reply, status=202) if reply.status == 201 else reply

    found = wrong.find("press", other, [*RULES, "status-code-conformance"], PHASES)
    assert {(f.rule, f.severity) for f in found} == {("status-code-conformance", "error")}


@pytest.mark.parametrize("status", [408, 413, 414, 431])
def test_what_http_answers_to_a_message_is_no_drift(status: int) -> None:
    def other(request: MockRequest, reply: MockReply) -> MockReply:
        return replace(reply, status=status) if reply.status == 422 else reply

    assert drift(other, rules=["drift-status", "status-code-conformance"]) == set()


# drift-header


def test_a_header_of_its_own_is_found() -> None:
    found = drift(with_header("x-queue-depth", "3"), rules=RULES)
    assert found == {("drift-header", "header x-queue-depth")}


def test_a_declared_header_is_right_only_where_it_is_declared() -> None:
    found = wrong.find("livepeer", with_header("x-total-count", "3"), ["drift-header"])
    assert "list_tasks" in {f.operation for f in found}
    assert not [f for f in found if f.operation == "list_tasks" and f.fact == "list_tasks 200"]
    assert "get_task 200" in {f.fact for f in found}


COMMON = [
    "access-control-allow-origin",
    "cache-control",
    "cf-ray",
    "content-security-policy",
    "date",
    "etag",
    "retry-after",
    "server",
    "strict-transport-security",
    "vary",
    "x-ratelimit-remaining",
    "x-request-id",
]


@pytest.mark.parametrize("name", COMMON)
def test_headers_of_http_and_of_carriers_are_no_drift(name: str) -> None:
    assert is_common(name)


# drift-content-type


@pytest.mark.parametrize(
    "name", ["application/problem+json", "text/json", "application/hal+json; charset=utf-8"]
)
def test_json_under_another_name_is_drift_and_nothing_else(name: str) -> None:
    assert drift(with_header("content-type", name)) == {("drift-content-type", "header Content-Type")}


@pytest.mark.parametrize("name", ["application/json; charset=utf-8", "Application/JSON"])
def test_the_declared_type_with_parameters_or_in_capitals_is_right(name: str) -> None:
    assert drift(with_header("content-type", name)) == set()


def test_a_type_that_cannot_be_read_is_an_error_and_no_drift() -> None:
    rules = [*RULES, "content-type-conformance", "response-schema-conformance"]
    found = wrong.find("press", with_header("content-type", "text/html"), rules, PHASES)
    assert {f.rule for f in found} == {"content-type-conformance"}


def test_a_body_of_a_success_without_one_is_drift() -> None:
    def bare(document: dict[str, Any]) -> None:
        del document["paths"]["/prints/{number}/withdrawal"]["post"]["responses"]["200"]["content"]
        document["x-lifecycle"]["Print"]["operations"]["cancel_print"]["reply"] = {}

    contract = wrong.changed("press", bare)

    def answer(request: MockRequest, reply: MockReply) -> MockReply:
        withdrawn = request.path.endswith("/withdrawal") and reply.status == 200
        return replace(reply, body=b"{}", headers={"content-type": "text/plain"}) if withdrawn else reply

    found = wrong.find(contract, answer, ["drift-content-type"], PHASES)
    assert [(f.operation, f.expected) for f in found] == [
        ("cancel_print", "no body, for the contract declares none")
    ]
