"""A minimal instance of a schema, for what neither an example nor a request gives."""

from typing import Any

from mediatasks.contracts.schema.shape import Shape

_FORMATS = {
    "date-time": "2026-01-01T00:00:00.000Z",
    "date": "2026-01-01",
    "time": "00:00:00Z",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "email": "someone@example.com",
    "ipv4": "127.0.0.1",
    "hostname": "example.com",
}
_DEPTH = 16


def synthesise(shape: Shape, depth: int = 0) -> Any:
    """Return a value that fits: a stated one where there is one, else the smallest of its type."""
    if depth > _DEPTH:
        return None
    for part in shape.parts:
        for keyword in ("const", "default", "example"):
            if keyword in part:
                return part[keyword]
        for keyword in ("examples", "enum"):
            if part.get(keyword):
                return part[keyword][0]
    return _smallest(shape, depth)


def _smallest(shape: Shape, depth: int) -> Any:
    types = shape.types
    if "object" in types or (not types and shape.members):
        needed = shape.required or _of_first_variant(shape)
        return {
            name: synthesise(shape.members.get(name, Shape(shape.contract, {})), depth + 1)
            for name in needed
        }
    if "array" in types:
        items = shape.items or Shape(shape.contract, {})
        return [synthesise(items, depth + 1) for _ in range(shape.first("minItems", 0))]
    if "string" in types:
        text: str = _FORMATS.get(shape.first("format", ""), "")
        return text or "x" * max(shape.first("minLength", 0), 1)
    if "integer" in types or "number" in types:
        return _number(shape)
    if "boolean" in types:
        return False
    return None if types else {}


def _of_first_variant(shape: Shape) -> list[str]:
    """Return the required members of the first variant of a union."""
    for keyword in ("anyOf", "oneOf"):
        for variant in shape.first(keyword, ()):
            return list(Shape(shape.contract, variant).required)
    return []


def _number(shape: Shape) -> int | float:
    least = shape.first("minimum")
    if least is None:
        above = shape.first("exclusiveMinimum")
        least = 0 if above is None else above + 1
    most = shape.first("maximum")
    number: int | float = least if most is None else min(least, most)
    return number
