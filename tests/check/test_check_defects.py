"""One server per defect: each is found, by its rule, at its place; the right server is clean."""

from __future__ import annotations

import time
from typing import Any

import pytest
import tiny

from mediatasks.check import has_failed
from mediatasks.check.options import PHASES


def good(status: int) -> bool:
    return status < 300


def drop_state(method: str, path: str, answer: tiny.Answer) -> tiny.Answer:
    status, body = answer
    return (status, {k: v for k, v in body.items() if k != "state"}) if good(status) else answer


def id_as_text(method: str, path: str, answer: tiny.Answer) -> tiny.Answer:
    status, body = answer
    return (status, {**body, "id": str(body["id"])}) if good(status) else answer


def title_as_number(method: str, path: str, answer: tiny.Answer) -> tiny.Answer:
    status, body = answer
    return (status, {**body, "title": 7}) if good(status) else answer


def created_as_202(method: str, path: str, answer: tiny.Answer) -> tiny.Answer:
    return (202, answer[1]) if answer[0] == 201 else answer


def invalid_as_500(method: str, path: str, answer: tiny.Answer) -> tiny.Answer:
    return (500, answer[1]) if answer[0] == 422 else answer


def nothing_accepted(method: str, path: str, answer: tiny.Answer) -> tiny.Answer:
    return (404, {"reason": "gone"}) if method == "GET" and answer[0] == 200 else answer


def test_a_right_server_has_no_finding_in_any_phase(check: Any) -> None:
    result = check(tiny.serve(), phases=PHASES)
    assert result.findings == []
    assert all(o.accepted for o in result.operations)


def test_a_required_member_that_is_dropped_is_named(check: Any) -> None:
    result = check(tiny.serve(drop_state))
    found = {(f.operation, f.rule, f.place, f.expected) for f in result.findings}
    rule = "response-schema-conformance"
    assert ("get_job", rule, "(body)", "the member `state`") in found
    assert has_failed([result], "error")


def test_a_wrong_type_is_found_at_its_pointer(check: Any) -> None:
    [finding] = [f for f in check(tiny.serve(id_as_text)).findings if f.operation == "create_job"]
    assert (finding.place, finding.expected, finding.severity) == ("/id", "integer", "error")


def test_a_broken_inferred_fact_is_a_warning(check: Any) -> None:
    result = check(tiny.serve(title_as_number))
    assert {(f.place, f.severity, f.fact_status) for f in result.findings} == {
        ("/title", "warning", "inferred")
    }
    assert has_failed([result], "warning")
    assert not has_failed([result], "error")


def test_an_undocumented_status_is_found(check: Any) -> None:
    [finding] = check(tiny.serve(created_as_202)).findings
    assert (finding.operation, finding.rule) == ("create_job", "status-code-conformance")
    assert finding.expected == "a declared status: 201, 401, 422"
    assert finding.got.startswith("202: ")


def test_a_server_error_is_found(check: Any) -> None:
    findings = check(tiny.serve(invalid_as_500), phases=("coverage",)).findings
    assert {"create_job", "get_job"} == {f.operation for f in findings if f.rule == "not-a-server-error"}


def test_authentication_that_is_off_is_found(check: Any) -> None:
    found = check(tiny.serve(auth=False), phases=("probing", "coverage")).findings
    assert [(f.operation, f.rule) for f in found] == [
        ("create_job", "credentials-required"),
        ("get_job", "credentials-required"),
    ]
    assert found[0].expected == "a refusal of a request without credentials"
    assert "TINY_TOKEN" not in found[0].reproduce


def test_an_operation_without_an_accepted_case_is_an_error(check: Any) -> None:
    findings = check(tiny.serve(nothing_accepted)).findings
    [finding] = [f for f in findings if f.rule == "operation-accepted"]
    assert (finding.operation, finding.severity) == ("get_job", "error")


def test_a_reason_in_the_contract_excuses_an_operation_without_success(check: Any) -> None:
    def excuse(document: dict[str, Any]) -> None:
        document["paths"]["/jobs/{id}"]["get"]["x-no-success"] = "Jobs vanish at once."

    result = check(tiny.serve(nothing_accepted), tiny.build_contract(excuse), operations=("get_job",))
    assert result.findings == []
    assert result.operations[0].note == "Jobs vanish at once."


def test_an_operation_that_no_case_reaches_is_an_error(check: Any) -> None:
    findings = check(tiny.serve(), phases=("examples",)).findings
    assert [(f.operation, f.rule) for f in findings] == [("create_job", "operation-reached")]


@pytest.mark.parametrize(("stated", "found"), [("422", False), ("404", True)])
def test_not_found_by_the_status_of_the_contract_is_no_refusal(
    check: Any, stated: str, found: bool
) -> None:
    def state(document: dict[str, Any]) -> None:
        document["x-errors"]["missing"]["status"] = stated
        # With it, every case would ask for the job that exists.
        del document["paths"]["/jobs/{id}"]["get"]["parameters"][0]["example"]

    def missing_as_422(method: str, path: str, answer: tiny.Answer) -> tiny.Answer:
        return (422, answer[1]) if answer[0] == 404 else answer

    contract = tiny.build_contract(state)
    findings = check(tiny.serve(missing_as_422), contract, operations=("get_job",)).findings
    assert ("positive-data-acceptance" in {f.rule for f in findings}) is found


def test_the_same_deviation_is_one_finding(check: Any) -> None:
    findings = check(tiny.serve(id_as_text), operations=("create_job",)).findings
    assert len(findings) == 1
    assert findings[0].times > 1


def test_a_server_that_does_not_answer_stops_the_run(check: Any) -> None:
    def sleep(method: str, path: str, answer: tiny.Answer) -> tiny.Answer:
        time.sleep(0.3)
        return answer

    began = time.monotonic()
    [finding] = check(tiny.serve(sleep), timeout=0.1).findings
    assert (finding.rule, finding.severity) == ("reply-received", "error")
    assert finding.reproduce.startswith("curl ")
    assert time.monotonic() - began < 10


def test_two_runs_of_one_seed_send_the_same(check: Any) -> None:
    first, second = (
        [(o.operation, o.cases) for o in check(tiny.serve(), seed=3).operations] for _ in range(2)
    )
    assert first == second
