"""What generators ask of a contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import join
from mediatasks.contracts.schema.shape import Shape

_DEPTH = 4


class Act(NamedTuple):
    """An operation that `x-lifecycle` says something of: the resource, and what is done to it."""

    operation: Operation
    resource: Resource
    effect: Mapping[str, Any]


def acts(contract: Contract, *actions: str) -> Iterator[Act]:
    """Yield the operations with one of `actions` (none: any)."""
    for resource in contract.resources.values():
        for name, effect in resource.operations.items():
            if not actions or effect["action"] in actions:
                yield Act(contract.operations[name], resource, effect)


def result_shape(operation: Operation) -> Shape:
    """Return the shape of the success reply (RPC: of the result of one call)."""
    contract = operation.contract
    shape = Shape(contract, operation.reply_schema(operation.success))
    if contract.envelope is None:
        return shape
    return shape.at(contract.envelope.result_pointer()) or Shape(contract, {})


def body_shape(operation: Operation) -> Shape:
    """Return the shape of the request body (RPC: of the params of one call)."""
    contract = operation.contract
    media: Mapping[str, Any] = next(iter(operation.request_media.values()), {})
    shape = Shape(contract, media.get("schema"))
    if contract.envelope is None:
        return shape
    return shape.at(contract.envelope.params_pointer()) or Shape(contract, {})


class Member(NamedTuple):
    """A member of a reply: the pattern that leads to it (`*`: each element), its shape, if required."""

    pattern: str
    shape: Shape
    required: bool

    @property
    def name(self) -> str:
        """Its name, free of the way to it."""
        return self.pattern.rpartition("/")[2]

    @property
    def detail(self) -> str:
        """The way to it, as part of a mutant's name."""
        return self.pattern.replace("/*", "").removeprefix("/").replace("/", "-")


def members(shape: Shape, pattern: str = "", depth: int = 0, required: bool = True) -> Iterator[Member]:
    """Yield the members of a reply, outer ones first; a member counts as required where all are above it."""
    if depth > _DEPTH:
        return
    if shape.is_array and shape.items is not None:
        yield from members(shape.items, f"{pattern}/*", depth + 1, required)
        return
    found = [
        Member(pattern + join([name]), inner, required and name in shape.required)
        for name, inner in shape.members.items()
    ]
    yield from found
    for member in found:
        yield from members(member.shape, member.pattern, depth + 1, member.required)


def place_of(operation: Operation, effect: Mapping[str, Any]) -> str:
    """Return the pattern of the places where resources stand in a reply."""
    if "items" not in effect:
        return "/*" if result_shape(operation).is_array else ""
    group = effect.get("group", {}).get("at")
    return f"{effect['items']}/*" + (f"{group}/*" if group is not None else "")


def shows(act: Act, pointer: str) -> bool:
    """Whether the replies of an operation have a member of the resource."""
    place = place_of(act.operation, act.effect).replace("/*", "/0")
    return result_shape(act.operation).at(place + pointer) is not None


def word(text: str) -> str:
    """Return the last part of a runtime expression or pointer, as part of a mutant's name."""
    return text.rpartition("#")[2].rpartition(".")[2].strip("/").replace("/", "-")
