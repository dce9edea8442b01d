"""Where each fact of a contract comes from: `x-provenance` resolved by inheritance."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.nodes import Node, nodes
from mediatasks.contracts.pointer import join, split

STATUSES = ("documented", "published", "observed", "inferred")
UNSTATED = "unstated"

_PLAIN_KINDS = ("parameter", "header", "securityScheme", "property")
# Tokens of a pointer into a schema that say nothing to a reader.
_SILENT = ("properties", "items", "anyOf", "allOf", "oneOf", "enum", "schema")


@dataclass(frozen=True)
class ContractFact:
    """One claim of a contract.

    `kind`: operation, webhook, parameter, status, header, securityScheme, schema, property, value (of
    an enumeration) or default. `place` is its JSON Pointer in the composed contract, `name` a
    short name for people. `status` is one of `STATUSES`, or `UNSTATED`. `origin` is the pointer of
    the object that states it; the empty string is the root.
    """

    kind: str
    place: str
    name: str
    status: str
    source: str
    locator: str
    note: str
    origin: str | None


@dataclass(frozen=True)
class Contradiction:
    """What a source says in one place, what elsewhere, and what the contract accepts."""

    place: str
    here: str
    there: str
    accepts: str


@dataclass(frozen=True)
class _Stated:
    """An `x-provenance` and the pointer of the object that holds it."""

    data: Mapping[str, Any]
    origin: str | None


def facts(contract: Contract) -> Iterator[ContractFact]:
    """Yield every operation, parameter, status code, schema, property, value and default."""
    stated: dict[str, _Stated] = {}
    for node in _claims(contract):
        own = node.value.get("x-provenance")
        if isinstance(own, dict):
            stated[node.pointer] = _Stated(own, node.pointer)
        else:
            stated[node.pointer] = stated.get(node.parent, _Stated({}, None))
        yield from _facts(contract, node, stated)


def count(found: Iterable[ContractFact]) -> dict[str, int]:
    """Return status → number of facts; a status that does not occur has 0, `unstated` is left out then."""
    counter = Counter(fact.status for fact in found)
    counts = {status: counter[status] for status in STATUSES}
    return counts | ({UNSTATED: counter[UNSTATED]} if counter[UNSTATED] else {})


def contradictions(contract: Contract) -> Iterator[Contradiction]:
    """Yield every `x-contradictions` entry."""
    seen = set()
    for node in _claims(contract):
        for entry in node.value.get("x-contradictions", []):
            found = Contradiction(node.pointer, entry["here"], entry["there"], entry["accepts"])
            if (found.here, found.there, node.name) not in seen:
                seen.add((found.here, found.there, node.name))
                yield found


def left_out(contract: Contract) -> list[Mapping[str, str]]:
    """Return `x-left-out`: what, source, locator and reason of each."""
    entries: list[Mapping[str, str]] = contract.document.get("x-left-out", [])
    return entries


def name_of_value(value: Any) -> str:
    """Return the key under `x-provenance.enum` for a value of an enumeration."""
    return value if isinstance(value, str) else json.dumps(value)


def _claims(contract: Contract) -> Iterator[Node]:
    """Yield the nodes that hold facts.

    For an RPC provider its methods come from the view with an operation per method, the schemas from
    the other one, where the envelope stands once and not once a method.
    """
    for node in nodes(contract.document):
        if not node.pointer.startswith("/components"):
            yield node
    for node in nodes(contract.plain):
        if node.pointer.startswith("/components"):
            yield node


def _facts(contract: Contract, node: Node, stated: Mapping[str, _Stated]) -> Iterator[ContractFact]:
    here = stated[node.pointer]
    refers = "$ref" in node.value
    if node.kind in ("operation", "webhook operation"):
        name = node.value.get("operationId") or split(node.parent)[-1]
        yield _fact(node.kind.split()[0], node.pointer, name, here)
    elif node.kind == "response" and not node.component:
        yield _status(contract, node, stated)
    elif node.kind in _PLAIN_KINDS and not (refers and node.kind != "property"):
        yield _fact(node.kind, node.pointer, _name(contract, node), here)
    elif node.component == "schemas":
        yield _fact("schema", node.pointer, node.name, here)
    if node.is_schema:
        yield from _values(contract, node, here)


def _status(contract: Contract, node: Node, stated: Mapping[str, _Stated]) -> ContractFact:
    """The claim that an operation answers a status: at the operation, the response, or inherited."""
    operation = stated.get(node.parent, _Stated({}, None))
    listed = operation.data.get("responses", {}) if operation.origin == node.parent else {}
    shared = contract.resolve(node.value).get("x-provenance")
    if node.name in listed:
        found = _Stated(listed[node.name], node.parent)
    elif isinstance(shared, dict):
        found = _Stated(shared, node.pointer)
    else:
        found = operation
    return _fact("status", node.pointer, _name(contract, node), found)


def _values(contract: Contract, node: Node, here: _Stated) -> Iterator[ContractFact]:
    # A parameter states for its schema, an array for its elements; an object not for its members.
    near = {node.pointer} if node.kind == "property" else {node.pointer, node.parent}
    own = here.data if here.origin in near else {}
    name = _name(contract, node)
    for i, value in enumerate(node.value.get("enum", [])):
        text = name_of_value(value)
        listed = own.get("enum", {}).get(text)
        found = _Stated(listed, node.pointer) if listed else here
        yield _fact("value", f"{node.pointer}/enum/{i}", f"{name} = {text}", found)
    if "default" in node.value:
        listed = own.get("default")
        found = _Stated(listed, node.pointer) if listed else here
        text = name_of_value(node.value["default"])
        yield _fact("default", f"{node.pointer}/default", f"{name} default {text}", found)


def _fact(kind: str, place: str, name: str, stated: _Stated) -> ContractFact:
    status, source, locator, note = (
        str(stated.data.get(key, "")) for key in ("status", "source", "locator", "note")
    )
    return ContractFact(kind, place, name, status or UNSTATED, source, locator, note, stated.origin)


def _name(contract: Contract, node: Node) -> str:
    """Return a short name: `Job.status`, `get_job 404`, `list_jobs limit`."""
    tokens = split(node.pointer)
    if tokens[0] == "components":
        kept = [t for t in tokens[2:] if t not in _SILENT and not t.isdecimal()]
        return ".".join(kept)
    # /paths/PATH/METHOD/responses/CODE/…, /paths/PATH/METHOD/parameters/N/…, /paths/PATH/parameters/N
    holder: Any = contract.document
    words = []
    for i, token in enumerate(tokens):
        holder = holder[int(token)] if isinstance(holder, list) else holder[token]
        if isinstance(holder, dict) and "operationId" in holder:
            words = [holder["operationId"]]
        elif isinstance(holder, dict) and isinstance(holder.get("name"), str) and "in" in holder:
            words.append(holder["name"])
        elif tokens[i - 1] in ("responses", "properties", "headers", "webhooks"):
            words.append(token)
    return " ".join(words) or join(tokens)
