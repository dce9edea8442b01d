"""The objects of a contract document, each with its kind and place.

A walk along the grammar of OpenAPI (or OpenRPC) instead of along every mapping: a wire member that
happens to be called `enum` or `x-id` is not mistaken for a keyword, and examples are not entered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mediatasks.contracts.model.contract import METHODS
from mediatasks.contracts.pointer import join, split

_SCHEMA = {
    "properties": ("map", "property"),
    "patternProperties": ("map", "schema"),
    "dependentSchemas": ("map", "schema"),
    "$defs": ("map", "schema"),
    "items": ("one", "schema"),
    "additionalProperties": ("one", "schema"),
    "propertyNames": ("one", "schema"),
    "contains": ("one", "schema"),
    "not": ("one", "schema"),
    "if": ("one", "schema"),
    "then": ("one", "schema"),
    "else": ("one", "schema"),
    "prefixItems": ("list", "schema"),
    "allOf": ("list", "schema"),
    "anyOf": ("list", "schema"),
    "oneOf": ("list", "schema"),
}
_CONTENT = {"content": ("map", "media")}
_VALUE = {"schema": ("one", "schema"), "examples": ("map", "example")}
_PATH = {"parameters": ("list", "parameter"), "servers": ("list", "server")}
_COMPONENTS = {
    "schemas": ("map", "schema"),
    "responses": ("map", "response"),
    "parameters": ("map", "parameter"),
    "examples": ("map", "example"),
    "requestBodies": ("map", "body"),
    "headers": ("map", "header"),
    "securitySchemes": ("map", "securityScheme"),
    "links": ("map", "link"),
    "callbacks": ("map", "callback"),
    "pathItems": ("map", "path"),
}
# kind → member → (how many objects stand there, their kind)
_GRAMMAR: dict[str, dict[str, tuple[str, str]]] = {
    "root": {
        "info": ("one", "info"),
        "servers": ("list", "server"),
        "tags": ("list", "tag"),
        "paths": ("map", "path"),
        "webhooks": ("map", "webhook"),
        "components": ("one", "components"),
    },
    "components": _COMPONENTS,
    "path": _PATH | dict.fromkeys(METHODS, ("one", "operation")),
    "webhook": _PATH | dict.fromkeys(METHODS, ("one", "webhook operation")),
    "operation": {
        "parameters": ("list", "parameter"),
        "requestBody": ("one", "body"),
        "responses": ("map", "response"),
        "callbacks": ("map", "callback"),
    },
    "parameter": _VALUE | _CONTENT,
    "header": _VALUE | _CONTENT,
    "media": _VALUE,
    "body": _CONTENT,
    "response": {"headers": ("map", "header"), "links": ("map", "link")} | _CONTENT,
    "schema": _SCHEMA,
    "property": _SCHEMA,
    "openrpc": {
        "info": ("one", "info"),
        "servers": ("list", "server"),
        "methods": ("list", "method"),
        "components": ("one", "components"),
    },
    "method": {
        "params": ("list", "parameter"),
        "result": ("one", "response"),
        "examples": ("list", "example"),
        "links": ("list", "link"),
        "tags": ("list", "tag"),
    },
}
_GRAMMAR["webhook operation"] = _GRAMMAR["operation"]


@dataclass(frozen=True)
class Node:
    """One object: its kind, its JSON Pointer, the pointer of the node that holds it, its value.

    Kinds are those of `place` in extensions.yaml, and: path, webhook operation, body, media, server,
    tag, components, callback. `property` is a schema that stands under `properties`.
    """

    kind: str
    pointer: str
    parent: str
    value: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The last token of the pointer."""
        return split(self.pointer)[-1] if self.pointer else ""

    @property
    def is_schema(self) -> bool:
        """Whether the node is a JSON Schema."""
        return self.kind in ("schema", "property")

    @property
    def component(self) -> str:
        """The section of `components` that the node is an entry of; empty if it is none."""
        tokens = split(self.pointer)
        return tokens[1] if len(tokens) == 3 and tokens[0] == "components" else ""


def nodes(document: Mapping[str, Any], kind: str = "root", pointer: str = "") -> Iterator[Node]:
    """Yield `document` and every object in it, parents first. `kind` is that of the document."""
    yield Node(kind, pointer, pointer, document)
    yield from _members(document, kind, pointer)


def _members(value: Mapping[str, Any], kind: str, pointer: str) -> Iterator[Node]:
    # A callback maps runtime expressions to path items.
    callback = dict.fromkeys(value, ("one", "webhook"))
    grammar = callback if kind == "callback" else _GRAMMAR.get(kind, {})
    for member, (shape, inner) in grammar.items():
        if member not in value or member.startswith("x-"):
            continue
        for tokens, child in _held(value[member], shape):
            if isinstance(child, dict):
                place = pointer + join((member, *tokens))
                yield Node(inner, place, pointer, child)
                yield from _members(child, inner, place)


def _held(value: Any, shape: str) -> list[tuple[tuple[str | int, ...], Any]]:
    """Return (tokens, child) of one object, of a map of objects or of a list of them."""
    if shape == "one":
        return [((), value)]
    if shape == "map":
        return [((k,), v) for k, v in value.items()] if isinstance(value, dict) else []
    return [((i,), v) for i, v in enumerate(value)] if isinstance(value, list) else []
