"""Requests without the right credentials are refused, in the declared way; one open door is one finding."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from mediatasks.contracts.pointer import put
from mediatasks.mock import Mock, MockReply, MockRequest
from tests.check.rules import changed_replies as wrong

RULE = ["credentials-required"]
ALL_PHASES = ("probing", "examples", "coverage", "fuzzing")
HEADER = {"client": "demo-client", "api-key": "aabbccdd-1122-3344-5566-eeff77889900"}
SECURED = ["boro", "kokoon", "livepeer", "press", "render", "taskengine", "vionlabs"]


def forgiving(provider: str, mend: Any, rules: Any = (), phases: Any = ("probing",)) -> list[Any]:
    """Answer each request as if `mend` had given it what it lacks."""
    contract = wrong.contract_of(provider)
    right = Mock([contract])

    def answer(request: MockRequest, reply: MockReply) -> MockReply:
        mended = mend(request)
        return reply if mended is None else right.handle(mended)

    return wrong.find(contract, answer, rules or RULE, phases)


def in_header(name: str, value: str, only_missing: bool = False, only_wrong: bool = False) -> Any:
    def mend(request: MockRequest) -> MockRequest | None:
        given = request.headers.get(name)
        wanted = (not only_missing or given is None) and (not only_wrong or given not in (None, value))
        return replace(request, headers={**request.headers, name: value}) if wanted else None

    return mend


@pytest.mark.parametrize("provider", SECURED)
def test_a_right_server_is_clean(provider: str) -> None:
    # tests/contract and tests/made_up run the other phases.
    assert wrong.find(provider, None, RULE) == []


@pytest.mark.parametrize("only", ["missing", "wrong"])
def test_an_open_door_is_one_error_an_operation_in_all_phases(only: str) -> None:
    mend = in_header("authorization", "Bearer demo-token", only == "missing", only == "wrong")
    # The right server behind the door has a state of its own, of which other rules would speak.
    rules = ["credentials-required", "secret-echo", "missing-required-header", "negative-data-rejection"]
    found = forgiving("press", mend, rules, ALL_PHASES)
    assert {(f.rule, f.severity) for f in found} == {("credentials-required", "error")}
    assert sorted(f.operation for f in found) == [
        "cancel_print",
        "create_print",
        "get_print",
        "list_prints",
    ]


@pytest.mark.parametrize("name", HEADER)
def test_of_several_credentials_each_is_asked_for(name: str) -> None:
    found = forgiving("taskengine", in_header(name, HEADER[name]))
    assert {f.expected for f in found} <= {
        f"a refusal of a request with another value in the header `{name}`",
        f"a refusal of a request without the header `{name}`",
    }
    # Of twelve operations two need none.
    assert len(found) == 10


def test_a_key_in_the_query_is_asked_for() -> None:
    def mend(request: MockRequest) -> MockRequest:
        return replace(request, query=[*request.query, ("key", "vionlabs-example-key")])

    found = forgiving("vionlabs", mend)
    assert "a refusal of a request without credentials" in {f.expected for f in found}
    assert sorted(f.operation for f in found) == sorted(wrong.contract_of("vionlabs").operations)


def test_the_other_way_in_is_asked_for_too() -> None:
    found = forgiving("vionlabs", in_header("x-api-key", "vionlabs-example-key", only_wrong=True))
    assert "a refusal of a request with another value in the header `X-API-Key`" in {
        f.expected for f in found
    }
    assert sorted(f.operation for f in found) == sorted(wrong.contract_of("vionlabs").operations)


@pytest.mark.parametrize(
    ("provider", "pointer", "value"), [("boro", "/user_id", 1), ("render", "/studio", "demo-studio")]
)
def test_a_credential_in_the_body_of_rpc_requests_is_asked_for(
    provider: str, pointer: str, value: Any
) -> None:
    def mend(request: MockRequest) -> MockRequest:
        body = wrong.body_of(request)
        return replace(
            request, body=wrong.with_body(MockReply(200, {}, b""), put(body, pointer, value)).body
        )

    found = forgiving(provider, mend)
    assert sorted(f.operation for f in found) == sorted(wrong.contract_of(provider).operations)
    assert {f.expected for f in found} == {"a refusal of a request without credentials"}


@pytest.mark.parametrize(("provider", "severity"), [("press", "error"), ("kokoon", "warning")])
def test_a_refusal_with_another_status_follows_the_provenance_of_the_declared_one(
    provider: str, severity: str
) -> None:
    def other(request: MockRequest, reply: MockReply) -> MockReply:
        return replace(reply, status=400) if reply.status == 401 else reply

    found = wrong.find(provider, other, RULE)
    assert {(f.place, f.severity) for f in found} == {("status", severity)}
    assert len(found) == len(wrong.contract_of(provider).operations)
    assert found[0].expected == "401 for a request without credentials"


def test_a_refusal_whose_body_is_another_one_is_found_at_its_place() -> None:
    found = wrong.find("press", wrong.on_body(lambda b: {"reason": 7}, 401), RULE)
    assert {(f.place, f.expected) for f in found} == {("/reason", "string")}


def test_another_text_than_the_stated_one_is_found() -> None:
    found = wrong.find("livepeer", wrong.on_body(lambda b: {"errors": ["who?"]}, 401), RULE)
    assert {f.expected for f in found} == {"the text `request is not authenticated`"}


def test_another_text_for_a_wrong_user_of_an_rpc_provider_is_found() -> None:
    def other(body: Any) -> Any:
        return {"error": "no"} if "is unavailable" in str(body.get("error")) else body

    found = wrong.find("boro", wrong.on_body(other), RULE)
    assert {f.expected for f in found} == {
        "the text `user 918273646 is unavailable` for a wrong credential"
    }


def test_another_user_of_an_rpc_provider_may_be_a_right_one() -> None:
    def mend(request: MockRequest) -> MockRequest | None:
        body = wrong.body_of(request)
        if not isinstance(body, dict) or body.get("user_id") in (1, 918_273_646):
            return None
        if not isinstance(body.get("user_id"), int):
            return None
        return replace(request, body=wrong.with_body(MockReply(200, {}, b""), {**body, "user_id": 1}).body)

    assert forgiving("boro", mend, RULE, ("probing", "coverage", "fuzzing")) == []
