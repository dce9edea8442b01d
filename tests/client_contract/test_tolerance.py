"""What a server adds or leaves empty does no harm: unknown members and values, and nulls."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediatasks.client import Reply
from mediatasks.contracts.pointer import get
from tests.client_contract.agreement import same
from tests.client_contract.breakage import UNLISTED, allowed, changes
from tests.client_contract.generation import FEW, results
from tests.client_contract.marks import answer, every_operation
from tests.client_contract.outcome import check_result
from tests.client_contract.subjects import SUBJECTS, Subject


def draw_changed(data: st.DataObject, subject: Subject, keyword: str) -> list[Any]:
    """Return at most three replies, each with one place of its result changed."""
    start = result_pointer(subject)
    body = data.draw(results(subject))
    found = [
        c for c in changes(subject, body) if c.keyword == keyword and c.pointer.startswith(f"{start}/")
    ]
    drawn = data.draw(st.lists(st.sampled_from(found), min_size=1, max_size=3)) if found else []
    return [change.applied(body) for change in drawn]


def result_pointer(subject: Subject) -> str:
    envelope = subject.contract.envelope
    return envelope.result_pointer() if envelope else ""


def check_tolerated(subject: Subject, body: Any) -> Any:
    """Assert that a reply is read as it stands, and return its result."""
    found = subject.call(answer(subject.success, body))
    assert isinstance(found, Reply), f"{body}: {found!r}"
    check_result(subject, get(body, result_pointer(subject)), found.result)
    assert same(found.json(), body)
    return found.result


@every_operation
@given(data=st.data())
@FEW
def test_members_that_the_contract_lacks_pass_and_stay_reachable(
    subject: Subject, data: st.DataObject
) -> None:
    for changed in draw_changed(data, subject, "unknown"):
        if allowed(subject, changed):
            check_tolerated(subject, changed)


@every_operation
@given(data=st.data())
@FEW
def test_an_unlisted_value_is_unknown_and_keeps_its_raw_value(
    subject: Subject, data: st.DataObject
) -> None:
    for changed in draw_changed(data, subject, "enum"):
        members = list(enum_members(check_tolerated(subject, changed)))
        unlisted = [m for m in members if m.value in UNLISTED.values()]
        assert not any(m.is_known for m in unlisted)
        assert all(m.is_known for m in members if m not in unlisted)


@every_operation
@given(data=st.data())
@FEW
def test_null_for_an_optional_member_is_none(subject: Subject, data: st.DataObject) -> None:
    for changed in draw_changed(data, subject, "null"):
        check_tolerated(subject, changed)


def enum_members(value: Any) -> Iterator[Any]:
    """Yield every member of an enumeration in a result."""
    if isinstance(value, Enum):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from enum_members(getattr(value, name))
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from enum_members(inner)


@pytest.mark.parametrize(
    "subject",
    SUBJECTS,
    ids=[s.name for s in SUBJECTS],
)
@given(data=st.data())
@FEW
def test_integral_floats_read_as_integers(subject: Subject, data: st.DataObject) -> None:
    check_tolerated(subject, with_floats(data.draw(results(subject))))


def with_floats(value: Any) -> Any:
    """Return a body with its integers written as floats, as far as a float holds them."""
    if isinstance(value, dict):
        return {name: with_floats(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [with_floats(inner) for inner in value]
    exact = type(value) is int and abs(value) < 2**53
    return float(value) if exact else value
