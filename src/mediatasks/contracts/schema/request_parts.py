"""The parts of a request that runtime expressions read: their schemas, and whether they are needed."""

from collections.abc import Iterator, Mapping
from typing import Any

from mediatasks.contracts.expression import Scope, evaluate
from mediatasks.contracts.lifecycle.resource import fits
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING, join, split
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


def optional_defaults(operation: Operation) -> Iterator[tuple[str, Any]]:
    """Yield (expression, default) of the parameters and members of the body that may be left out."""
    parts = [f"$request.{p.place}.{p.name}" for p in operation.parameters if p.place != "cookie"]
    members = [BODY + join([name]) for name in request_shape(operation).members]
    for expression in (*parts, *members):
        default = shape_of(operation, expression).first("default", MISSING)
        if default is not MISSING and is_optional(operation, expression):
            yield expression, default


def written_default(operation: Operation, effect: Mapping[str, Any], expression: Any) -> Any:
    """Return the default of what an expression of `sets` reads in a request; `MISSING` for none."""
    return shape_of(operation, in_body(effect, str(expression))).first("default", MISSING)


def in_body(effect: Mapping[str, Any], expression: str) -> str:
    """Return an expression that reads an element of `each` as one that reads the first in the body."""
    return expression.replace("$each#", f"{BODY}{effect.get('each', '')}/0")


def is_left_open(effect: Mapping[str, Any], pointer: str, scope: Scope) -> bool:
    """Whether this request leaves a member of `sets` to the service (`unless`)."""
    conditions: Mapping[str, Any] = effect.get("unless", {}).get(pointer, {})
    return bool(conditions) and all(fits(evaluate(e, scope), rule) for e, rule in conditions.items())
