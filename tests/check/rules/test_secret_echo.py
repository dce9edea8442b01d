"""No reply holds a secret that was sent; what only says who calls may come back."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from mediatasks.judge.evidence.secrets import secret_members
from mediatasks.mock import MockReply, MockRequest
from tests.check.rules import changed_replies as wrong

RULE = ["secret-echo"]
KEY = "aabbccdd-1122-3344-5566-eeff77889900"


@pytest.mark.parametrize("provider", [*wrong.SHIPPED.names, *wrong.MADE_UP.names])
def test_a_right_server_is_clean(provider: str) -> None:
    assert wrong.find(provider, None, RULE, ("probing", "examples", "stateful")) == []


def test_a_credential_in_a_log_is_found_at_its_place() -> None:
    def tell(body: Any) -> Any:
        for entry in body if isinstance(body, list) else []:
            if "message" in entry:
                entry["message"] += f" api_key={KEY}"
        return body

    [finding] = wrong.find("taskengine", wrong.on_body(tell), RULE)
    assert (finding.operation, finding.place, finding.severity) == ("list_logs", "/0/message", "error")
    assert finding.expected == "nothing of the header `api-key`"
    assert KEY not in str(finding.as_data())


def test_a_credential_in_the_text_of_an_error_is_found() -> None:
    def tell(request: MockRequest, reply: MockReply) -> MockReply:
        token = request.headers.get("authorization", "").partition(" ")[2]
        return wrong.with_body(reply, {"reason": f"not for {token}"}) if reply.status == 404 else reply

    found = wrong.find("press", tell, RULE)
    assert {(f.operation, f.place) for f in found} == {
        ("get_print", "/reason"),
        ("cancel_print", "/reason"),
    }


@pytest.mark.parametrize("form", [KEY, quote(KEY, safe=""), f"key={KEY}&x=1"])
def test_a_credential_in_a_header_is_found(form: str) -> None:
    def tell(request: MockRequest, reply: MockReply) -> MockReply:
        return replace(reply, headers={**reply.headers, "x-caller": form})

    found = wrong.find("taskengine", tell, RULE)
    assert {f.place for f in found} == {"header x-caller"}


def test_a_wrong_credential_may_be_named() -> None:
    def tell(request: MockRequest, reply: MockReply) -> MockReply:
        token = request.headers.get("authorization", "").partition(" ")[2]
        named = reply.status == 401 and token
        return wrong.with_body(reply, {"errors": [f"no token {token} found"]}) if named else reply

    assert wrong.find("livepeer", tell, [*RULE, "credentials-required"]) == []


def test_a_name_that_only_says_who_calls_may_come_back() -> None:
    found = wrong.find("taskengine", wrong.on_body(lambda b: b), RULE)
    assert found == []
    assert not wrong.contract_of("taskengine").credentials[0].secret


def test_a_part_of_a_credential_may_be_shown() -> None:
    def tell(body: Any) -> Any:
        for entry in body if isinstance(body, list) else []:
            if "message" in entry:
                entry["message"] += f" api_key=****{KEY[-4:]}"
        return body

    assert wrong.find("taskengine", wrong.on_body(tell), RULE) == []


def test_the_secret_members_are_those_that_the_contract_marks() -> None:
    operation = wrong.contract_of("livepeer").operations["create_transcode"]
    assert set(secret_members(operation)) == {
        "/input/credentials/accessKeyId",
        "/input/credentials/secretAccessKey",
        "/storage/credentials/accessKeyId",
        "/storage/credentials/secretAccessKey",
    }


@pytest.mark.parametrize("member", ["secretAccessKey", "accessKeyId"])
def test_a_write_only_member_in_a_later_read_is_found(member: str) -> None:
    posted: list[str] = []

    def leak(request: MockRequest, reply: MockReply) -> MockReply:
        asked = wrong.body_of(request)
        if request.path.endswith("/transcode"):
            credentials = (asked or {}).get("storage", {}).get("credentials", {})
            posted.extend(v for n, v in credentials.items() if n == member)
            return reply
        body = wrong.body_of(reply)
        if reply.status != 200 or not posted or not isinstance(body, dict):
            return reply
        return wrong.with_body(reply, {**body, "requesterId": f"as {posted[-1]}"})

    [finding] = wrong.find("livepeer", leak, RULE)
    assert finding.operation == "get_task"
    assert (
        finding.expected
        == f"nothing of `/storage/credentials/{member}` in the request of `create_transcode`"
    )
    assert finding.fact_status == "published"


def test_a_cookie_that_is_renewed_is_no_echo() -> None:
    def in_cookie(document: dict[str, Any]) -> None:
        document["components"]["securitySchemes"]["token"] |= {
            "type": "apiKey",
            "in": "cookie",
            "name": "sid",
        }

    contract = wrong.changed("press", in_cookie)

    def renew(request: MockRequest, reply: MockReply) -> MockReply:
        return replace(reply, headers={**reply.headers, "set-cookie": "sid=demo-token; HttpOnly"})

    assert wrong.find(contract, renew, RULE) == []
    assert wrong.find(contract, lambda q, r: replace(r, headers={**r.headers, "x-sid": "demo-token"}), RULE)
