"""Every request and reply body is a named component, by reference."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

_PREFIX = "#/components/schemas/"


def check(source: Source) -> Iterator[Problem]:
    """Yield the bodies whose schema is written in place, or missing."""
    for node in source.find("media"):
        schema = node.value.get("schema")
        if not isinstance(schema, dict) or not str(schema.get("$ref", "")).startswith(_PREFIX):
            place = source.place(f"{node.pointer}/schema" if schema else node.pointer)
            got = "a schema written in place" if schema else "no schema"
            yield Problem(place, f"`$ref: '{_PREFIX}…'`", got, "name the schema under components")
    for node in source.method_nodes:
        schema = node.value.get("schema")
        if node.kind == "response" and not (isinstance(schema, dict) and "$ref" in schema):
            place = source.file_place("openrpc.yaml", node.pointer)
            got, advice = "a result written in place", "name the schema under components"
            yield Problem(place, f"`$ref: '{_PREFIX}…'`", got, advice)
