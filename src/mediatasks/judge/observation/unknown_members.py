"""What a reply holds that the contract does not list, by the contract's strict view."""

import copy
import json
from dataclasses import replace
from functools import lru_cache
from typing import Any

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.model.envelope import Envelope, RpcReply
from mediatasks.contracts.pointer import MISSING, get, put
from mediatasks.contracts.schema.strict_view import StrictSchema, Unknown
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.replies import has_declared_body


def find_unknown(
    operation: Operation, exchange: Exchange, reply: RpcReply | None, index: int
) -> tuple[Unknown, ...]:
    """Return what is unknown in a declared reply; places in its body.

    Of a reply to several RPC calls this is what stands in `reply`, the element of the call number
    `index`; what stands around the elements belongs to the first.
    """
    schema = _schema(operation.contract, operation.id, str(exchange.status))
    if schema is None or exchange.json is MISSING or not has_declared_body(operation, exchange):
        return ()
    envelope = operation.contract.envelope
    if envelope is None or "calls" not in envelope.reply:
        return tuple(schema.unknown(exchange.json))
    body, place = _alone(envelope, exchange.json, reply, index)
    first = f"{envelope.reply['calls']}/0"
    return tuple(
        replace(u, pointer=place + u.pointer.removeprefix(first)) if u.pointer.startswith(first) else u
        for u in schema.unknown(body)
    )


def unknown_values(operation: Operation, exchange: Exchange) -> set[str]:
    """Return the places of the values in a reply that are in no enumeration."""
    envelope = operation.contract.envelope
    replies: list[RpcReply | None] = [*envelope.replies(exchange.json)] if envelope else []
    found = [u for i, r in enumerate(replies or [None]) for u in find_unknown(operation, exchange, r, i)]
    return {u.pointer for u in found if u.kind == "value"}


def _alone(envelope: Envelope, body: Any, reply: RpcReply | None, index: int) -> tuple[Any, str]:
    """Return a body as if one call had been made, and where its element really stands."""
    calls = envelope.reply["calls"]
    place = reply.place.removesuffix(str(envelope.reply["result"])) if reply else f"{calls}/0"
    elements = get(body, calls)
    if not isinstance(elements, list) or (len(elements) == 1 and not index):
        return body, place
    around = {} if index else copy.deepcopy(body)
    return put(around, calls, [get(body, place)] if reply else []), place


@lru_cache(maxsize=512)
def _schema(contract: Contract, operation_id: str, status: str) -> StrictSchema | None:
    schema = contract.operations[operation_id].reply_schema(status)
    return None if schema is None else _compiled(contract, json.dumps(schema))


@lru_cache(maxsize=128)
def _compiled(contract: Contract, schema: str) -> StrictSchema:
    """Compile a schema once, for most operations share their error replies."""
    return StrictSchema(contract, json.loads(schema))
