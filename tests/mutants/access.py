"""Doors that stand open: credentials not asked for, other accounts' resources, secrets in replies."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any
from unittest import mock

from msgspec.structs import replace

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.schema.shape import Shape
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.placement import Placement
from mediatasks.mock.http.messages import MockReply, MockRequest
from tests.mutants.defects import on_members, on_replies
from tests.mutants.facts import Act, acts, body_shape, members, result_shape
from tests.mutants.form import failures, on_failures, with_header, with_status
from tests.mutants.mutant import Sketch, must_fail
from tests.mutants.server import Defect, Right
from tests.mutants.wire import Wire, changed_at, decode, encode, with_body

# A shorter one would be found in any text.
_LONG = 6
_DEPTH = 6


@must_fail("credentials-required")
def anonymous_admitted(contract: Contract) -> Iterator[Sketch]:
    """Who has no credentials is taken for one who has."""
    for operation, placements in _secured(contract):
        build = partial(_admitting, operation, placements, "missing")
        yield Sketch(operation.id, "", "no credentials are needed", build)


@must_fail("credentials-required")
def stranger_admitted(contract: Contract) -> Iterator[Sketch]:
    """Wrong credentials are taken for right ones."""
    for operation, placements in _secured(contract):
        build = partial(_admitting, operation, placements, "wrong")
        yield Sketch(operation.id, "", "any credentials will do", build)


@must_fail("credentials-required")
def credential_unchecked(contract: Contract) -> Iterator[Sketch]:
    """Of several credentials one is not looked at."""
    for operation, placements in _secured(contract):
        for placement in placements if len(placements) > 1 else []:
            build = partial(_admitting, operation, [placement], "any")
            defect = f"`{placement.name}` is not looked at"
            yield Sketch(operation.id, placement.name, defect, build)


@must_fail("foreign-resource")
def foreign_shown(contract: Contract) -> Iterator[Sketch]:
    """Another account's resource is treated as one's own."""
    for act in _owned(contract):
        defect = f"another account's {act.resource.name} is treated as one's own"
        yield Sketch(act.operation.id, "", defect, partial(_open_to_all, act))


@must_fail("foreign-resource")
def foreign_listed(contract: Contract) -> Iterator[Sketch]:
    """A list holds another account's resources."""
    owned = {act.resource.name for act in _owned(contract)}
    for act in acts(contract, "list"):
        if act.resource.name in owned:
            defect = f"the list holds another account's {act.resource.name}"
            yield Sketch(act.operation.id, "", defect, partial(_open_to_all, act))


@must_fail("foreign-resource")
def foreign_renumbered(contract: Contract) -> Iterator[Sketch]:
    """Another account's resource is refused in another way than the declared one."""
    for act in _owned(contract):
        status = act.operation.failures["foreign"]["status"]
        other = act.operation.failures["invalid"]["status"]
        if other != status:
            build = partial(on_failures, act.operation, status, partial(with_status, int(other)))
            yield Sketch(act.operation.id, "", f"{other} in place of {status}", build)


@must_fail("secret-echo")
def secret_in_failure(contract: Contract) -> Iterator[Sketch]:
    """The text of a refusal names the credential that was sent."""
    for operation, placement in _secrets(contract):
        for own, kind, status in failures(contract):
            if own is operation:
                pointer = str(operation.failures[kind]["message"])
                build = partial(on_failures, operation, status, partial(_telling, pointer, placement))
                yield Sketch(operation.id, kind, f"the text of a {status} names `{placement.name}`", build)


@must_fail("secret-echo")
def secret_in_reply(contract: Contract) -> Iterator[Sketch]:
    """A member of a reply holds the credential that was sent."""
    for operation, placement in _secrets(contract):
        for member in members(result_shape(operation)):
            free = not any(member.shape.first(k) for k in ("enum", "const", "format", "pattern"))
            if member.shape.types == {"string"} and free and member.required:
                change = partial(_appended, str(placement.value))
                build = partial(on_members, operation, member.pattern, change)
                yield Sketch(
                    operation.id, member.detail, f"`{member.name}` holds `{placement.name}`", build
                )


@must_fail("secret-echo")
def secret_in_header(contract: Contract) -> Iterator[Sketch]:
    """A header of replies holds the credential that was sent."""
    for operation, placement in _secrets(contract):
        add = partial(with_header, "x-request-context", f"caller={placement.value}")
        defect = f"a header holds `{placement.name}`"
        yield Sketch(operation.id, "", defect, partial(on_replies, operation, add))


@must_fail("secret-echo")
def write_only_shown(contract: Contract) -> Iterator[Sketch]:
    """A read shows what a creation gave as write-only."""
    for act in acts(contract, "create", "upsert"):
        shape = body_shape(act.operation)
        for read in acts(contract, "read"):
            texts = [m for m in members(result_shape(read.operation)) if m.shape.types == {"string"}]
            if read.resource.name == act.resource.name and texts and _has_write_only(shape, 0):
                # One that every reply has.
                member = next((m for m in texts if m.required), texts[-1])
                build = partial(_remembering, act.operation, read.operation, member.pattern)
                defect = f"`{read.operation.id}` shows what is write-only in `{act.operation.id}`"
                yield Sketch(read.operation.id, act.operation.id, defect, build)


def _secured(contract: Contract) -> Iterator[tuple[Operation, list[Placement]]]:
    """Yield the operations that need credentials, and where they travel."""
    credentials = _credentials(contract)
    for operation in contract.operations.values():
        placements = [*credentials.placements(operation), *credentials.body]
        needed = contract.envelope is not None or {} not in operation.security
        if placements and needed and "x-no-success" not in operation.data:
            yield operation, placements


def _credentials(contract: Contract) -> Credentials:
    return Credentials(contract, {c.argument: c.example for c in contract.credentials})


def _secrets(contract: Contract) -> Iterator[tuple[Operation, Placement]]:
    """Yield the operations with the secret that they are sent: not a name that only says who calls."""
    harmless = {
        data["name"]
        for data in contract.security_schemes.values()
        if "name" in data and any(c.get("secret") is False for c in data.get("x-credential", {}).values())
    }
    for operation, placements in _secured(contract):
        long = [p for p in placements if len(str(p.value)) >= _LONG and p.name not in harmless]
        if long and contract.envelope is None:
            yield operation, long[0]


def _owned(contract: Contract) -> Iterator[Act]:
    """Yield the operations that refuse another account's resource in a way of their own."""
    for act in acts(contract):
        named = any(pointer in act.effect.get("where", {}) for pointer in act.resource.key)
        if named and act.operation.failures.get("foreign", {}).get("status") in act.operation.responses:
            yield act


def _admitting(operation: Operation, placements: list[Placement], which: str) -> Defect:
    """Put right credentials where they are `missing`, or where they are `wrong`, or in `any` case."""
    wire = Wire(operation.contract)

    def defect(request: MockRequest, right: Right) -> MockReply:
        if not wire.is_of(request, operation):
            return right.answer(request)
        admitted = request
        for placement in placements:
            given = _given(request, placement)
            is_right = given not in (MISSING, None) and str(given) == str(placement.value)
            if not is_right and (which == "any" or (which == "missing") is (given is MISSING)):
                admitted = _placed(admitted, placement)
        return right.answer(admitted)

    return defect


def _given(request: MockRequest, placement: Placement) -> Any:
    if placement.place == "body":
        return get(decode(request.body), placement.name)
    if placement.place == "query":
        return dict(request.query).get(placement.name, MISSING)
    return request.headers.get(placement.name.lower(), MISSING)


def _placed(request: MockRequest, placement: Placement) -> MockRequest:
    """Return the request with a right credential."""
    if placement.place == "body":
        body = decode(request.body)
        changed = changed_at(body, placement.name, lambda value: placement.value)
        return request if changed is body else replace(request, body=encode(changed))
    if placement.place == "query":
        rest = [(n, v) for n, v in request.query if n != placement.name]
        return replace(request, query=[*rest, (placement.name, str(placement.value))])
    return replace(request, headers={**request.headers, placement.name.lower(): str(placement.value)})


def _open_to_all(act: Act) -> Defect:
    """Carry an operation out as if each resource were one's own."""
    wire = Wire(act.operation.contract)

    def defect(request: MockRequest, right: Right) -> MockReply:
        reply = right.answer(request)
        foreign = str(reply.status) == act.operation.failures.get("foreign", {}).get("status")
        if not (wire.is_of(request, act.operation) and (foreign or act.effect["action"] == "list")):
            return reply
        collection = right.service.store.collections[act.resource.name]
        with mock.patch.object(collection, "is_own", return_value=True):
            return right.answer(request)

    return defect


def _telling(pointer: str, placement: Placement, reply: MockReply) -> MockReply:
    body = decode(reply.body)
    changed = changed_at(body, pointer, partial(_appended, str(placement.value)))
    return reply if changed is body else with_body(reply, changed)


def _appended(secret: str, text: Any) -> Any:
    return f"{text} ({secret})" if isinstance(text, str) else text


def _has_write_only(shape: Shape, depth: int) -> bool:
    if depth > _DEPTH:
        return False
    inner = [*shape.members.values(), *([shape.items] if shape.items else [])]
    return any(s.first("writeOnly") or _has_write_only(s, depth + 1) for s in inner)


def _write_only(shape: Shape, value: Any) -> Iterator[str]:
    """Yield the texts that stand where a schema says write-only."""
    if shape.first("writeOnly") and isinstance(value, str):
        yield value
    for name, member in value.items() if isinstance(value, dict) else ():
        if name in shape.members:
            yield from _write_only(shape.members[name], member)
    for element in value if isinstance(value, list) else ():
        if shape.items is not None:
            yield from _write_only(shape.items, element)


def _remembering(creation: Operation, read: Operation, pattern: str) -> Defect:
    """Show the last write-only text that a creation was given in a member of a read."""
    wire, shape = Wire(read.contract), body_shape(creation)
    texts: list[str] = []
    show = on_members(read, pattern, lambda value: texts[-1] if texts else value)

    def defect(request: MockRequest, right: Right) -> MockReply:
        if wire.is_of(request, creation):
            texts.extend(_write_only(shape, wire.scope(request, creation).body))
        return show(request, right)

    return defect
