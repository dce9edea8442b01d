"""What must not come back: the credentials of a run, and members of requests that are write-only.

In place of such a member a probe sends a text of its own, which no reply can hold by chance and which
tells where it was put.
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import get, join, put
from mediatasks.contracts.schema.bodies import request_schema
from mediatasks.contracts.schema.shape import Shape
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.placement import Placement

# A shorter one would be found in any text.
_LONG = 6
_MARK = "mediatasks-secret-{operation}-{member}-of-check"
_FOUND = re.compile(rb"mediatasks-secret-(\d+)-(\d+)-of-check")
_DEPTH = 8


def secret_members(operation: Operation) -> tuple[str, ...]:
    """Return the pointers of what the contract marks write-only or as a password, in body or params."""
    return _secret_members(operation.contract, operation.id)


@lru_cache(maxsize=256)
def _secret_members(contract: Contract, operation_id: str) -> tuple[str, ...]:
    schema = contract.operations[operation_id].body_schema or {}
    if contract.envelope is not None:
        shape = Shape(contract, schema).at(contract.envelope.params_pointer())
        schema = shape.schema if shape else {}
    return tuple(dict.fromkeys(_members(contract, [schema], (), 0)))


def with_marks(request: DocumentedRequest) -> tuple[DocumentedRequest, int]:
    """Return the request with a text of our own in each secret member, and how many there are.

    A member of which the contract wants another form keeps its example.
    """
    operation = request.operation
    index = list(operation.contract.operations).index(operation.id)
    body, count = request.body, 0
    for i, pointer in enumerate(secret_members(operation)):
        if isinstance(get(body, pointer), str):
            mark = _MARK.format(operation=index, member=i)
            marked = put(copy.deepcopy(body), pointer, mark)
            if operation.contract.envelope is None and request_schema(operation).deviations(marked):
                continue
            body, count = marked, count + 1
    return DocumentedRequest(operation, request.path, request.query, request.header, body), count


def marks_in(contract: Contract, reply: bytes) -> Iterator[tuple[Operation, str]]:
    """Yield (operation, pointer) of the secret members whose marks a reply holds."""
    operations = list(contract.operations.values())
    for index, member in dict.fromkeys(_FOUND.findall(reply)):
        if int(index) < len(operations):
            members = secret_members(operations[int(index)])
            if int(member) < len(members):
                yield operations[int(index)], members[int(member)]


@lru_cache(maxsize=8)
def secrets_of(credentials: Credentials) -> list[Placement]:
    """Return the credentials that no reply may hold, long enough to be told from other text."""
    return [p for p in credentials.all if p.secret and len(_value(p)) >= _LONG]


def places_of(placement: Placement, exchange: Exchange) -> Iterator[str]:
    """Yield where a reply holds a credential: `header NAME`, or a JSON Pointer in the body."""
    forms = _forms(_value(placement))
    for name, values in (exchange.reply_headers or {}).items():
        # A server may renew a cookie with the value that it has.
        if placement.place == "cookie" and name.lower() == "set-cookie":
            continue
        if any(form in str(value) for form in forms for value in values):
            yield f"header {name}"
    if any(form.encode() in exchange.reply for form in forms):
        found = next(_pointers(exchange.json, forms, (), 0), None)
        yield "(body)" if found is None else found


def _value(placement: Placement) -> str:
    # `Bearer VALUE` is looked for without its first word.
    return str(placement.value).rpartition(" ")[2]


@lru_cache(maxsize=64)
def _forms(value: str) -> tuple[str, ...]:
    escaped = json.dumps(value)[1:-1]
    return tuple(dict.fromkeys((value, quote(value, safe=""), quote_plus(value), escaped)))


def _pointers(
    value: Any, forms: tuple[str, ...], steps: tuple[str | int, ...], depth: int
) -> Iterator[str]:
    """Yield the places of the texts that hold one of `forms`."""
    if isinstance(value, str) and any(form in value for form in forms):
        yield join(steps)
    elif isinstance(value, dict | list) and depth < 50:
        pairs: Any = value.items() if isinstance(value, dict) else enumerate(value)
        for name, member in pairs:
            yield from _pointers(member, forms, (*steps, name), depth + 1)


def _members(
    contract: Contract, schemas: list[Mapping[str, Any]], steps: tuple[str | int, ...], depth: int
) -> Iterator[str]:
    """Yield the pointers of write-only members, all variants taken together; the first of an array.

    A `format` of `password` alone promises nothing of replies: it keeps a value out of messages.
    """
    parts = [part for schema in schemas for part in Shape(contract, schema).parts]
    if any(s.get("writeOnly") for s in (*schemas, *parts)):
        yield join(steps)
    elif depth < _DEPTH:
        names = dict.fromkeys(n for part in parts for n in part.get("properties", {}))
        for name in names:
            inner = [p["properties"][name] for p in parts if name in p.get("properties", {})]
            yield from _members(contract, inner, (*steps, name), depth + 1)
        items = [part["items"] for part in parts if isinstance(part.get("items"), dict)]
        if items:
            yield from _members(contract, items, (*steps, 0), depth + 1)
