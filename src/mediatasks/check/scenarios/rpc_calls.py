"""RPC calls that a probe sends several at a time, and whether they came to the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.equality import equal_on_wire
from mediatasks.contracts.model.envelope import RpcReply
from mediatasks.contracts.pointer import MISSING, put
from mediatasks.exchange.documented_request import DocumentedRequest, documented_requests
from mediatasks.judge.observation import Observation

_METHODS = 4


def safe_requests(client: ProbeClient) -> list[DocumentedRequest]:
    """Return a documented request of each method that changes nothing, of a few of them."""
    safe = [o for o in client.contract.operations.values() if o.safe and o.rpc_method]
    found = [next(documented_requests(operation), None) for operation in safe[:_METHODS]]
    return [request for request in found if request is not None]


def two_of_one_method(client: ProbeClient) -> Iterator[list[DocumentedRequest]]:
    """Yield two documented requests that differ, of each method that changes nothing."""
    for request in safe_requests(client):
        for other in documented_requests(request.operation):
            if other.body != request.body:
                yield [request, other]
                break


def compare(one: Observation, other: Observation) -> bool:
    """Whether two calls came to the same: the same result, or an error each."""
    return alike(one.reply, other.reply)


def alike(one: RpcReply | None, other: RpcReply | None) -> bool:
    """Whether two reply elements say the same, the texts of errors left aside."""
    if one is None or other is None:
        return one is other
    if one.result is MISSING or other.result is MISSING:
        return one.result is other.result and (one.error is MISSING) == (other.error is MISSING)
    return equal_on_wire(one.result, other.result) and equal_on_wire(one.errors, other.errors)


def without_calls(client: ProbeClient, request: DocumentedRequest) -> list[Observation]:
    """Send an empty batch and return what it shows."""
    envelope = client.contract.envelope
    assert envelope is not None
    sent = client.prepare([request])
    body = put(json.loads(sent.body or b"{}"), envelope.request["calls"], [])
    return client.deliver(request.operation, replace(sent, body=json.dumps(body).encode()))
