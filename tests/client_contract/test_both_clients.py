"""The synchronous and the asynchronous client come to the same, whatever is answered."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mediatasks.client import Reply
from mediatasks.errors import MediatasksError
from tests.client_contract.breakage import changes
from tests.client_contract.generation import FEW, replies
from tests.client_contract.marks import answer, every_operation
from tests.client_contract.subjects import LOOP, Subject

ODD = [
    (200, b"", "application/json"),
    (200, b"<html>", "text/html"),
    (200, b'{"a": 1', "application/json"),
    (204, b"", "application/json"),
    (299, b"null", "application/json"),
    (302, b"", "text/plain"),
    (404, b"{}", "application/json"),
    (520, b"\xff", "text/plain"),
]


def shown(found: Reply[Any] | MediatasksError) -> Any:
    if isinstance(found, Reply):
        return found.status, found.raw, found.result
    return type(found), str(found), {k: v for k, v in vars(found).items() if k != "headers"}


def check_alike(subject: Subject, sent: tuple[int, bytes, str], strict: bool) -> None:
    ours = subject.call(sent, strict=strict)
    theirs = subject.call(sent, strict=strict, run=LOOP.run_until_complete)
    assert shown(ours) == shown(theirs)


@every_operation
@given(data=st.data())
@FEW
def test_both_clients_read_a_reply_alike(subject: Subject, data: st.DataObject) -> None:
    body = data.draw(replies(subject))
    change = data.draw(st.sampled_from([None, *changes(subject, body)]))
    sent = answer(subject.success, change.applied(body) if change else body)
    check_alike(subject, sent, data.draw(st.booleans()))


@every_operation
def test_both_clients_fail_alike(subject: Subject) -> None:
    for sent in ODD:
        check_alike(subject, sent, False)
