"""OpenAPI runtime expressions, as `x-lifecycle` uses them (shape: `Value` in extensions.yaml)."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec

from mediatasks.contracts.pointer import MISSING, get, reader, split

_EMBEDDED = re.compile(r"\{(\$[^{}]+)\}")

# Where a scope has the documents that expressions begin with.
_DOCUMENTS = {
    "$request.body": "body",
    "$response.body": "response",
    "$resource": "resource",
    "$each": "each",
}


class Scope(msgspec.Struct, frozen=True):
    """What an expression can refer to. Header names are lower case."""

    path: Mapping[str, Any] = {}
    query: Mapping[str, Any] = {}
    header: Mapping[str, Any] = {}
    body: Any = MISSING
    response: Any = MISSING
    resource: Any = MISSING
    each: Any = MISSING
    total: int = 0
    count: int = 0


def evaluate(value: Any, scope: Scope) -> Any:
    """Return what `value` stands for: itself if it is no expression, `MISSING` if it leads nowhere."""
    return evaluator(value)(scope)


def evaluator(value: Any) -> Callable[[Scope], Any]:
    """Return `evaluate` for one value. Raises ValueError for an expression that there is not."""
    if isinstance(value, str) and value.startswith("$"):
        return _evaluator(value)
    return lambda scope: value


# A contract holds some dozens of expressions, and every request evaluates several.
@lru_cache(4096)
def _evaluator(expression: str) -> Callable[[Scope], Any]:
    source, _, pointer = expression.partition("#")
    if source in _DOCUMENTS:
        return _reading(attrgetter(_DOCUMENTS[source]), pointer)
    if source in ("$total", "$count"):
        return attrgetter(source[1:])
    for place in ("path", "query", "header"):
        prefix = f"$request.{place}."
        if source.startswith(prefix):
            values = attrgetter(place)
            name = source.removeprefix(prefix)
            name = name.lower() if place == "header" else name
            return lambda scope: values(scope).get(name, MISSING)
    raise ValueError(f"no such runtime expression: {expression}")


def _reading(document: Callable[[Scope], Any], pointer: str) -> Callable[[Scope], Any]:
    tokens = split(pointer)
    if len(tokens) != 1:
        read = reader(pointer)
        return lambda scope: read(document(scope))
    name = tokens[0]

    def member(scope: Scope) -> Any:
        found = document(scope)
        return found.get(name, MISSING) if type(found) is dict else get(found, pointer)

    return member


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
