"""RPC calls alone and several at a time: right ones, broken ones, and such of a method that nobody has."""

import json
from collections.abc import Iterator
from dataclasses import replace

from mediatasks.check.requests.negative import broken_requests, unknown_method
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.pointer import put
from mediatasks.exchange.documented_request import DocumentedRequest, documented_requests
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.rpc_calls import come_to_the_same
from mediatasks.judge.rules.rpc.rpc_batch import BatchedCalls
from mediatasks.judge.rules.rpc.rpc_broken_params import BrokenCall
from mediatasks.judge.rules.rpc.rpc_id_echo import CallPair
from mediatasks.judge.rules.rpc.rpc_unknown_method import UnknownCall

_METHODS = 4


def safe_requests(client: ProbeClient) -> list[DocumentedRequest]:
    """Return a documented request of each method that changes nothing, of a few of them."""
    safe = [o for o in client.contract.operations.values() if o.safe and o.rpc_method]
    found = [next(documented_requests(operation), None) for operation in safe[:_METHODS]]
    return [request for request in found if request is not None]


def send_batches(client: ProbeClient) -> Iterator[BatchedCalls]:
    """Send calls alone, together with ids and without, and with one that must fail. Raises Unanswered."""
    requests, envelope = safe_requests(client), client.contract.envelope
    if not requests or envelope is None:
        return
    if len(requests) == 1:
        requests = requests * 2
    before = [client.call(request) for request in requests]
    ways = [client.batch(requests)]
    if not envelope.request.get("id_required"):
        ways.append(client.batch(requests, numbered=False))
    after = [client.call(request) for request in requests]
    steady = [come_to_the_same(b.reply, a.reply) for b, a in zip(before, after, strict=True)]
    for together in ways:
        yield BatchedCalls(together, before, steady)
    broken = next(broken_requests(requests[0]), None)
    if broken is not None:
        first, _, *others = client.batch([requests[0], broken[0], *requests[1:]])
        yield BatchedCalls([first, *others], before, steady, failing=1)


def send_empty_batch(client: ProbeClient) -> Iterator[Observation]:
    """Send a batch without calls and yield what it shows. Raises Unanswered."""
    envelope = client.contract.envelope
    for request in safe_requests(client)[:1] if envelope is not None else ():
        assert envelope is not None
        sent = client.prepare([request])
        body = put(json.loads(sent.body or b"{}"), envelope.request["calls"], [])
        yield client.deliver(request.operation, replace(sent, body=json.dumps(body).encode()))[0]


def send_broken_params(client: ProbeClient) -> Iterator[BrokenCall]:
    """Break the documented request of each method in each way. Raises Unanswered."""
    for operation in client.contract.operations.values():
        request = client.request(operation.id) if client.may(operation.id) else None
        for broken, why in broken_requests(request) if request else ():
            yield BrokenCall(client.call(broken), why)


def send_pairs(client: ProbeClient) -> Iterator[CallPair]:
    """Send two calls that differ of each method that changes nothing, alone and together.

    Raises Unanswered.
    """
    for request in safe_requests(client):
        others = (r for r in documented_requests(request.operation) if r.body != request.body)
        for other in others:
            pair = [request, other]
            yield CallPair([client.call(one) for one in pair], client.batch(pair))
            break


def call_unknown_method(client: ProbeClient) -> Iterator[UnknownCall]:
    """Call an unknown method alone, and where batches are taken behind a known one. Raises Unanswered."""
    for request in safe_requests(client)[:1]:
        unknown = unknown_method(client.contract, request)
        yield UnknownCall(client.call(unknown), None)
        known, envelope = client.call(request), client.contract.envelope
        if known.accepted and envelope is not None and envelope.batches:
            first, second = client.batch([request, unknown])
            yield UnknownCall(second, first)
