"""Traffic to judge: documented requests and followed tasks of all providers, as a mock answers them.

The mock's clock stands still between requests, so that the traffic is the same each time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from urllib.parse import urlsplit

from mediatasks.contracts.compose.store import open_store
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import get
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.documented_request import DocumentedRequest, documented_requests, prepare
from mediatasks.exchange.exchange import Exchange
from mediatasks.judge.observation.observed_resource import ObservedResource
from mediatasks.judge.observation.observer import Observer
from mediatasks.mock import Clock, Mock, MockRequest
from mediatasks.mock.http.messages import parse_query

URL = "http://server.example"
START, TICK = 1_767_225_600.0, 0.5  # 2026-01-01T00:00:00Z
TASKS, READS = 12, 20

Taken = tuple[Operation, Exchange]


@cache
def mixed_traffic() -> dict[str, list[Taken]]:
    """Return provider → exchanges with the operations that were sent, in a fixed random order of traces."""
    return {contract.provider: record(contract) for contract in open_store().choose([])}


def record(contract: Contract) -> list[Taken]:
    """Return one provider's share: every documented request, and tasks from their creation on."""
    sender = Sender(contract)
    taken = [sender.send(r) for o in contract.operations.values() for r in documented_requests(o)]
    traces = [follow(sender) for _ in range(TASKS)]
    order = random.Random(1)
    while traces:
        trace = order.choice(traces)
        sent = next(trace, None)
        if sent is None:
            traces.remove(trace)
        else:
            taken.append(sent)
    return taken


class Sender:
    """Send requests to one provider's mock."""

    def __init__(self, contract: Contract) -> None:
        self.contract, self.clock = contract, Clock(speed=0, at=START)
        self.observer = Observer(contract)
        self.credentials = Credentials(contract, {c.argument: c.example for c in contract.credentials})
        self._mock = Mock([contract], clock=self.clock, seed=1, sends=False)

    def send(self, request: DocumentedRequest) -> Taken:
        """Return what one request brought."""
        self.clock.advance(TICK)
        operation = request.operation
        placements = [*self.credentials.placements(operation), *self.credentials.body]
        sent = prepare([request], URL, placements)
        parts = urlsplit(sent.url)
        headers = {n.lower(): values[0] for n, values in sent.headers.items()}
        path = f"/{self.contract.provider}{parts.path}"
        asked = MockRequest(sent.method, path, parse_query(parts.query), headers, sent.body or b"")
        reply = self._mock.handle(asked)
        shown = {name.lower(): [value] for name, value in reply.headers.items()}
        return operation, replace(sent, status=reply.status, reply_headers=shown, reply=reply.body)


def follow(sender: Sender) -> Iterator[Taken]:
    """Yield a task's creation and reads, by its key and in its lists."""
    task = sender.contract.task
    if task is None:
        return
    for name in [*task.operations_with("create"), *task.operations_with("upsert")]:
        for request in documented_requests(sender.contract.operations[name]):
            made = sender.send(request)
            yield made
            shown = [r for seen in sender.observer.observe(*made) for r in seen.resources]
            if shown:
                yield from read(sender, shown[0])
                return


def read(sender: Sender, made: ObservedResource) -> Iterator[Taken]:
    """Yield reads of one task, each way in its turn."""
    task = made.resource
    requests = []
    for name in dict.fromkeys([*task.readers, *task.operations_with("list")]):
        request = next(documented_requests(sender.contract.operations[name]), None)
        where = task.operations[name].get("where", {})
        for pointer in task.key if name in task.readers else ():
            if request is not None:
                value, example = get(made.value, pointer), request.value_of(where[pointer])
                request = request.having(where[pointer], [value] if isinstance(example, list) else value)
        if request is not None:
            requests.append(request)
    for i in range(READS):
        yield sender.send(requests[0] if i % 4 else requests[i // 4 % len(requests)])
