"""Mocks with one defect, and what one rule alone finds when it probes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from mediatasks.check import Finding, Options, Target, check_provider
from mediatasks.check.runner.mock_target import TickingClock
from mediatasks.contracts.model.contract import Contract
from mediatasks.mock import Clock, Mock, MockReply, MockRequest, MockServer

Handle = Callable[[MockRequest], MockReply]
Wrong = Callable[[MockRequest, Handle], MockReply]


def right(request: MockRequest, handle: Handle) -> MockReply:
    return handle(request)


def edit(operation: str, change: Callable[[Any], Any]) -> Wrong:
    """Return a server that changes the JSON of each accepted reply of an operation."""

    def wrong(request: MockRequest, handle: Handle) -> MockReply:
        reply = handle(request)
        if request.operation != operation or reply.status >= 300:
            return reply
        return answer(change(reply.json()), reply.status)

    return wrong


def ignore(method: str, path: str, reply: Any, status: int = 200) -> Wrong:
    """Return a server that answers requests to what ends in `path` with `reply`, and does nothing."""

    def wrong(request: MockRequest, handle: Handle) -> MockReply:
        if request.method == method and request.path.endswith(path):
            return answer(reply, status)
        return handle(request)

    return wrong


def answer(document: Any, status: int = 200) -> MockReply:
    return MockReply(status, {"content-type": "application/json"}, json.dumps(document).encode())


@contextmanager
def serving(contract: Contract, wrong: Wrong = right, clock: Clock | None = None) -> Iterator[str]:
    """Serve a mock in which `wrong` answers, with the right answer at hand; yield its URL."""
    # An answer to what a mock sends by itself would come in real time: two runs would not compare.
    mock = Mock([contract], clock=clock or TickingClock(), seed=1, sends=False)
    handle, broken = mock.handle, []

    def answer_wrongly(request: MockRequest) -> MockReply:
        try:
            return wrong(request, handle)
        except Exception as error:
            broken.append(error)
            raise

    mock.handle = answer_wrongly
    with MockServer(mock) as server:
        yield server.url_of(contract.provider)
    # A server that breaks proves nothing about one that is wrong.
    for error in broken:
        raise error


def probe(contract: Contract, rule: str, wrong: Wrong = right) -> list[Finding]:
    """Return what a rule finds by its own probe, all others switched off."""
    options = Options(phases=("probing",), rules=(rule,))
    with serving(contract, wrong) as url:
        return check_provider(contract, Target(url, is_mock=True), options).findings
