"""openrpc.yaml fits the meta-schema of its OpenRPC version (1.0 to 1.3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7
from schema_words import words_of
from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.pointer import join

META_SCHEMA = Path(__file__).with_name("openrpc-meta-schema.json")
# What the meta-schema refers to on the network. Schemas are checked in the composed views, in the
# dialect that they are written in, so it is enough here that they are schemas at all.
_JSON_SCHEMA = {
    "type": ["object", "boolean"],
    "definitions": {"JSONSchemaObject": {"properties": {"$ref": {"type": "string"}}}},
}


def check(source: Source) -> Iterator[Problem]:
    """Yield what the meta-schema finds; nothing for a REST provider."""
    if "openrpc.yaml" not in source.files or not source.is_rpc:
        return
    for error in _validator().iter_errors(source.files["openrpc.yaml"]):
        deepest = max((error, *(error.context or ())), key=lambda e: len(e.absolute_path))
        place = source.file_place("openrpc.yaml", join(deepest.absolute_path))
        expected, got = words_of(deepest)
        yield Problem(place, f"valid OpenRPC: {expected}", got, "see spec.open-rpc.org")


@cache
def _validator() -> Draft7Validator:
    resource: Resource[Any] = Resource.from_contents(_JSON_SCHEMA, default_specification=DRAFT7)
    places = ("https://meta.json-schema.tools", "https://meta.json-schema.tools/")
    registry: Registry[Any] = Registry().with_resources([(place, resource) for place in places])
    return Draft7Validator(json.loads(META_SCHEMA.read_text("utf-8")), registry=registry)
