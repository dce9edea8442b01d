"""Requests that must be refused: broken ones, and such as ask for what does not exist."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.request_parts import shape_of
from mediatasks.contracts.schema.shape import Shape, request_shape, type_of
from mediatasks.exchange.documented_request import DocumentedRequest

# Tried in this order for a member of another type: no server turns the first into anything.
_OTHERS: tuple[Any, ...] = ({"mediatasks": "check"}, ["mediatasks-check"], "mediatasks-check", 7, True)
# What no resource of a server is called, of either type.
_TEXT, _NUMBER = "mediatasks-check-no-such-id", 987_654_321
# A method that nobody has.
_METHOD = "MediatasksUnknown"


def broken_requests(request: DocumentedRequest) -> Iterator[tuple[DocumentedRequest, str]]:
    """Yield the request with a body (RPC: params) that breaks the contract, and what is wrong, in words."""
    noun = "param" if request.operation.rpc_method else "member"
    shape, body = request_shape(request.operation), request.body
    required = sorted(shape.required & shape.members.keys()) if isinstance(body, dict) else []
    for name in required:
        left = {n: v for n, v in body.items() if n != name}
        yield replace(request, body=left), f"without the {noun} `{name}`"
    for name in required:
        value = _other_type(shape.members[name])
        if value is not MISSING:
            why = f"whose {noun} `{name}` is of type {type_of(value)}"
            yield replace(request, body={**body, name: value}), why
    if shape.types == {"object"} and body is not MISSING:
        yield replace(request, body="mediatasks-check"), f"whose {noun}s are no object"


def broken_parameters(request: DocumentedRequest) -> Iterator[tuple[DocumentedRequest, str]]:
    """Yield the request with a number in its path or query that is none, and what is wrong, in words."""
    for parameter in request.operation.parameters:
        types = Shape(request.operation.contract, parameter.schema).types
        if parameter.place in ("path", "query") and types and types <= {"integer", "number"}:
            expression = f"$request.{parameter.place}.{parameter.name}"
            yield request.having(expression, _TEXT), f"whose {parameter.name} is no number"


def unknown_resource(request: DocumentedRequest, resource: Resource) -> DocumentedRequest | None:
    """Return the request for a resource that does not exist; None where it names none by its key."""
    where: Mapping[str, Any] = resource.operations[request.operation.id].get("where", {})
    named = [where.get(pointer) for pointer in resource.key]
    if not all(isinstance(e, str) and e.startswith("$request.") for e in named):
        return None
    expression = str(named[-1])
    types = shape_of(request.operation, expression).types
    if types and not types & {"integer", "string"}:
        return None
    return request.having(expression, _NUMBER if "integer" in types else _TEXT)


def unknown_method(contract: Contract, request: DocumentedRequest) -> DocumentedRequest:
    """Return the request as an RPC call of a method that does not exist."""
    name = _METHOD
    while name in {o.rpc_method for o in contract.operations.values()}:
        name += "X"
    return replace(request, operation=replace(request.operation, rpc_method=name))


def _other_type(shape: Shape) -> Any:
    """Return a value of a type that a schema does not admit, `MISSING` where it admits any."""
    if not shape.types:
        return MISSING
    kinds = {"number", "integer"} if shape.types & {"number", "integer"} else set()
    return next((v for v in _OTHERS if type_of(v) not in shape.types | kinds), MISSING)
