"""Break one constraint of a valid reply at a time."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import jsonschema_rs

from mediatasks.contracts.pointer import get, split
from tests.client_contract.subjects import STORE, Subject

WRONG = {
    "string": 17,
    "integer": "17",
    "number": "1.5",
    "boolean": "true",
    "array": {},
    "object": [],
    "null": 0,
}
UNLISTED = {str: "unlisted value", int: 987654}
DEEPEST = 12


class Change(NamedTuple):
    """One change at `pointer` of a valid reply; most break `keyword` of the schema there."""

    keyword: str
    pointer: str
    value: Any

    def applied(self, body: Any) -> Any:
        """Return a changed copy of `body`."""
        if not self.pointer:
            return self.value
        changed = copy.deepcopy(body)
        parent, _, last = self.pointer.rpartition("/")
        holder, name = get(changed, parent), split(f"/{last}")[0]
        if self.value is _GONE:
            del holder[name]
        else:
            holder[int(name) if isinstance(holder, list) else name] = self.value
        return changed


def changes(subject: Subject, body: Any, status: int | None = None) -> list[Change]:
    """Return every change; inside `anyOf` and `oneOf` the contract may still allow one."""
    schema = subject.operation.reply_schema(str(status or subject.success)) or {}
    return list(_Walk(subject).walk(schema, body, "", DEEPEST))


def allowed(subject: Subject, body: Any, status: int | None = None) -> bool:
    """Whether the contract allows a reply."""
    code = str(status or subject.success)
    valid: bool = _validator(subject.contract.provider, subject.operation.id, code).is_valid(body)
    return valid


@lru_cache
def _validator(provider: str, operation: str, status: str) -> Any:
    contract = STORE.contract(provider)
    schema = contract.operations[operation].reply_schema(status)
    document = {
        "$ref": "#/$defs/reply",
        "$defs": {"reply": schema},
        "components": contract.document["components"],
    }
    return jsonschema_rs.Draft202012Validator(document, validate_formats=True)


_GONE: Any = object()


class _Walk:
    """Walks a value along its schema and yields changes."""

    def __init__(self, subject: Subject) -> None:
        self.resolve = subject.contract.resolve

    def walk(self, schema: Any, value: Any, pointer: str, depth: int) -> Iterator[Change]:
        if not isinstance(schema, dict) or depth == 0:
            return
        schema = self.resolve(schema)
        for keyword, wrong in _wrong_values(schema, value):
            yield Change(keyword, pointer, wrong)
        for word in ("allOf", "anyOf", "oneOf"):
            for inner in schema.get(word, []):
                yield from self.walk(inner, value, pointer, depth - 1)
        if isinstance(value, dict):
            yield from self._members(schema, value, pointer, depth)
        elif isinstance(value, list) and value:
            # One item stands for all: each has the same schema.
            prefixed = schema.get("prefixItems", [])
            items = prefixed[0] if prefixed else schema.get("items")
            yield from self.walk(items, value[0], f"{pointer}/0", depth - 1)

    def _members(self, schema: Any, value: Any, pointer: str, depth: int) -> Iterator[Change]:
        properties: Mapping[str, Any] = schema.get("properties", {})
        extra = schema.get("additionalProperties")
        for name in schema.get("required", []):
            if name in value:
                yield Change("required", _below(pointer, name), _GONE)
        if extra is False:
            yield Change("additionalProperties", _below(pointer, "x_unlisted"), 1)
        for name, inner in value.items():
            if name in properties or isinstance(extra, dict):
                yield from self.walk(properties.get(name, extra), inner, _below(pointer, name), depth - 1)
            if name in properties and name not in schema.get("required", []):
                yield Change("null", _below(pointer, name), None)
        if extra is not False and not isinstance(extra, dict):
            yield Change("unknown", _below(pointer, "x_unlisted"), {"deep": [1, None]})


def _below(pointer: str, name: str) -> str:
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"


def _wrong_values(schema: Mapping[str, Any], value: Any) -> Iterator[tuple[str, Any]]:
    kinds = schema.get("type", [])
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        yield "type", WRONG[kind]
    if "enum" in schema or "const" in schema:
        yield "enum" if "enum" in schema else "const", UNLISTED.get(type(value), "unlisted value")
    if isinstance(value, str):
        if "format" in schema:
            yield "format", "not a moment"
            # Without its offset a moment is no date-time of RFC 3339, but many a reader takes it.
            yield "format-offset", "2024-05-06T07:08:09"
        if "pattern" in schema:
            yield "pattern", "\u0001 fits no pattern"
        yield from _lengths(schema, "minLength", "maxLength", "x")
    elif isinstance(value, list):
        yield from _lengths(schema, "minItems", "maxItems", value[:1])
    elif isinstance(value, int | float) and not isinstance(value, bool):
        for word, step in (("minimum", -1), ("maximum", 1)):
            if word in schema:
                yield word, schema[word] + step


def _lengths(schema: Mapping[str, Any], least: str, most: str, unit: Any) -> Iterator[tuple[str, Any]]:
    if schema.get(least, 0) > 0:
        yield least, unit * (schema[least] - 1)
    if most in schema:
        yield most, unit * (schema[most] + 1)
