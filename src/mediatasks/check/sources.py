"""The provenance of the fact that a finding breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mediatasks.contracts.document import Contract, Operation
from mediatasks.contracts.pointer import split

UNSTATED = "unstated"


def operation_status(operation: Operation) -> str:
    """Return the provenance status of an operation."""
    root = _status(operation.contract.document) or UNSTATED
    return _status(operation.data) or root


def reply_status(operation: Operation, status: str) -> str:
    """Return the provenance status of the claim that an operation answers `status`."""
    listed = operation.data.get("x-provenance", {}).get("responses", {}).get(status, {})
    shared = operation.responses.get(status, {})
    return listed.get("status") or _status(shared) or operation_status(operation)


def member_status(operation: Operation, status: str, pointer: str) -> str:
    """Return the provenance status of the schema at `pointer` in the reply with `status`.

    The nearest statement on the way down counts: of a property, of the component it leads to.
    """
    found = reply_status(operation, status)
    schemas = [operation.reply_schema(status) or {}]
    contract = operation.contract
    for token in ["", *split(pointer)]:
        if token:
            schemas = [s for schema in schemas for s in _below(schema, token)]
        spread = [s for schema in schemas for s in _spread(contract, schema, 0)]
        found = next((s for schema in reversed(spread) if (s := _status(schema))), found)
        schemas = spread
    return found


def _spread(contract: Contract, schema: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    """Yield a schema, what it refers to and its alternatives."""
    yield schema
    if depth > 10:
        return
    if "$ref" in schema:
        yield from _spread(contract, contract.resolve(schema), depth + 1)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for branch in schema.get(keyword, []):
            yield from _spread(contract, branch, depth + 1)


def _below(schema: Mapping[str, Any], token: str) -> Iterator[Mapping[str, Any]]:
    properties = schema.get("properties", {})
    if token in properties:
        yield properties[token]
    elif token.isdecimal() and isinstance(schema.get("items"), dict):
        yield schema["items"]
    elif isinstance(schema.get("additionalProperties"), dict):
        yield schema["additionalProperties"]


def _status(holder: Mapping[str, Any]) -> str:
    return str(holder.get("x-provenance", {}).get("status", ""))
