"""A right server with a defect before it: what comes in and what goes out passes through the defect."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mediatasks.check import Target
from mediatasks.check.runner.mock_target import TickingClock
from mediatasks.contracts.model.contract import Contract
from mediatasks.mock import Mock, MockServer
from mediatasks.mock.http.messages import MockReply, MockRequest
from mediatasks.mock.rest.reply_check import ReplyCheck, RpcReplyCheck
from mediatasks.mock.rest.service import Service


class Right:
    """The right server, as a defect uses it for one request: it may be asked any number of times."""

    def __init__(self, handle: Callable[[MockRequest], MockReply], service: Service) -> None:
        self._handle, self.service = handle, service
        self.asked: list[tuple[MockRequest, MockReply]] = []

    def answer(self, request: MockRequest) -> MockReply:
        """Answer a request rightly."""
        reply = self._handle(request)
        self.asked.append((request, reply))
        return reply


# Given a request and the right server it answers, wrongly; where it does no harm it returns the
# right server's own reply.
Defect = Callable[[MockRequest, Right], MockReply]


def no_defect(request: MockRequest, right: Right) -> MockReply:
    """Answer rightly."""
    return right.answer(request)


class MutantMock(Mock):
    """A mock of one provider with a defect.

    `touched` counts the requests whose answer the defect had a hand in, `malformed` those of them
    whose reply breaks the contract by its form: status, content type, schema. `crash` is what the defect
    raised, which is a fault of the mutant and not of the server.
    """

    def __init__(self, contract: Contract, defect: Defect, seed: int = 1) -> None:
        super().__init__([contract], clock=TickingClock(), seed=seed, sends=False)
        self.contract, self.defect = contract, defect
        self.touched = self.malformed = 0
        self.crash: Exception | None = None
        envelope = contract.envelope
        self._forms = {o.id: ReplyCheck(o) for o in contract.operations.values()} if not envelope else {}
        self._rpc_form = RpcReplyCheck(contract) if envelope else None

    def handle(self, request: MockRequest) -> MockReply:
        """Answer a request as the defect has it."""
        service = self.services.get(request.path.removeprefix("/").partition("/")[0])
        if service is None:
            return super().handle(request)
        right = Right(super().handle, service)
        try:
            reply = self.defect(request, right)
        except Exception as crash:
            self.crash = crash
            return super().handle(request)
        if [(id(request), id(reply))] != [(id(asked), id(given)) for asked, given in right.asked]:
            self.touched += 1
            self.malformed += self._is_malformed(right, reply)
        return reply

    def _is_malformed(self, right: Right, reply: MockReply) -> bool:
        form = self._rpc_form or next((self._forms.get(r.operation) for r, _ in right.asked), None)
        if form is None or reply.delivery is not None:
            return False
        if reply.headers.get("content-type") != "application/json":
            return True
        try:
            return form.judge(reply) is not reply
        except ValueError:
            return True


@contextmanager
def serving(mock: MutantMock) -> Iterator[Target]:
    """Serve a mutant on a free port of this machine while the block runs."""
    # The test sends requests that are no HTTP on purpose; the mock's server would report each.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    with MockServer(mock) as server:
        yield Target(server.url_of(mock.contract.provider), is_mock=True)
