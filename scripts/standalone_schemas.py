"""Component schemas as JSON Schemas that stand alone, usable without this project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get, join, split
from mediatasks.errors import ContractError

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_PREFIX = "#/components/schemas/"
# Members that hold data or names, in which `$ref` and `x-…` are not keywords.
_DATA = ("enum", "const", "default", "example", "examples", "required", "type")
_MAPS = ("properties", "patternProperties", "dependentSchemas", "$defs")
# Keywords of OpenAPI that JSON Schema does not have.
_FOREIGN = ("discriminator", "externalDocs", "xml", "example")


def standalone_schemas(contract: Contract) -> dict[str, dict[str, Any]]:
    """Return component name → JSON Schema 2020-12 with `$id` and everything it refers to in `$defs`.

    The schemas of both views of an RPC provider are there; extensions are left out. Raises
    ContractError where a reference leads elsewhere than to a component schema.
    """
    documents = (contract.document, contract.plain)
    sources: dict[str, Any] = {}
    for document in documents:
        sources.update(document.get("components", {}).get("schemas", {}))
    bare = {name: _bare(contract, schema) for name, schema in sources.items()}
    needs = {name: _names(schema) for name, schema in bare.items()}
    return {name: _standalone(contract.provider, name, bare, needs) for name in sorted(bare)}


def _standalone(
    provider: str, name: str, bare: Mapping[str, Any], needs: Mapping[str, set[str]]
) -> dict[str, Any]:
    seen: set[str] = set()
    todo = set(needs[name])
    while todo:
        needed = todo.pop()
        if needed not in bare:
            raise ContractError(provider, f"the reference `{_PREFIX}{needed}` leads nowhere")
        seen.add(needed)
        todo |= needs[needed] - seen
    schema = {"$schema": DIALECT, "$id": f"urn:mediatasks:{provider}:{name}", **bare[name]}
    return schema | ({"$defs": {n: bare[n] for n in sorted(seen)}} if seen else {})


def _bare(contract: Contract, schema: Any) -> Any:
    """Return a copy without extensions whose references point into `$defs`."""
    if isinstance(schema, list):
        return [_bare(contract, item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found: dict[str, Any] = {}
    for key, value in schema.items():
        if key.startswith("x-") or key in _FOREIGN:
            continue
        if key == "$ref":
            found[key] = _local(contract, value)
        elif key in _DATA:
            found[key] = value
        elif key in _MAPS and isinstance(value, dict):
            found[key] = {name: _bare(contract, inner) for name, inner in value.items()}
        else:
            found[key] = _bare(contract, value)
    return found


def _local(contract: Contract, ref: str) -> str:
    if not ref.startswith(_PREFIX):
        problem = f"the reference `{ref}` of a schema leads to no component schema"
        raise ContractError(contract.provider, problem)
    name, *rest = split(ref.removeprefix(_PREFIX.rstrip("/")))
    both = (contract.document, contract.plain)
    if all(get(d, join(("components", "schemas", name, *rest))) is MISSING for d in both):
        raise ContractError(contract.provider, f"the reference `{ref}` leads nowhere")
    return "#/$defs" + join((name, *rest))


def _names(schema: Any) -> set[str]:
    """Return the names of the `$defs` that a bare schema refers to."""
    if isinstance(schema, list):
        return set().union(*map(_names, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    found: set[str] = set()
    for key, value in schema.items():
        if key == "$ref":
            found.add(split(value.removeprefix("#"))[1])
        elif key in _MAPS and isinstance(value, dict):
            found |= set().union(*map(_names, value.values())) if value else set()
        elif key not in _DATA:
            found |= _names(value)
    return found
