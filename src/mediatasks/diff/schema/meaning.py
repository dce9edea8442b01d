"""What of a schema is a constraint: the text of a schema without prose and extensions.

Two schemas with one meaning are the same to the comparison; the other way round needs more than
text, and is the work of `schemas`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mediatasks.diff.schema.part import Part

# Keywords that allow or forbid nothing. `$defs` does so only where it is referred to.
_PROSE = {"title", "description", "example", "examples", "externalDocs", "deprecated", "$comment"}
_PROSE |= {"$schema", "$id", "$anchor", "$vocabulary", "$defs"}
# Keywords that hold schemas: by name, in a list, or one.
MAPS = {"properties", "patternProperties", "dependentSchemas"}
LISTS = {"allOf", "anyOf", "oneOf", "prefixItems"}
ONES = {"items", "contains", "additionalProperties", "propertyNames", "contentSchema", "not", "if", "then"}
ONES |= {"else", "unevaluatedItems", "unevaluatedProperties"}
# Of these lists the order says nothing.
_SETS = {"enum", "required", "type"}


def is_prose(keyword: str) -> bool:
    """Whether a keyword of a schema allows and forbids nothing."""
    return keyword in _PROSE or keyword.startswith("x-")


def meaning(schema: Any) -> Any:
    """Return a copy of a schema without prose and extensions; references stay as they are."""
    if not isinstance(schema, Mapping):
        return schema
    found: dict[str, Any] = {}
    for keyword, value in schema.items():
        if is_prose(keyword):
            continue
        if keyword in MAPS and isinstance(value, Mapping):
            found[keyword] = {name: meaning(inner) for name, inner in value.items()}
        elif keyword in LISTS and isinstance(value, list):
            found[keyword] = [meaning(inner) for inner in value]
        elif keyword in _SETS and isinstance(value, list):
            found[keyword] = sorted(value, key=as_text)
        else:
            found[keyword] = meaning(value) if keyword in ONES else value
    return found


def as_text(value: Any) -> str:
    """Return the one JSON text of a value: `true` is not `1`, and `1.0` is `1`."""
    return json.dumps(_number(value), sort_keys=True, ensure_ascii=False)


def digest(schema: Iterable[Part]) -> dict[str, str]:
    """Return pointer → meaning of all that the parts of `schema` lead to, themselves included."""
    parts = list(schema)
    # Where the parts themselves stand says nothing.
    found = {f"({i})": as_text(meaning(part.value)) for i, part in enumerate(parts)}
    todo = [target for part in parts for target in _targets(part)]
    while todo:
        part = todo.pop()
        if part.pointer not in found:
            found[part.pointer] = as_text(meaning(part.value))
            todo += _targets(part)
    return found


def _targets(part: Part) -> Iterator[Part]:
    """Yield what the references in a schema lead to."""
    todo = [part]
    while todo:
        here = todo.pop()
        if target := here.target:
            yield target
        for keyword in MAPS:
            todo += [inner for _, inner in here.members(keyword)]
        for keyword in LISTS:
            todo += here.items(keyword)
        for keyword in ONES:
            inner = here.member(keyword)
            todo += [inner] if inner else []


def _number(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_number(item) for item in value]
    if isinstance(value, Mapping):
        return {name: _number(item) for name, item in value.items()}
    return value
