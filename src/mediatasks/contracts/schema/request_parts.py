"""The parts of a request that runtime expressions read: their schemas, and whether they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import join, split
from mediatasks.contracts.schema.shape import Shape

BODY = "$request.body#"


def body_shape(operation: Operation) -> Shape:
    """Return the schema of the request body; of an RPC call that of its params."""
    media: Mapping[str, Any] = next(iter(operation.request_media.values()), {})
    shape = Shape(operation.contract, media.get("schema", {}))
    envelope = operation.contract.envelope
    if envelope is None:
        return shape
    return shape.at(envelope.params_pointer()) or Shape(operation.contract, {})


def shape_of(operation: Operation, expression: str) -> Shape:
    """Return the schema of what an expression reads; a free one where it reads no part of the request."""
    free = Shape(operation.contract, {})
    if expression.startswith(BODY):
        return body_shape(operation).at(expression.removeprefix(BODY)) or free
    for parameter in operation.parameters:
        if expression == f"$request.{parameter.place}.{parameter.name}":
            return Shape(operation.contract, parameter.schema)
    return free


def is_optional(operation: Operation, expression: str) -> bool:
    """Whether an expression reads a part of the request that may be left out."""
    if expression.startswith(BODY):
        *parents, last = split(expression.removeprefix(BODY)) or ("",)
        holder = body_shape(operation).at(join(parents))
        return holder is not None and last in holder.members and last not in holder.required
    known = {f"$request.{p.place}.{p.name}": p.required for p in operation.parameters}
    return not known.get(expression, True)


def optional_parts(operation: Operation) -> Iterator[tuple[str, Shape]]:
    """Yield (expression, schema) of the parameters and the members of the body that may be left out."""
    for parameter in operation.parameters:
        if not parameter.required and parameter.place != "cookie":
            expression = f"$request.{parameter.place}.{parameter.name}"
            yield expression, Shape(operation.contract, parameter.schema)
    body = body_shape(operation)
    for name, shape in body.members.items():
        if name not in body.required:
            yield BODY + join([name]), shape
