"""A schema holds keywords only: an unquoted comma in `{…}` makes a stray one of a text's tail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
from jsonschema_specifications import REGISTRY
from spec_problem import Problem
from spec_source import Source

from mediatasks.errors import nearest

# What OpenAPI 3.1 adds to JSON Schema 2020-12 (4.8.24.2).
_OPENAPI = {"discriminator", "xml", "externalDocs", "example"}


def _keywords() -> set[str]:
    """Return the keywords of JSON Schema 2020-12, from its own meta-schema and its parts."""
    meta: Any = jsonschema.Draft202012Validator.META_SCHEMA
    resolver = REGISTRY.resolver(meta["$id"])
    parts = [resolver.lookup(part["$ref"]).contents for part in meta["allOf"]]
    return {keyword for part in (meta, *parts) for keyword in part["properties"]}


KEYWORDS = _keywords() | _OPENAPI


def check(source: Source) -> Iterator[Problem]:
    """Yield the members of schemas that are no keywords."""
    for node in source.nodes:
        for key in node.value if node.is_schema else ():
            if key not in KEYWORDS and not key.startswith("x-"):
                place = source.place(f"{node.pointer}/{key}")
                advice = f"{nearest(key, KEYWORDS)}; quote a text that holds a comma"
                yield Problem(place, "a keyword of JSON Schema", f"`{key}`", advice)
