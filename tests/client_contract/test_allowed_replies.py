"""Any reply that a contract allows decodes, and every known member equals its wire value."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mediatasks import errors
from tests.client_contract.agreement import difference
from tests.client_contract.generation import FEW, MODEST, replies
from tests.client_contract.marks import answer, every_failure, every_operation
from tests.client_contract.outcome import check_outcome
from tests.client_contract.subjects import Subject

SPECIAL = {
    401: errors.AuthenticationFailed,
    403: errors.AuthenticationFailed,
    404: errors.NotFound,
    429: errors.TooManyRequests,
}


def kind_of(status: int) -> type[errors.StatusError]:
    return SPECIAL.get(status, errors.RequestRefused if status < 500 else errors.ServerFailed)


@every_operation
@given(data=st.data())
@MODEST
def test_an_allowed_reply_decodes_to_its_wire_values(subject: Subject, data: st.DataObject) -> None:
    body = data.draw(replies(subject))
    check_outcome(subject, body, subject.call(answer(subject.success, body)))


@every_operation
@given(data=st.data())
@FEW
def test_strict_refuses_no_allowed_reply(subject: Subject, data: st.DataObject) -> None:
    body = data.draw(replies(subject))
    check_outcome(subject, body, subject.call(answer(subject.success, body), strict=True))


@every_failure
@given(data=st.data())
@FEW
def test_an_error_holds_the_providers_own_body(subject: Subject, status: int, data: st.DataObject) -> None:
    body = data.draw(replies(subject, status))
    found: Any = subject.call(answer(status, body))
    assert type(found) is kind_of(status)
    assert found.status == status
    schema = subject.operation.reply_schema(str(status))
    assert difference(found.body, body, subject.contract, [schema]) == ""
