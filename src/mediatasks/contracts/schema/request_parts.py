"""The parts of a request that runtime expressions read: their schemas, and whether they are needed."""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import join, split
from mediatasks.contracts.schema.shape import Shape, request_shape

BODY = "$request.body#"


def shape_of(operation: Operation, expression: str) -> Shape:
    """Return the schema of what an expression reads; a free one where it reads no part of the request."""
    free = Shape(operation.contract, {})
    if expression.startswith(BODY):
        return request_shape(operation).at(expression.removeprefix(BODY)) or free
    for parameter in operation.parameters:
        if expression == f"$request.{parameter.place}.{parameter.name}":
            return Shape(operation.contract, parameter.schema)
    return free


def is_optional(operation: Operation, expression: str) -> bool:
    """Whether an expression reads a part of the request that may be left out."""
    if expression.startswith(BODY):
        *parents, last = split(expression.removeprefix(BODY)) or ("",)
        holder = request_shape(operation).at(join(parents))
        return holder is not None and last in holder.members and last not in holder.required
    known = {f"$request.{p.place}.{p.name}": p.required for p in operation.parameters}
    return not known.get(expression, True)


def optional_parts(operation: Operation) -> Iterator[tuple[str, Shape]]:
    """Yield (expression, schema) of the parameters and the members of the body that may be left out."""
    for parameter in operation.parameters:
        if not parameter.required and parameter.place != "cookie":
            expression = f"$request.{parameter.place}.{parameter.name}"
            yield expression, Shape(operation.contract, parameter.schema)
    body = request_shape(operation)
    for name, shape in body.members.items():
        if name not in body.required:
            yield BODY + join([name]), shape
