"""Whatever a server sends, typed attributes hold their types: a reply with its deviations, or a ReplyError."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediatasks.client import Reply
from mediatasks.contracts.pointer import split
from mediatasks.errors import CallError, PartialFailure, ReplyError, RpcError
from tests.client_contract.breakage import changes
from tests.client_contract.generation import FEW, results
from tests.client_contract.marks import answer, every_operation
from tests.client_contract.outcome import check_never_wrong, start_of
from tests.client_contract.subjects import SUBJECTS, Subject

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


READS = [s for s in SUBJECTS if s.operation.id in ("get_task", "get_job", "task_status")]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every place of a body."""
    yield path
    if isinstance(value, dict | list):
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(member, (*path, key))


def put(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return a copy of `body` with `value` at `path`."""
    if not path:
        return value
    changed = copy.deepcopy(body)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return changed


def draw_odd(data: st.DataObject, subject: Subject) -> Any:
    """Return an allowed reply with up to three places replaced by any JSON."""
    body = data.draw(results(subject))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places(body))))
        body = put(body, path, data.draw(JSON))
    return body


def check_any(subject: Subject, body: Any) -> Any:
    """Assert that a body comes to a reply of right types or to an error of ours; return what it came to."""
    found = subject.call(answer(subject.success, body))
    if isinstance(found, Reply | PartialFailure):
        check_never_wrong(subject, body, found)
        if found.deviations:
            strict = subject.call(answer(subject.success, body), strict=True)
            assert isinstance(strict, ReplyError), f"{body}: {strict!r}"
    else:
        assert isinstance(found, ReplyError | RpcError), f"{body}: {found!r}"
    return found


@every_operation
@given(body=JSON)
@FEW
def test_any_json_is_a_reply_of_right_types_or_an_error(subject: Subject, body: Any) -> None:
    check_any(subject, body)


@every_operation
@given(data=st.data())
@FEW
def test_a_reply_with_odd_places_is_a_reply_of_right_types_or_an_error(
    subject: Subject, data: st.DataObject
) -> None:
    check_any(subject, draw_odd(data, subject))


@pytest.mark.parametrize("subject", READS, ids=lambda s: s.name)
@given(data=st.data(), noise=st.binary(max_size=4))
@FEW
def test_a_reply_with_odd_bytes_is_a_reply_or_an_error(
    subject: Subject, data: st.DataObject, noise: bytes
) -> None:
    raw = json.dumps(data.draw(results(subject)), ensure_ascii=False).encode()
    at = data.draw(st.integers(0, len(raw)))
    found = subject.call((subject.success, raw[:at] + noise + raw[at + len(noise) :], "application/json"))
    assert isinstance(found, Reply | CallError), repr(found)


@every_operation
@given(data=st.data())
@FEW
def test_only_identity_and_state_cost_a_reply(subject: Subject, data: st.DataObject) -> None:
    body = data.draw(results(subject))
    broken = [c for c in changes(subject, body) if c.keyword in ("type", "required", "format")]
    broken = [c for c in broken if c.pointer.startswith(f"{start_of(subject)}/")]
    for change in data.draw(st.lists(st.sampled_from(broken), max_size=5)) if broken else []:
        found = subject.call(answer(subject.success, change.applied(body)))
        told = f"{change}: {found!r}"
        assert isinstance(found, Reply) or names_identity(subject, change.pointer), told


def names_identity(subject: Subject, pointer: str) -> bool:
    """Whether a place of a body is a key or the state of a resource, or holds the one or the other."""
    steps = split(pointer)
    whole = {
        split(told)
        for resource in subject.contract.resources.values()
        for told in (*resource.key, resource.fields.get("state") or "")
        if told
    }
    items = {
        split(effect["items"])
        for resource in subject.contract.resources.values()
        for effect in resource.operations.values()
        if effect.get("items")
    }
    parts = {told[: n + 1] for told in whole for n in range(len(told))} | items
    return any(steps[-len(part) :] == part for part in parts)
