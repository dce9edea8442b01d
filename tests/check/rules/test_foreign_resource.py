"""Another account's resource: refused as stated, in no list; not known, not judged."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from mediatasks.check import Options, Target, check_provider
from mediatasks.errors import UsageError
from mediatasks.judge.rule import read_rules
from mediatasks.mock import Mock, MockReply, MockRequest, MockServer
from tests.check.rules import changed_replies as wrong

RULE = ["foreign-resource"]
FOREIGN = "b1c4e0d7-2f65-4a38-8b9e-6d0f3a5c7e21"


def test_a_right_server_is_clean_and_was_asked() -> None:
    assert wrong.find("livepeer", None, RULE, ("probing", "examples", "stateful")) == []


def test_a_resource_that_is_shown_is_an_error_of_each_operation() -> None:
    def show(request: MockRequest, reply: MockReply) -> MockReply:
        return (
            wrong.with_body(replace(reply, status=200), {"id": FOREIGN}) if reply.status == 403 else reply
        )

    found = wrong.find("livepeer", show, RULE)
    assert sorted((f.operation, f.severity) for f in found) == [
        ("get_task", "error"),
        ("retry_task", "error"),
    ]
    assert found[0].expected == f"403, for the resource `{FOREIGN}` belongs to another account"
    assert found[0].fact == "get_task 403"


@pytest.mark.parametrize("status", [404, 401])
def test_a_refusal_in_another_way_is_found(status: int) -> None:
    def other(request: MockRequest, reply: MockReply) -> MockReply:
        return replace(reply, status=status) if reply.status == 403 else reply

    found = wrong.find("livepeer", other, RULE)
    assert {(f.place, f.expected) for f in found} == {
        ("status", "403 for a request for a resource of another account")
    }


def test_another_text_is_found() -> None:
    [first, _] = wrong.find("livepeer", wrong.on_body(lambda b: {"errors": ["no"]}, 403), RULE)
    assert first.expected == "the text `user can only request information on their own tasks`"


def test_a_list_that_shows_it_is_found() -> None:
    def add(body: Any) -> Any:
        return [*body, {"id": FOREIGN}] if isinstance(body, list) else body

    [finding] = wrong.find("livepeer", wrong.on_body(add), RULE, ("probing", "examples"))
    assert (finding.operation, finding.expected) == ("list_tasks", "no resource of another account")


def live(handle: Any = None, **options: Any) -> Any:
    """Check the mock as if it were somebody's server."""
    contract = wrong.contract_of("livepeer")
    mock = Mock([contract], seed=1)
    right, asked = mock.handle, []

    def answer(request: MockRequest) -> MockReply:
        asked.append((request.method, request.path))
        return handle(request, right(request)) if handle else right(request)

    mock.handle = answer
    values = {c.argument: c.example for c in contract.credentials}
    chosen = Options(rules=tuple(RULE), phases=("probing",), **options)
    with MockServer(mock) as server:
        target = Target(server.url_of("livepeer"), allow_writes=True)
        return check_provider(contract, target, chosen, values), asked


def test_of_a_server_elsewhere_nothing_is_known_and_nothing_judged() -> None:
    result, _ = live()
    assert result.findings == []
    assert not any(o.judged.get("foreign-resource") for o in result.operations)


def test_a_given_id_is_read_and_nothing_else_is_done_to_it() -> None:
    result, asked = live(foreign_ids=(FOREIGN,))
    assert result.findings == []
    assert {a for a in asked if FOREIGN in a[1]} == {("GET", f"/livepeer/task/{FOREIGN}")}
    assert any(o.judged.get("foreign-resource") for o in result.operations)


def test_a_given_id_that_is_shown_is_found() -> None:
    def show(request: MockRequest, reply: MockReply) -> MockReply:
        return (
            wrong.with_body(replace(reply, status=200), {"id": FOREIGN}) if reply.status == 403 else reply
        )

    result, _ = live(show, foreign_ids=(FOREIGN,))
    assert [(f.operation, f.rule) for f in result.findings] == [("get_task", "foreign-resource")]


def test_an_id_for_a_contract_that_states_no_refusal_is_refused() -> None:
    with pytest.raises(UsageError, match="`--foreign-id` is of no use"):
        wrong.find("kokoon", None, RULE, foreign_ids=("x",))


def test_a_contract_without_a_stated_refusal_is_not_judged() -> None:
    applies = read_rules()["foreign-resource"].applies
    assert [n for n in wrong.SHIPPED.names if applies(wrong.SHIPPED.contract(n))] == ["livepeer"]
