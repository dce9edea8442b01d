"""No boolean schemas, except as `additionalProperties`: generators refuse the document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.pointer import join

_ONE = ("items", "not", "if", "then", "else", "contains", "propertyNames", "schema")
_LIST = ("allOf", "anyOf", "oneOf", "prefixItems")


def check(source: Source) -> Iterator[Problem]:
    """Yield `true` and `false` that stand where a schema stands."""
    for node in source.nodes:
        if not node.is_schema and node.kind not in ("media", "parameter", "header"):
            continue
        for tokens, value in _schemas(node.value):
            if isinstance(value, bool):
                place = source.place(node.pointer + join(tokens))
                yield Problem(place, "`{}` or `not: {}`", f"`{str(value).lower()}`", "write it out")


def _schemas(value: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    for key in _ONE:
        if key in value:
            yield (key,), value[key]
    for key in _LIST:
        for i, inner in enumerate(value.get(key, [])):
            yield (key, i), inner
    for name, inner in value.get("properties", {}).items():
        yield ("properties", name), inner
