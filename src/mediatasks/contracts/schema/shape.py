"""A schema of a contract as mock and check read it: references followed, variants merged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from mediatasks.contracts.equality import text_of
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import MISSING, put, reader, split

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_VARIANTS = ("allOf", "anyOf", "oneOf")
_DEPTH = 12
_KINDS = {
    bool: "boolean",
    str: "string",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
}
# Longer digits are no number that anybody means, and Python refuses to read them.
_DIGITS = 300


class Shape:
    """What a schema says about members, types and defaults. The members of all variants count."""

    def __init__(self, contract: Contract, schema: Mapping[str, Any] | None) -> None:
        self.contract, self.schema = contract, schema or {}

    @cached_property
    def parts(self) -> list[Mapping[str, Any]]:
        """The schema and the variants it is made of, resolved."""
        return list(self._parts(self.schema, 0))

    def _parts(self, schema: Any, depth: int) -> Iterator[Mapping[str, Any]]:
        if not isinstance(schema, dict) or depth > _DEPTH:
            return
        resolved = self.contract.resolve(schema)
        if resolved is not schema and len(schema) > 1:
            # What stands beside a reference holds as well, and is the nearer.
            yield {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
        yield resolved
        for keyword in _VARIANTS:
            for variant in resolved.get(keyword, ()):
                yield from self._parts(variant, depth + 1)

    @cached_property
    def types(self) -> frozenset[str]:
        """The JSON types it admits; empty where it does not say."""
        found: set[str] = set()
        for part in self.parts:
            given = part.get("type", ())
            found.update([given] if isinstance(given, str) else given)
            if not given:
                values = part.get("enum", [part["const"]] if "const" in part else [])
                found.update(type_of(value) for value in values)
        # An integer is a number (JSON Schema, validation, 6.1.1).
        return frozenset(found | {"integer"} if "number" in found else found)

    @cached_property
    def members(self) -> dict[str, Shape]:
        """The named members of an object."""
        found: dict[str, Shape] = {}
        for part in self.parts:
            for name, schema in part.get("properties", {}).items():
                found.setdefault(name, Shape(self.contract, schema))
        return found

    @cached_property
    def required(self) -> frozenset[str]:
        """The members that every variant demands."""
        return frozenset(self._required(self.schema, 0))

    def _required(self, schema: Mapping[str, Any], depth: int) -> Iterator[str]:
        if depth > _DEPTH:
            return
        resolved = self.contract.resolve(schema)
        yield from resolved.get("required", ())
        for part in resolved.get("allOf", ()):
            yield from self._required(part, depth + 1)

    @cached_property
    def items(self) -> Shape | None:
        """The elements of an array; None where it does not say."""
        for part in self.parts:
            if isinstance(part.get("items"), dict):
                return Shape(self.contract, part["items"])
        return None

    @cached_property
    def others(self) -> Shape | None:
        """The members of an object that have no names of their own; None where it does not say."""
        for part in self.parts:
            if isinstance(part.get("additionalProperties"), dict):
                return Shape(self.contract, part["additionalProperties"])
        return None

    @property
    def is_array(self) -> bool:
        """Whether it admits arrays, and no objects."""
        return "array" in self.types and "object" not in self.types

    def first(self, keyword: str, otherwise: Any = None) -> Any:
        """Return the first value of `keyword` among the parts."""
        return next((part[keyword] for part in self.parts if keyword in part), otherwise)

    def at(self, pointer: str) -> Shape | None:
        """Return the shape of the place `pointer`; None where the schema does not say."""
        shape: Shape | None = self
        for token in split(pointer):
            if shape is None:
                return None
            shape = shape.members.get(token) or (shape.items if token.isdecimal() else None) or shape.others
        return shape

    def coerce(self, value: Any) -> Any:
        """Return a scalar in a type that the schema admits, where it has one; else as it is."""
        return coerced(value, self.types)


def request_shape(operation: Operation) -> Shape:
    """Return the shape of the request body; of an RPC call that of its params."""
    envelope = operation.contract.envelope
    return _within(operation, operation.body_schema, envelope.params_pointer() if envelope else "")


def reply_shape(operation: Operation) -> Shape:
    """Return the shape of the body of the first 2xx reply; of an RPC call that of its result."""
    envelope, schema = operation.contract.envelope, operation.reply_schema(operation.success)
    return _within(operation, schema, envelope.result_pointer() if envelope else "")


def _within(operation: Operation, schema: Mapping[str, Any] | None, pointer: str) -> Shape:
    shape = Shape(operation.contract, schema)
    return shape.at(pointer) or Shape(operation.contract, {})


class Place:
    """One place in documents of a shape, for who writes there again and again.

    `name` is that of the member, where it is one of the document itself. `shown` is the JSON type
    that is written where the place admits several, this one among them.
    """

    def __init__(self, shape: Shape, pointer: str, shown: str | None = None) -> None:
        self.pointer, self.shape = pointer, shape.at(pointer)
        self.types = self.shape.types if self.shape else frozenset[str]()
        if shown in self.types:
            kinds = {"integer", "number"}
            self.types = self.types & kinds if shown in kinds else frozenset([shown])
        self.read = reader(pointer)
        tokens = split(pointer)
        self.name = tokens[0] if len(tokens) == 1 else None
        # Of these Python types nothing is another JSON type than the place has.
        self._fitting = {kind for kind, name in _KINDS.items() if not self.types or name in self.types}

    def write(self, document: Any, value: Any) -> Any:
        """Write a value, a scalar in the type that the place has; return the document."""
        if type(value) not in self._fitting:
            value = coerced(value, self.types)
        if self.name is not None and type(document) is dict:
            document[self.name] = value
            return document
        return put(document, self.pointer, value)

    def fill(self, document: Any, value: Any) -> Any:
        """Write a value where there is none yet; return the document."""
        if self.name is not None and type(document) is dict:
            if self.name not in document:
                document[self.name] = value if type(value) in self._fitting else coerced(value, self.types)
            return document
        return self.write(document, value) if self.read(document) is MISSING else document


def coerced(value: Any, types: frozenset[str]) -> Any:
    """Return a scalar in one of `types` where it has a form in one; else as it is."""
    kind = type_of(value)
    if not types or kind in types or (kind == "integer" and "number" in types):
        return value
    if isinstance(value, str):
        return _parsed(value, types - {"null"})
    if isinstance(value, float) and "integer" in types:
        return int(value)
    if "string" in types and isinstance(value, int | float):
        return text_of(value)
    return value


def _parsed(value: str, types: frozenset[str]) -> Any:
    if types & {"integer", "number"}:
        number = parse_number(value)
        if isinstance(number, float) and number.is_integer() and "number" not in types:
            return int(number)
        if number is not None and ("number" in types or isinstance(number, int)):
            return number
    if "boolean" in types and value in ("true", "false"):
        return value == "true"
    if "null" in types and value == "null" and "string" not in types:
        return None
    return value


def parse_number(text: str) -> int | float | None:
    """Return the number that `text` is in JSON's own notation, else None."""
    if len(text) > _DIGITS:
        return None
    if text.isdecimal() and text.isascii() and (text[0] != "0" or text == "0"):
        return int(text)
    match = NUMBER.fullmatch(text)
    if not match:
        return None
    if match[2] or match[3]:
        number = float(text)
        return number if abs(number) != float("inf") else None
    return int(text)


def type_of(value: Any) -> str:
    """Return the JSON type of a value."""
    return _KINDS.get(type(value), "null")


def parse(text: str, shape: Shape) -> Any:
    """Return the value that `text` stands for under `shape`; the text itself where nothing fits."""
    return _parsed(text, shape.types)
