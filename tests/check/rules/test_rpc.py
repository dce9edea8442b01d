"""The rules of RPC envelopes: the right servers are clean, each wrong one is found by its rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from mediatasks.judge.finding import Finding
from mediatasks.judge.rule import read_rules
from mediatasks.mock import MockReply, MockRequest
from tests.check.rules import changed_replies as wrong

RULES = [name for name in read_rules() if name.startswith("rpc-")]
Elements = list[dict[str, Any]]


def boro(change: Callable[[Elements, Elements], Elements], rule: str, **options: Any) -> list[Finding]:
    """Change the reply elements of Boro, given the calls, and return what one rule finds."""

    def apply(request: MockRequest, reply: MockReply) -> MockReply:
        asked, body = wrong.body_of(request), wrong.body_of(reply)
        if not isinstance(body, dict) or "reply" not in body:
            return reply
        return wrong.with_body(reply, {**body, "reply": change(asked["methods"], body["reply"])})

    found = wrong.find("boro", apply, [rule], **options)
    assert {f.rule for f in found} <= {rule}
    return found


def each(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Elements, Elements], Elements]:
    return lambda calls, replies: [change(dict(r)) for r in replies]


def render(change: Callable[[dict[str, Any]], dict[str, Any]], rule: str) -> list[Finding]:
    """Change the replies of the made-up provider, and return what one rule finds."""
    return wrong.find("render", wrong.on_body(change), [rule])


@pytest.mark.parametrize("provider", ["boro", "render"])
def test_a_right_server_is_clean(provider: str) -> None:
    assert wrong.find(provider, None, RULES) == []


# rpc-reply-count


@pytest.mark.parametrize(
    ("change", "got"),
    [
        (lambda calls, replies: replies * 2, "2 elements"),
        (lambda calls, replies: [*replies, {"error": "one more"}], "2 elements"),
        (lambda calls, replies: [], "0 elements"),
    ],
)
def test_another_number_of_elements_than_calls_is_found(change: Any, got: str) -> None:
    found = boro(change, "rpc-reply-count")
    assert ("/reply", "1 element, as many as calls", got) in {(f.place, f.expected, f.got) for f in found}


def test_a_batch_that_lacks_its_last_element_is_found() -> None:
    found = boro(lambda calls, replies: replies[: max(1, len(replies) - 1)], "rpc-reply-count")
    assert found
    assert not [f for f in found if f.expected.startswith("1 ")]


def test_one_error_of_the_whole_request_stands_for_all_calls() -> None:
    assert boro(lambda calls, replies: [{"error": "user 1 is unavailable"}], "rpc-reply-count") == []


# rpc-id-echo


def bear(call_id: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda r: {**r, "id": call_id} if "id" in r else r


@pytest.mark.parametrize("provider", ["boro", "render"])
def test_an_id_that_is_not_the_calls_is_found(provider: str) -> None:
    if provider == "boro":
        found = boro(each(bear(77)), "rpc-id-echo")
    else:
        found = render(lambda r: {**r, "ticket": 77} if "ticket" in r else r, "rpc-id-echo")
    assert found
    assert {f.got for f in found} == {"`77`"}


def test_an_error_without_the_id_of_its_call_is_found() -> None:
    def drop(r: dict[str, Any]) -> dict[str, Any]:
        return {n: v for n, v in r.items() if n != "id"} if "error" in r else r

    found = boro(each(drop), "rpc-id-echo")
    assert {f.got for f in found} == {"no id"}


def test_ids_of_calls_of_different_methods_that_are_swapped_are_found() -> None:
    def swap(calls: Elements, replies: Elements) -> Elements:
        if len(replies) < 2 or "id" not in replies[0] or replies[0]["method"] == replies[1]["method"]:
            return replies
        first, second, *rest = replies
        return [{**first, "id": second["id"]}, {**second, "id": first["id"]}, *rest]

    found = wrong.find("boro", _on_elements(swap), ["rpc-id-echo", "rpc-batch"])
    assert {f.rule for f in found} == {"rpc-id-echo"}
    assert all(f.expected.startswith("the reply of `") for f in found)


def _on_elements(change: Callable[[Elements, Elements], Elements]) -> wrong.Change:
    def apply(request: MockRequest, reply: MockReply) -> MockReply:
        body = wrong.body_of(reply)
        if not isinstance(body, dict) or "reply" not in body:
            return reply
        calls = wrong.body_of(request)["methods"]
        return wrong.with_body(reply, {**body, "reply": change(calls, body["reply"])})

    return apply


def test_swapped_ids_of_calls_of_one_method_are_found_by_their_results() -> None:
    def swap(calls: Elements, replies: Elements) -> Elements:
        if len(replies) != 2 or not all("id" in r for r in replies):
            return replies
        first, second = replies
        return [{**first, "id": second["id"]}, {**second, "id": first["id"]}]

    found = boro(swap, "rpc-id-echo")
    assert {f.got for f in found} == {"the result of the other call"}


def test_elements_in_another_order_with_their_ids_are_right() -> None:
    def turn(calls: Elements, replies: Elements) -> Elements:
        return replies[::-1] if all("id" in r for r in replies) else replies

    assert wrong.find("boro", _on_elements(turn), RULES) == []


# rpc-result-or-error


@pytest.mark.parametrize(
    ("change", "got"),
    [
        (lambda r: {**r, "error": "x"}, "a result and an error"),
        (lambda r: {**r, "result": r.get("result", [])}, "a result and an error"),
        (lambda r: {n: v for n, v in r.items() if n not in ("result", "error")}, "neither"),
    ],
)
def test_both_or_neither_of_result_and_error_is_found(change: Any, got: str) -> None:
    found = boro(each(change), "rpc-result-or-error")
    assert found
    assert {(f.got, f.place) for f in found} <= {(got, f"/reply/{i}") for i in range(4)}


def test_both_is_found_where_the_envelope_is_the_body() -> None:
    found = render(lambda r: {**r, "fault": {"text": "x"}}, "rpc-result-or-error")
    assert {(f.place, f.got) for f in found} == {("(body)", "a result and an error")}


def test_elements_beside_an_error_of_the_whole_request_are_found() -> None:
    found = wrong.find("boro", wrong.on_body(lambda b: {**b, "error": "x"}), ["rpc-result-or-error"])
    assert "a result and an error of the whole request" in {f.got for f in found}


# rpc-unknown-method


def of_unknown(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    return each(lambda r: change(r) if str(r.get("method")).startswith("Mediatasks") else r)


def test_a_result_of_an_unknown_method_is_found() -> None:
    found = boro(of_unknown(lambda r: {"method": r["method"], "result": []}), "rpc-unknown-method")
    assert {f.expected for f in found} == {"an error of the call, for there is no such method"}


def test_another_text_than_the_stated_one_is_found_in_both_envelopes() -> None:
    found = boro(of_unknown(lambda r: {**r, "error": "what?"}), "rpc-unknown-method")
    assert [(f.place, f.expected) for f in found] == [
        ("/reply/0/error", "the text `Undefined method 'MediatasksUnknown'`")
    ]

    def other(r: dict[str, Any]) -> dict[str, Any]:
        return {**r, "fault": {"text": "what?"}} if "fault" in r else r

    [finding] = render(other, "rpc-unknown-method")
    assert finding.expected == "the text `cannot do MediatasksUnknown`"


def test_a_batch_that_fails_for_an_unknown_method_is_found() -> None:
    def fail(calls: Elements, replies: Elements) -> Elements:
        unknown = any(str(c["method"]).startswith("Mediatasks") for c in calls)
        return (
            [{"method": c["method"], "error": "no"} for c in calls]
            if unknown and len(calls) > 1
            else replies
        )

    [finding] = boro(fail, "rpc-unknown-method")
    assert finding.expected.startswith("the result of the known method")


# rpc-broken-params


@pytest.mark.parametrize("provider", ["boro", "render"])
def test_a_result_for_broken_params_is_found(provider: str) -> None:
    if provider == "boro":
        found = boro(
            each(lambda r: {"method": r["method"], "result": []} if "error" in r else r),
            "rpc-broken-params",
        )
        said = {(f.operation, f.expected) for f in found}
        assert ("task_start", "an error for a call without the param `tasks`") in said
        assert ("task_stop", "an error for a call whose param `task_ids` is of type object") in said
    else:
        found = render(lambda r: {"ticket": 1, "outcome": {}} if "fault" in r else r, "rpc-broken-params")
        assert "an error for a call whose params are no object" in {f.expected for f in found}


def test_broken_params_that_are_carried_out_are_found() -> None:
    right = wrong.contract_of("boro")

    def mend(request: MockRequest, reply: MockReply) -> MockReply:
        body = wrong.body_of(reply)
        if "error" not in str(body):
            return reply
        return wrong.with_body(reply, {"reply": [{"method": "TaskReport", "result": [], "id": 1}]})

    found = wrong.find(right, mend, ["rpc-broken-params"])
    assert {f.operation for f in found} == set(right.operations)


# rpc-batch


def test_a_batch_of_which_only_the_first_call_is_carried_out_is_found() -> None:
    def cut(calls: Elements, replies: Elements) -> Elements:
        rest = [{"method": r["method"], "error": "too many"} for r in replies[1:]]
        return [replies[0], *rest]

    found = boro(cut, "rpc-batch")
    assert "what the call gives alone" in {f.expected for f in found}


def test_a_failing_call_that_takes_the_others_with_it_is_found() -> None:
    def spoil(calls: Elements, replies: Elements) -> Elements:
        fails = len(replies) > 1 and any("error" in r for r in replies)
        return [{"method": r["method"], "error": "no"} for r in replies] if fails else replies

    found = boro(spoil, "rpc-batch")
    assert {f.expected for f in found} == {"what the call gives alone, for only another call fails"}


def test_elements_in_another_order_without_ids_are_found() -> None:
    def turn(calls: Elements, replies: Elements) -> Elements:
        return replies if any("id" in r for r in replies) else replies[::-1]

    assert boro(turn, "rpc-batch")


def test_a_batch_without_calls_that_gets_a_result_is_found() -> None:
    def answer(request: MockRequest, reply: MockReply) -> MockReply:
        empty = (wrong.body_of(request) or {}).get("methods") == []
        return (
            wrong.with_body(reply, {"reply": [{"method": "TaskReport", "result": []}]}) if empty else reply
        )

    [finding] = wrong.find("boro", answer, ["rpc-batch"])
    assert finding.expected == "an error, or no element, for a batch without calls"


def test_a_batch_without_calls_that_makes_the_server_fail_is_found() -> None:
    def fail(request: MockRequest, reply: MockReply) -> MockReply:
        empty = (wrong.body_of(request) or {}).get("methods") == []
        return replace(reply, status=500) if empty else reply

    assert len(wrong.find("boro", fail, ["rpc-batch"])) == 1


# rpc-failure-status


@pytest.mark.parametrize(("provider", "severity"), [("boro", "warning"), ("render", "error")])
def test_a_failure_with_a_status_of_its_own_is_found_once(provider: str, severity: str) -> None:
    def as_status(request: MockRequest, reply: MockReply) -> MockReply:
        text = str(wrong.body_of(reply))
        return replace(reply, status=400) if "error" in text or "fault" in text else reply

    found = wrong.find(provider, as_status, RULES, phases=("probing", "fuzzing"))
    assert {(f.rule, f.place, f.severity) for f in found} == {("rpc-failure-status", "status", severity)}
    assert {f.expected for f in found} == {"200, in which failures of calls travel"}


@pytest.mark.parametrize("value", [{"code": 3}, 7, ["no"]])
def test_an_error_whose_text_does_not_stand_in_its_place_is_found(value: Any) -> None:
    found = boro(each(lambda r: {**r, "error": value} if "error" in r else r), "rpc-failure-status")
    assert {(f.place, f.expected) for f in found} <= {
        (f"/reply/{i}/error", "the text of the error") for i in (0, 1)
    }
    assert found


def test_an_error_object_without_its_text_is_found() -> None:
    found = render(lambda r: {**r, "fault": {"grade": 3}} if "fault" in r else r, "rpc-failure-status")
    assert {(f.place, f.got) for f in found} == {("/fault/text", "no such member")}


def test_partial_failures_that_are_no_list_of_texts_are_found() -> None:
    found = boro(
        each(lambda r: {**r, "errors": [{"id": 2288}]} if "errors" in r else r), "rpc-failure-status"
    )
    assert {f.expected for f in found} == {"the list of what failed, as texts"}
