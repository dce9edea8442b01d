"""A reply with one constraint broken is refused in strict mode, and never read as a wrong type."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mediatasks.client import Reply
from mediatasks.errors import PartialFailure, ReplyError, RpcError, StatusError
from tests.client_contract.agreement import misfit
from tests.client_contract.breakage import Change, allowed, changes
from tests.client_contract.generation import FEW, MODEST, replies
from tests.client_contract.marks import answer, every_failure, every_operation
from tests.client_contract.outcome import check_never_wrong
from tests.client_contract.subjects import Subject


def draw_broken(data: st.DataObject, subject: Subject, status: int | None = None) -> list[Any]:
    """Return one forbidden reply for each kind of constraint that a valid one meets."""
    body = data.draw(replies(subject, status))
    by_keyword: dict[str, list[Change]] = {}
    for change in changes(subject, body, status):
        by_keyword.setdefault(change.keyword, []).append(change)
    drawn = [data.draw(st.sampled_from(by_keyword[keyword])) for keyword in sorted(by_keyword)]
    bodies = [change.applied(body) for change in drawn]
    return [b for b in bodies if not allowed(subject, b, status)]


@every_operation
@given(data=st.data())
@MODEST
def test_strict_refuses_a_reply_with_one_constraint_broken(subject: Subject, data: st.DataObject) -> None:
    for broken in draw_broken(data, subject):
        found = subject.call(answer(subject.success, broken), strict=True)
        assert isinstance(found, ReplyError), f"{broken}: {found!r}"


@every_operation
@given(data=st.data())
@MODEST
def test_a_broken_reply_is_never_read_as_a_wrong_type(subject: Subject, data: st.DataObject) -> None:
    for broken in draw_broken(data, subject):
        found = subject.call(answer(subject.success, broken))
        if isinstance(found, Reply | PartialFailure):
            check_never_wrong(subject, broken, found)
        else:
            assert isinstance(found, ReplyError | RpcError), f"{broken}: {found!r}"


@every_failure
@given(data=st.data())
@FEW
def test_a_broken_error_body_is_raw_or_of_its_type(
    subject: Subject, status: int, data: st.DataObject
) -> None:
    for broken in draw_broken(data, subject, status):
        sent = answer(status, broken)
        found: Any = subject.call(sent)
        assert isinstance(found, StatusError)
        if found.body != found.raw:
            assert misfit(found.body, subject.generated.reply_type(status)) == ""
        assert found.raw == sent[1]
