"""Replies that hold what the contract does not know."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.mock.http.messages import MockReply
from tests.mutants.defects import constant, on_members, on_replies
from tests.mutants.facts import members, result_shape
from tests.mutants.form import failures, on_failures, with_header, with_status
from tests.mutants.mutant import Sketch, must_fail
from tests.mutants.wire import decode, with_body


@must_fail("drift-field")
def field_added(contract: Contract) -> Iterator[Sketch]:
    """An object holds a member that the contract does not list."""
    for operation in contract.operations.values():
        for pattern in _objects(operation):
            where = pattern.replace("/*", "").strip("/").replace("/", "-")
            build = partial(on_members, operation, pattern, _with_member)
            yield Sketch(operation.id, where, f"`{where or 'the reply'}` holds a new member", build)


@must_fail("drift-field")
def field_added_to_failure(contract: Contract) -> Iterator[Sketch]:
    """The body of a refusal holds a member that the contract does not list."""
    for operation, kind, status in failures(contract):
        build = partial(on_failures, operation, status, _with_trace)
        yield Sketch(operation.id, kind, f"the body of a {status} holds a new member", build)


@must_fail("drift-status")
def failure_renumbered(contract: Contract) -> Iterator[Sketch]:
    """A refused request is answered with a status that is not declared."""
    for operation, kind, status in failures(contract):
        other = next(s for s in (410, 409, 406, 418) if str(s) not in operation.responses)
        build = partial(on_failures, operation, status, partial(with_status, other))
        yield Sketch(operation.id, kind, f"{other} in place of {status}", build)


@must_fail("drift-header")
def header_added(contract: Contract) -> Iterator[Sketch]:
    """A reply has a header that is not declared."""
    for operation in contract.operations.values():
        for name in ("X-Queue-Depth", "Task-Region"):
            add = partial(with_header, name.lower(), "3")
            yield Sketch(operation.id, name, f"a new header `{name}`", partial(on_replies, operation, add))


@must_fail("drift-value")
def value_added(contract: Contract) -> Iterator[Sketch]:
    """An enumeration has a new value."""
    for operation in contract.operations.values():
        for member in members(result_shape(operation)):
            listed = member.shape.first("enum")
            if listed and all(isinstance(value, str) for value in listed):
                build = partial(on_members, operation, member.pattern, constant("archived"))
                defect = f"`{member.name}` has the new value `archived`"
                yield Sketch(operation.id, member.detail, defect, build)


@must_fail("drift-content-type")
def content_type_renamed(contract: Contract) -> Iterator[Sketch]:
    """JSON has another name than the declared one."""
    for operation in contract.operations.values():
        for detail, name in (("hal", "application/hal+json"), ("text", "text/json")):
            build = partial(on_replies, operation, partial(with_header, "content-type", name))
            yield Sketch(operation.id, detail, f"JSON is sent as `{name}`", build)


@must_fail("drift-content-type")
def failure_as_problem(contract: Contract) -> Iterator[Sketch]:
    """The body of a refusal has another content type than the declared one."""
    for operation, kind, status in failures(contract):
        change = partial(with_header, "content-type", "application/problem+json")
        build = partial(on_failures, operation, status, change)
        yield Sketch(operation.id, kind, f"a {status} is sent as `application/problem+json`", build)


def _objects(operation: Operation) -> Iterator[str]:
    """Yield where objects of listed members stand in a reply."""
    shape = result_shape(operation)
    holders = {m.pattern.rpartition("/")[0] for m in members(shape)}
    yield from sorted(holders)


def _with_member(value: Any) -> Any:
    return {**value, "region_hint": "eu-1"} if isinstance(value, dict) else value


def _with_trace(reply: MockReply) -> MockReply:
    body = decode(reply.body)
    if not isinstance(body, dict):
        return reply
    return with_body(reply, {**body, "trace_id": "c0ffee"})
