"""Let the calls view of an RPC provider carry several calls, as its real path does.

The view describes requests of exactly one call. A request that is made to break this by a second
call is answered by two reply elements, and rightly so.
"""

import copy
from collections.abc import Iterator
from typing import Any

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import split


def allow_batches(contract: Contract) -> Contract:
    """Return the contract without the limit of one call, where its envelope knows batches."""
    envelope = contract.envelope
    if envelope is None or not envelope.batches:
        return contract
    open_contract = contract.with_document(copy.deepcopy(contract.document))
    for operation in open_contract.operations.values():
        for media in operation.request_media.values():
            _open(open_contract, media.get("schema", {}), envelope.request.get("calls"))
        reply = operation.reply_schema(operation.success) or {}
        _open(open_contract, reply, envelope.reply.get("calls"))
    return open_contract


def _open(contract: Contract, schema: Any, pointer: str | None) -> None:
    """Take `maxItems` from the array at `pointer` in a body's schema."""
    if pointer is None:
        return
    found = list(_alternatives(contract, schema))
    for token in split(pointer):
        below = [s["properties"][token] for s in found if token in s.get("properties", {})]
        found = [a for s in below for a in _alternatives(contract, s)]
    for array in found:
        array.pop("maxItems", None)


def _alternatives(contract: Contract, schema: Any) -> Iterator[dict[str, Any]]:
    resolved = contract.resolve(schema)
    if isinstance(resolved, dict):
        yield resolved
        for keyword in ("anyOf", "oneOf", "allOf"):
            for branch in resolved.get(keyword, []):
                yield from _alternatives(contract, branch)
