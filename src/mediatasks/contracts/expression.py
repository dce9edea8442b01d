"""OpenAPI runtime expressions, as `x-lifecycle` uses them (shape: `Value` in extensions.yaml)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mediatasks.contracts.pointer import MISSING, get

_EMBEDDED = re.compile(r"\{(\$[^{}]+)\}")


@dataclass(frozen=True)
class Scope:
    """What an expression can refer to. Header names are lower case."""

    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    header: Mapping[str, Any] = field(default_factory=dict)
    body: Any = MISSING
    response: Any = MISSING
    resource: Any = MISSING
    each: Any = MISSING
    total: int = 0
    count: int = 0


def evaluate(value: Any, scope: Scope) -> Any:
    """Return what `value` stands for: itself if it is no expression, `MISSING` if it leads nowhere."""
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    source, _, pointer = value.partition("#")
    documents = {
        "$request.body": scope.body,
        "$response.body": scope.response,
        "$resource": scope.resource,
        "$each": scope.each,
    }
    if source in documents:
        return get(documents[source], pointer)
    if source in ("$total", "$count"):
        return getattr(scope, source[1:])
    for place in ("path", "query", "header"):
        prefix = f"$request.{place}."
        if source.startswith(prefix):
            name = source.removeprefix(prefix)
            return getattr(scope, place).get(name.lower() if place == "header" else name, MISSING)
    raise ValueError(f"no such runtime expression: {value}")


def embedded(template: str) -> list[str]:
    """Return the expressions in the key of a callback: `$request…` alone, or each in braces."""
    return [template] if template.startswith("$") else _EMBEDDED.findall(template)


def expand(template: str, scope: Scope) -> Any:
    """Return what the key of a callback stands for: `$request.body#/url` or `https://{$request…}/done`.

    A key that is one expression is its value, of any type. `MISSING` if one leads nowhere, or, within
    a longer key, to something that is neither text nor number.
    """
    values = [evaluate(expression, scope) for expression in embedded(template)]
    if template.startswith("$") or _EMBEDDED.fullmatch(template):
        return values[0]
    if not all(isinstance(value, str | int | float) for value in values):
        return MISSING
    texts = iter(values)
    return _EMBEDDED.sub(lambda match: str(next(texts)), template)
