"""Does a JSON Pointer lead somewhere, in the values that a schema describes?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import split

_MAX_STEPS = 200
_UNIONS = ("allOf", "anyOf", "oneOf")


def has_member(contract: Contract, schema: Any, pointer: str) -> bool:
    """Whether a value that fits `schema` may have something at `pointer`.

    A free-form object (one without `properties`, or with `additionalProperties`) has everything.
    """
    return next(members(contract, schema, pointer), None) is not None


def members(contract: Contract, schema: Any, pointer: str) -> Iterator[Mapping[str, Any]]:
    """Yield the schemas that may describe the value at `pointer`."""
    budget = [_MAX_STEPS]
    yield from _walk(contract, schema, split(pointer), budget)


def _walk(
    contract: Contract, schema: Any, tokens: tuple[str, ...], budget: list[int]
) -> Iterator[Mapping[str, Any]]:
    budget[0] -= 1
    if not isinstance(schema, dict) or budget[0] < 0:
        return
    schema = contract.resolve(schema)
    if not tokens:
        yield schema
        return
    for union in _UNIONS:
        for branch in schema.get(union, []):
            yield from _walk(contract, branch, tokens, budget)
    token, rest = tokens[0], tokens[1:]
    if "items" in schema and token.isdecimal():
        yield from _walk(contract, schema["items"], rest, budget)
    properties = schema.get("properties", {})
    if token in properties:
        yield from _walk(contract, properties[token], rest, budget)
    elif _is_free(schema):
        yield {}


def _is_free(schema: Mapping[str, Any]) -> bool:
    """Whether the schema describes an object whose members it does not list."""
    types = schema.get("type")
    is_object = "object" in (types if isinstance(types, list) else [types])
    listed = "properties" in schema or any(union in schema for union in _UNIONS)
    return bool(schema.get("additionalProperties")) or schema == {} or (is_object and not listed)
