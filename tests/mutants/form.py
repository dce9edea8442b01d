"""Replies of a wrong form: status, content type, headers, schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from msgspec.structs import replace

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.shape import Shape
from mediatasks.mock.http.messages import MockReply
from tests.mutants.defects import constant, dropped, on_members, on_replies
from tests.mutants.facts import Member, members, result_shape
from tests.mutants.mutant import Sketch, must_fail
from tests.mutants.server import Defect
from tests.mutants.wire import changed_at, decode, with_body

# One value for each type of JSON that is of no other.
_WRONG: dict[str, Any] = {
    "string": 7,
    "integer": "7",
    "number": "0.5",
    "boolean": "true",
    "array": {},
    "object": [],
}


@must_fail("response-schema-conformance")
def member_missing(contract: Contract) -> Iterator[Sketch]:
    """A required member is left out."""
    for operation, member in _required(contract):
        defect = f"`{member.name}` is left out"
        build = partial(on_members, operation, member.pattern, dropped)
        yield Sketch(operation.id, member.detail, defect, build)


@must_fail("response-schema-conformance")
def member_renamed(contract: Contract) -> Iterator[Sketch]:
    """A required member has another name."""
    for operation, member in _required(contract):
        other = _respelt(member.name)
        defect = f"`{member.name}` is called `{other}`"
        build = partial(_renamed, operation, member, other)
        yield Sketch(operation.id, member.detail, defect, build)


@must_fail("response-schema-conformance")
def type_wrong(contract: Contract) -> Iterator[Sketch]:
    """A required member is of another type."""
    for operation, member in _required(contract):
        kinds = member.shape.types - {"integer"} or member.shape.types
        kind = next((k for k in _WRONG if kinds == {k}), None)
        if kind is not None:
            defect = f"`{member.name}` is no {kind}"
            build = partial(on_members, operation, member.pattern, constant(_WRONG[kind]))
            yield Sketch(operation.id, member.detail, defect, build)


@must_fail("documented-member")
def message_missing(contract: Contract) -> Iterator[Sketch]:
    """The error body of a refused request lacks its message."""
    for operation, kind, status in failures(contract):
        pointer = str(operation.failures[kind]["message"])
        if Shape(contract, operation.reply_schema(status)).at(pointer) is not None:
            build = partial(on_failures, operation, status, partial(_without, pointer))
            yield Sketch(operation.id, kind, f"the body of a {status} has no `{pointer}`", build)


@must_fail("status-code-conformance")
def success_renumbered(contract: Contract) -> Iterator[Sketch]:
    """An accepted request is answered with a status that is not declared."""
    for operation in contract.operations.values():
        status = next(s for s in (202, 201, 206, 207) if str(s) not in operation.responses)
        defect = f"{status} in place of {operation.success}"
        yield Sketch(operation.id, "", defect, partial(on_replies, operation, partial(with_status, status)))


@must_fail("status-code-conformance")
def success_redirected(contract: Contract) -> Iterator[Sketch]:
    """An accepted request is answered with a redirect that is not declared."""
    for operation in contract.operations.values():
        change = partial(_redirected, f"/{contract.provider}{operation.path}")
        yield Sketch(
            operation.id, "", f"302 in place of {operation.success}", partial(on_replies, operation, change)
        )


@must_fail("not-a-server-error")
def failure_as_500(contract: Contract) -> Iterator[Sketch]:
    """A refused request is answered as if the server had failed."""
    for operation, kind, status in failures(contract):
        build = partial(on_failures, operation, status, partial(with_status, 500))
        yield Sketch(operation.id, kind, f"500 in place of {status}", build)


@must_fail("not-a-server-error")
def success_as_503(contract: Contract) -> Iterator[Sketch]:
    """What was accepted is answered as if the server had failed."""
    for operation in contract.operations.values():
        build = partial(on_replies, operation, partial(with_status, 503))
        yield Sketch(operation.id, "", f"503 in place of {operation.success}", build)


@must_fail("content-type-conformance")
def content_type_wrong(contract: Contract) -> Iterator[Sketch]:
    """JSON is sent as something else."""
    for operation in contract.operations.values():
        for detail, value in (("text", "text/plain"), ("html", "text/html; charset=utf-8")):
            build = partial(on_replies, operation, partial(with_header, "content-type", value))
            yield Sketch(operation.id, detail, f"JSON is sent as `{value}`", build)


@must_fail("content-type-conformance")
def content_type_missing(contract: Contract) -> Iterator[Sketch]:
    """Replies have no content type."""
    for operation in contract.operations.values():
        build = partial(on_replies, operation, partial(with_header, "content-type", None))
        yield Sketch(operation.id, "", "replies have no content type", build)


@must_fail("response-headers-conformance")
def header_of_wrong_type(contract: Contract) -> Iterator[Sketch]:
    """A header that holds a number holds a text."""
    for operation in contract.operations.values():
        for name, header in operation.responses[operation.success].get("headers", {}).items():
            declared = contract.resolve(header)
            if Shape(contract, declared.get("schema", {})).types <= {"integer", "number"}:
                build = partial(on_replies, operation, partial(_on_present, name.lower(), "many"))
                yield Sketch(operation.id, name, f"the header `{name}` is no number", build)


@must_fail("response-headers-conformance")
def header_missing(contract: Contract) -> Iterator[Sketch]:
    """A header that every reply has is left out."""
    for operation in contract.operations.values():
        for name, header in operation.responses[operation.success].get("headers", {}).items():
            if contract.resolve(header).get("required"):
                build = partial(on_replies, operation, partial(_on_present, name.lower(), None))
                yield Sketch(operation.id, name, f"the header `{name}` is left out", build)


def _required(contract: Contract) -> Iterator[tuple[Operation, Member]]:
    for operation in contract.operations.values():
        for member in members(result_shape(operation)):
            if member.required:
                yield operation, member


def failures(contract: Contract) -> Iterator[tuple[Operation, str, str]]:
    """Yield (operation, kind, status) of the failures that an operation tells by a status."""
    for operation in contract.operations.values():
        for kind in ("missing", "invalid"):
            status = operation.failures.get(kind, {}).get("status", "")
            met = "{" in operation.path if kind == "missing" else can_be_broken(operation)
            if met and status in operation.responses:
                yield operation, kind, status


def can_be_broken(operation: Operation) -> bool:
    """Whether a request of an operation can break the contract at all."""
    if operation.request_media:
        return True
    shapes = [Shape(operation.contract, parameter.schema) for parameter in operation.parameters]
    needed = any(parameter.required and parameter.place != "path" for parameter in operation.parameters)
    return needed or any(map(refuses_text, shapes))


def refuses_text(shape: Shape) -> bool:
    """Whether a text can break the schema of a parameter."""
    narrow = ("enum", "const", "pattern", "format", "minLength", "maxLength")
    return "string" not in shape.types or any(shape.first(k) is not None for k in narrow)


def on_failures(operation: Operation, status: str, change: Callable[[MockReply], MockReply]) -> Defect:
    """Change each reply of an operation that has a status."""
    return on_replies(operation, change, lambda reply: str(reply.status) == status)


def _renamed(operation: Operation, member: Member, other: str) -> Defect:
    def rename(holder: Any) -> Any:
        if not isinstance(holder, dict) or member.name not in holder:
            return holder
        return {(other if name == member.name else name): value for name, value in holder.items()}

    return on_members(operation, member.pattern.rpartition("/")[0], rename)


def _respelt(name: str) -> str:
    """Return a name as another habit has it: `createdAt` for `created_at`, and the other way round."""
    if "_" in name.strip("_"):
        return re.sub(r"(?<=.)_(.)", lambda m: m[1].upper(), name)
    snake = re.sub(r"(?<=.)([A-Z])", lambda m: "_" + m[1].lower(), name)
    return snake if snake != name else name.swapcase()


def with_status(status: int, reply: MockReply) -> MockReply:
    """Return the reply under another status."""
    return replace(reply, status=status)


def with_header(name: str, value: str | None, reply: MockReply) -> MockReply:
    """Return the reply with another value of a header; None: without it."""
    headers = {n: v for n, v in reply.headers.items() if n != name}
    return replace(reply, headers=headers if value is None else {**headers, name: value})


def _redirected(location: str, reply: MockReply) -> MockReply:
    return replace(reply, status=302, headers={**reply.headers, "location": location})


def _on_present(name: str, value: str | None, reply: MockReply) -> MockReply:
    return with_header(name, value, reply) if name in reply.headers else reply


def _without(pointer: str, reply: MockReply) -> MockReply:
    body = decode(reply.body)
    changed = changed_at(body, pointer, dropped)
    return reply if body is MISSING or changed is body else with_body(reply, changed)
