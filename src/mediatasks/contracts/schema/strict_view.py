"""The strict view of a contract: its replies as if it listed everything that a server may say.

Contracts leave replies open, for servers send what no document lists. This view is made from the same
schemas by code and closes them: a member that no alternative lists is unknown, and so is a value that
is not in an enumeration, or not among the `examples` of one that `x-open-enum` marks. What a contract
declares as free (`additionalProperties`, an object without members, anything at all) stays free.

A place is closed as a whole and not alternative by alternative (`unevaluatedProperties` beside
`allOf`, `anyOf` and `oneOf`), so that parts which describe one object together do not shut each other
out. Whether something is unknown the compiled schema says; what it is, a walk that is only made then.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from mediatasks.contracts.equality import equal_on_wire
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import join
from mediatasks.contracts.schema.compilation import compile_schema
from mediatasks.contracts.schema.shape import Shape, type_of

_PREFIX = "#/components/schemas/"
_CLOSED, _ALONE = "#/components/closed/", "#/components/alone/"
_VARIANTS = ("allOf", "anyOf", "oneOf")
# Schemas of other places, as a map of them, a list of them or one.
_MAPS, _LISTS = ("properties", "patternProperties"), ("prefixItems",)
_ONES = ("items", "additionalProperties", "unevaluatedItems")
_NAMING = (*_MAPS, "additionalProperties", "unevaluatedProperties")
# What may let other schemas name members of the same object.
_APPLYING = (*_VARIANTS, "$ref", "$dynamicRef", "if", "dependentSchemas", "unevaluatedProperties")
_DEPTH = 40
_MOST = 50
_LISTED = 300

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Unknown:
    """What the contract does not list: a `field` or a `value`, at a JSON Pointer.

    `known` is what it lists there, in words.
    """

    kind: str
    pointer: str
    known: str
    got: Any


class StrictSchema:
    """One schema of a contract, closed and compiled. Raises MissingExtra without jsonschema-rs."""

    def __init__(self, contract: Contract, schema: Schema) -> None:
        self.contract, self.schema = contract, schema
        closed = closed_components(contract)
        whole = {"allOf": [_close(contract, schema)], "components": closed}
        self._compiled = compile_schema(whole, contract.provider, "the strict view", "check", formats=False)

    def unknown(self, value: Any) -> list[Unknown]:
        """Return what the contract does not list of `value`; empty too where it only breaks it."""
        try:
            if self._compiled.is_valid(value):
                return []
        except ValueError:
            # jsonschema-rs cannot read lone surrogates and great depth; the walk below can.
            pass
        return list(islice(self._walk([self.schema], value, (), 0), _MOST))

    def _walk(
        self, schemas: Sequence[Schema], value: Any, steps: tuple[str | int, ...], depth: int
    ) -> Iterator[Unknown]:
        parts = [part for schema in schemas for part in Shape(self.contract, schema).parts]
        if depth > _DEPTH or not schemas:
            return
        if isinstance(value, dict):
            yield from self._members(schemas, parts, value, steps, depth)
        elif isinstance(value, list):
            for i, element in enumerate(value):
                inner = list(_elements(parts, i))
                yield from self._walk(inner, element, (*steps, i), depth + 1)
        elif not any(_admits(self.contract, schema, value, 0) is not False for schema in schemas):
            listed = _listed(v for part in parts for v in _values(part))
            yield Unknown("value", join(steps), f"one of: {listed}", value)

    def _members(
        self,
        schemas: Sequence[Schema],
        parts: Sequence[Schema],
        value: Mapping[str, Any],
        steps: tuple[str | int, ...],
        depth: int,
    ) -> Iterator[Unknown]:
        is_open = any(_is_free(self.contract, schema) for schema in schemas)
        for name, member in value.items():
            found = list(_member(parts, name))
            if found:
                yield from self._walk(found, member, (*steps, name), depth + 1)
            elif not is_open:
                names = dict.fromkeys(n for part in parts for n in part.get("properties", {}))
                known = f"no member besides {_listed(names)}"
                yield Unknown("field", join((*steps, name)), known, member)


@lru_cache(maxsize=8)
def closed_components(contract: Contract) -> dict[str, Any]:
    """Return the components of a contract: the schemas, `closed` as parts of a place and as one `alone`."""
    schemas = contract.document.get("components", {}).get("schemas", {})
    closed = {name: _in_place(contract, schema) for name, schema in schemas.items()}
    alone = {name: _close(contract, schema) for name, schema in schemas.items()}
    return {"schemas": schemas, "closed": closed, "alone": alone}


def _close(contract: Contract, schema: Any) -> Any:
    """Return the schema of a place of its own, closed unless it is free."""
    if not isinstance(schema, dict):
        return schema
    if schema.keys() == {"$ref"} and schema["$ref"].startswith(_PREFIX):
        return {"$ref": _ALONE + schema["$ref"].removeprefix(_PREFIX)}
    inner = _in_place(contract, schema)
    names = any(keyword in part for part in Shape(contract, schema).parts for keyword in _NAMING)
    if not names or _is_free(contract, schema):
        return inner
    if inner.keys().isdisjoint(_APPLYING):
        # The same, and quicker, where no other schema may name members.
        return {**inner, "additionalProperties": inner.get("additionalProperties", False)}
    return {"allOf": [inner], "unevaluatedProperties": False}


def _in_place(contract: Contract, schema: Any) -> Any:
    """Return a schema whose inner places are closed, and which itself may be one of several parts."""
    if not isinstance(schema, dict):
        return schema
    made = dict(schema)
    for keyword in _MAPS:
        if keyword in schema:
            made[keyword] = {n: _close(contract, s) for n, s in schema[keyword].items()}
    for keyword in _LISTS:
        if keyword in schema:
            made[keyword] = [_close(contract, s) for s in schema[keyword]]
    for keyword in _ONES:
        if keyword in schema:
            made[keyword] = _close(contract, schema[keyword])
    for keyword in _VARIANTS:
        if keyword in schema:
            made[keyword] = [_in_place(contract, s) for s in schema[keyword]]
    if str(schema.get("$ref", "")).startswith(_PREFIX):
        made["$ref"] = _CLOSED + schema["$ref"].removeprefix(_PREFIX)
    if schema.get("x-open-enum"):
        made["enum"] = _values(schema)
    return made


def _is_free(contract: Contract, schema: Schema) -> bool:
    """Whether a schema says nothing of an object's members, or admits any object as one alternative."""
    resolved = contract.resolve(schema)
    if resolved.get("additionalProperties") is True or resolved.get("additionalProperties") == {}:
        return True
    alternatives = [s for keyword in ("anyOf", "oneOf") for s in resolved.get(keyword, ())]
    if any(_is_free(contract, alternative) for alternative in alternatives):
        return True
    parts = resolved.get("allOf", ())
    if alternatives or any(not _is_free(contract, part) for part in parts):
        return False
    types = _types(resolved)
    return not any(k in resolved for k in (*_NAMING, "enum", "const")) and (not types or "object" in types)


def _member(parts: Sequence[Schema], name: str) -> Iterator[Any]:
    """Yield what the parts say of a member."""
    for part in parts:
        if name in part.get("properties", {}):
            yield part["properties"][name]
            continue
        patterns = part.get("patternProperties", {})
        matching = [schema for pattern, schema in patterns.items() if re.search(pattern, name)]
        yield from matching
        if not matching and part.get("additionalProperties") not in (None, False):
            yield part["additionalProperties"]


def _elements(parts: Sequence[Schema], index: int) -> Iterator[Any]:
    """Yield what the parts say of the element at `index` of an array."""
    for part in parts:
        first = part.get("prefixItems", [])
        if index < len(first):
            yield first[index]
        elif "items" in part:
            yield part["items"]


def _admits(contract: Contract, schema: Any, value: Any, depth: int) -> bool | None:
    """Whether a schema lists a scalar; None where it is of another type, and so no matter of lists."""
    if not isinstance(schema, dict) or depth > _DEPTH:
        return True
    resolved = contract.resolve(schema)
    types, kind = _types(resolved), type_of(value)
    if types and kind not in types and not (kind == "integer" and "number" in types):
        return None
    said: list[bool | None] = []
    if "enum" in resolved or resolved.get("x-open-enum"):
        listed = _values(resolved)
        if not types and kind not in {type_of(v) for v in listed}:
            return None
        said.append(any(equal_on_wire(value, v) for v in listed))
    said += [_admits(contract, part, value, depth + 1) for part in resolved.get("allOf", ())]
    for keyword in ("anyOf", "oneOf"):
        branches = [_admits(contract, b, value, depth + 1) for b in resolved.get(keyword, ())]
        known = [b for b in branches if b is not None]
        if branches:
            said.append(any(known) if known else None)
    if False in said:
        return False
    return None if None in said else True


def _values(schema: Schema) -> list[Any]:
    """Return the values that an enumeration lists, or one that is open."""
    if "enum" in schema:
        return list(schema["enum"])
    if not schema.get("x-open-enum"):
        return []
    return [*schema.get("examples", []), *([None] if "null" in _types(schema) else [])]


def _types(schema: Schema) -> list[str]:
    given = schema.get("type", [])
    return [given] if isinstance(given, str) else list(given)


def _listed(values: Any) -> str:
    text = ", ".join(dict.fromkeys(v if isinstance(v, str) else repr(v) for v in values)) or "none"
    return text if len(text) <= _LISTED else text[:_LISTED] + "…"
