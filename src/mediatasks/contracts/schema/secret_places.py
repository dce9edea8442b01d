"""Which places of a value the schema marks as secret: write-only, or a password."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mediatasks.contracts.pointer import MISSING, get

_VARIANTS = ("allOf", "anyOf", "oneOf")
_ONES = ("if", "then", "else", "not")


def is_secret(root: Mapping[str, Any], steps: Sequence[str | int]) -> bool:
    """Whether a schema that applies at `steps`, or around them, marks the value as secret."""
    schemas: list[Any] = [root]
    for step in (*steps, None):
        parts = _parts(root, schemas)
        if any(part.get("writeOnly") or part.get("format") == "password" for part in parts):
            return True
        if step is not None:
            schemas = [inner for part in parts for inner in _inner(part, step)]
    return False


def _parts(root: Mapping[str, Any], schemas: list[Any]) -> list[Mapping[str, Any]]:
    """Return the schemas and every other that applies to the same value, each once."""
    found: dict[int, Mapping[str, Any]] = {}
    waiting = list(schemas)
    while waiting:
        schema = waiting.pop()
        if not isinstance(schema, Mapping) or id(schema) in found:
            continue
        found[id(schema)] = schema
        waiting += [referred(root, schema), *(schema.get(k) for k in _ONES)]
        waiting += [variant for keyword in _VARIANTS for variant in schema.get(keyword, ())]
        waiting += schema.get("dependentSchemas", {}).values()
    return list(found.values())


def referred(root: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """Return what the `$ref` of a schema leads to in `root`; None where there is none."""
    reference = schema.get("$ref")
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    found = get(root, reference[1:])
    return None if found is MISSING else found


def _inner(part: Mapping[str, Any], step: str | int) -> Iterator[Any]:
    """Yield the schemas of a member or element."""
    if isinstance(step, int):
        first = part.get("prefixItems", [])
        yield from first[step : step + 1]
        yield from (part.get(k) for k in ("items", "contains", "unevaluatedItems"))
        return
    if step in part.get("properties", {}):
        yield part["properties"][step]
    for pattern, schema in part.get("patternProperties", {}).items():
        try:
            matches = re.search(pattern, step) is not None
        except re.error:
            # A pattern of another dialect: better a value too few than a secret too many.
            matches = True
        if matches:
            yield schema
    yield from (part.get(k) for k in ("additionalProperties", "unevaluatedProperties"))
