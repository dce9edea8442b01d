"""What defects are made of: where they stand between a request, the right server and its reply."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec.structs import replace

from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import ObservedResource
from mediatasks.mock.http.messages import MockReply, MockRequest
from mediatasks.mock.rest.failures import FailureReplies
from mediatasks.mock.rest.service import Service
from mediatasks.mock.rpc.service import RpcService
from mediatasks.mock.store.collection import Kept
from tests.mutants.server import Defect, Right
from tests.mutants.wire import Change, Wire, changed_at, decode, places, with_body


def on_requests(operation: Operation, expression: str, change: Change) -> Defect:
    """Change a value of each request before the right server sees it."""
    wire = Wire(operation.contract)

    def defect(request: MockRequest, right: Right) -> MockReply:
        if wire.is_of(request, operation):
            request = wire.change(request, operation, expression, change)
        return right.answer(request)

    return defect


def on_replies(
    operation: Operation,
    change: Callable[[MockReply], MockReply],
    when: Callable[[MockReply], bool] = lambda reply: 200 <= reply.status < 300,
) -> Defect:
    """Change each reply of an operation, of the accepted ones where `when` does not say else."""
    wire = Wire(operation.contract)

    def defect(request: MockRequest, right: Right) -> MockReply:
        reply = right.answer(request)
        return change(reply) if wire.is_of(request, operation) and when(reply) else reply

    return defect


def on_results(operation: Operation, change: Callable[[Any, Observation], Any]) -> Defect:
    """Change the body of accepted replies: given body and observation, it returns the body to send.

    In an RPC reply it is called for each call of the method; the result stands at `seen.place`.
    """
    wire = Wire(operation.contract)

    def defect(request: MockRequest, right: Right) -> MockReply:
        reply = right.answer(request)
        before = body = decode(reply.body)
        for seen in wire.observe(request, reply, operation):
            body = change(body, seen)
        return reply if body is before else with_body(reply, body)

    return defect


def on_members(operation: Operation, pattern: str, change: Change) -> Defect:
    """Change what stands at a place of accepted results; `*` in the pattern is each element."""

    def change_body(body: Any, seen: Observation) -> Any:
        for place in list(places(body, seen.place + pattern)):
            body = changed_at(body, place, change)
        return body

    return on_results(operation, change_body)


def on_resources(operation: Operation, change: Callable[[Any, ObservedResource], Any]) -> Defect:
    """Change each resource that accepted replies show: given a copy, it returns what is shown."""

    def change_body(body: Any, seen: Observation) -> Any:
        for observed in seen.resources:
            body = changed_at(body, observed.place, partial(_changed, change, observed))
        return body

    return on_results(operation, change_body)


def _changed(change: Callable[[Any, ObservedResource], Any], observed: ObservedResource, value: Any) -> Any:
    return change(value, observed)


def in_turn(*defects: Defect) -> Defect:
    """Return the defects one before the other, the first one nearest to the client."""

    def defect(request: MockRequest, right: Right) -> MockReply:
        if len(defects) == 1:
            return defects[0](request, right)
        inner = in_turn(*defects[1:])
        return defects[0](request, _Behind(inner, right))

    return defect


class _Behind(Right):
    """A server that has a defect of its own, as the defect before it sees it."""

    def __init__(self, inner: Defect, right: Right) -> None:
        self.service, self.asked = right.service, right.asked
        self._handle = lambda request: inner(request, right)

    def answer(self, request: MockRequest) -> MockReply:
        """Answer a request by the defect behind."""
        return self._handle(request)


def undone(operation: Operation) -> Defect:
    """Answer as if it were done, and do nothing."""
    wire = Wire(operation.contract)

    def defect(request: MockRequest, right: Right) -> MockReply:
        if not wire.is_of(request, operation):
            return right.answer(request)
        before = Memory(right.service)
        reply = right.answer(request)
        if not wire.observe(request, reply, operation):
            return reply
        before.restore()
        return pretended(reply)

    return defect


def pretended(reply: MockReply) -> MockReply:
    """Return the reply to a request by which the server did something else than it says."""
    return replace(reply)


class Memory:
    """All that a right server holds at one moment, to be put back."""

    def __init__(self, service: Service) -> None:
        self.service, self.store = service, service.store
        self._memory = copy.deepcopy(self.service.simulator.memory)
        self._collections: dict[str, tuple[list[Kept], tuple[int, dict[str, int]]]] = {}
        for name, collection in self.store.collections.items():
            kept = [
                (i.number, copy.deepcopy(i.value), i.state, i.entered, i.due, copy.deepcopy(i.private))
                for i in collection.ordered()
            ]
            self._collections[name] = kept, copy.deepcopy(collection.counters)

    def restore(self) -> None:
        """Put it back; ids that were given meanwhile are not given again."""
        for name, (kept, (number, highest)) in self._collections.items():
            collection = self.store.collections[name]
            used = collection.counters[1]
            collection.clear(collection.rng)
            collection.restore(sorted(kept, key=lambda k: k[0]), (number, {**highest, **used}))
        self.service.simulator.memory.clear()
        self.service.simulator.memory.update(self._memory)
        self.service.simulator.resume()


def refusal(
    right: Right, operation: Operation, request: MockRequest, kind: str, text: str = ""
) -> MockReply:
    """Return the provider's own reply to a request that fails; `kind` is one of `x-errors`."""
    if isinstance(right.service, RpcService):
        return right.service.failure(decode(request.body), kind, text or "not possible")
    return FailureReplies(operation).reply(kind, text)


def constant(value: Any) -> Change:
    """Return the change that writes `value`, whatever was there."""
    return lambda before: value


def dropped(before: Any) -> Any:
    """Take a value away."""
    return MISSING
