"""A REST provider: find the operation, judge the request, carry it out, answer."""

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlencode

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.model.router import Router
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.contracts.wording import quoted
from mediatasks.errors import nearest
from mediatasks.mock.http.content_coding import advise
from mediatasks.mock.http.messages import JSON, MockReply, MockRequest, allowed, json_reply, options_reply
from mediatasks.mock.operations.actions import Action
from mediatasks.mock.operations.compilation import rest_action
from mediatasks.mock.operations.replies import encode
from mediatasks.mock.rest.failures import FailureReplies, stray_replies
from mediatasks.mock.rest.reply_check import REPLY_BREACH, ReplyCheck
from mediatasks.mock.rest.security import CREDENTIALS_BREACH, Guard
from mediatasks.mock.rest.validation import RequestReader, given_value, judge_size
from mediatasks.mock.simulators.simulator import Simulator
from mediatasks.mock.store.request_failure import RequestFailure
from mediatasks.mock.store.store import Store
from mediatasks.mock.webhooks.dispatcher import Dispatcher


class Service(Protocol):
    """What answers the requests to one provider."""

    contract: Contract
    store: Store
    simulator: Simulator
    dispatcher: Dispatcher

    def handle(self, request: MockRequest, path: str) -> MockReply:
        """Answer a request to `path`, which is the part after the provider's segment."""

    def serves(self, path: str) -> bool:
        """Whether an operation is at `path`, whatever the method."""


class OperationHandler:
    """One operation, compiled."""

    def __init__(
        self, operation: Operation, simulator: Simulator, check_replies: bool, demand_credentials: bool
    ) -> None:
        self.operation, self.simulator, self.store = operation, simulator, simulator.store
        self.dispatcher = simulator.dispatcher
        self.guard = Guard(operation, demand_credentials)
        self.reader = operation.contract.compiled(RequestReader, operation)
        self.failures = operation.contract.compiled(FailureReplies, operation)
        action = rest_action(operation, self.store)
        self.carry_out = simulator.carrying_out(operation, action)
        self.status = int(operation.success)
        self.check = ReplyCheck(operation) if check_replies else None
        # The query that finds the resources of callback addresses; None where there are no callbacks.
        self.called_back = None
        if isinstance(action, Action) and action.addresses and operation.data.get("callbacks"):
            self.called_back = action.query

    def handle(self, request: MockRequest, captured: Mapping[str, str]) -> MockReply:
        """Answer one request."""
        request.operation = self.operation.id
        breach = judge_size(request)
        if breach is not None:
            # The limit is the mock's own; the contract documents no reply for it, so none is checked.
            return self._refuse(request, captured, breach)
        if request.coding is not None:
            return advise(self._refuse(request, captured, request.coding), request)
        reply = self._answer(request, captured)
        if self.check is None:
            return reply
        judged = self.check.judge(reply)
        if judged is not reply:
            request.blame(REPLY_BREACH)
        return judged

    def _answer(self, request: MockRequest, captured: Mapping[str, str]) -> MockReply:
        if not (self.guard.admits(request) and self.simulator.admits(request)):
            request.blame(CREDENTIALS_BREACH)
            return self.failures.reply("unauthenticated")
        scope = self.reader.read(request, captured)
        if isinstance(scope, Mismatch):
            return self._refuse(request, captured, scope)
        try:
            with self.store.lock:
                self.store.catch_up()
                outcome = self.carry_out(scope, request)
                body = encode(outcome.body)
                found = () if self.called_back is None else self.called_back.find(scope).items
                self.dispatcher.answered(self.operation.id, scope, outcome.body, found)
                self.dispatcher.expect()
        except RequestFailure as failure:
            return self.failures.of(failure)
        headers: Mapping[str, str] = JSON if body else {}
        if outcome.headers:
            headers = {**headers, **outcome.headers}
        if outcome.next_page:
            headers = {**headers, "link": f'<{_next_url(request, outcome.next_page)}>; rel="next"'}
        return MockReply(self.status, headers, body)

    def _refuse(self, request: MockRequest, captured: Mapping[str, str], breach: Mismatch) -> MockReply:
        request.blame(breach)
        steps = (breach.part, *breach.steps)
        changes = self.simulator.refusal(breach, given_value(request, captured, breach))
        status = self.simulator.refusal_status(breach)
        return self.failures.reply("invalid", breach.message, steps, status, changes)


class RestService:
    """All operations of one REST provider."""

    def __init__(
        self, simulator: Simulator, check_replies: bool = False, demand_credentials: bool = False
    ) -> None:
        self.contract, self.store = simulator.contract, simulator.store
        self.simulator, self.dispatcher = simulator, simulator.dispatcher
        self.router: Router[OperationHandler] = Router()
        for operation in self.contract.operations.values():
            self.router.add(
                operation.method,
                operation.path,
                OperationHandler(operation, simulator, check_replies, demand_credentials),
            )
        self.stray = stray_replies(self.contract)

    def handle(self, request: MockRequest, path: str) -> MockReply:
        """Answer a request to `path`, which is the part after the provider's segment."""
        match = self.router.match(path)
        if match is None:
            hint = self._nearest(path)
            request.blame(Mismatch("request", (), f"a path of the contract; {hint}", quoted(path)))
            return self._refuse(404, f"no such path: `{path[:200]}`; {hint}")
        handler = match.methods.get(request.method)
        if handler is None:
            if request.method == "OPTIONS":
                return options_reply(match.methods)
            listed = ", ".join(sorted({e.operation.method for e in match.methods.values()}))
            request.blame(Mismatch("request", (), f"the method {listed}", quoted(request.method)))
            reply = self._refuse(405, f"`{request.method[:20]}` is not one of {listed}")
            return MockReply(reply.status, {**reply.headers, "allow": allowed(match.methods)}, reply.body)
        return handler.handle(request, match.captured)

    def serves(self, path: str) -> bool:
        """Whether an operation is at `path`, whatever the method."""
        return self.router.match(path) is not None

    def _refuse(self, status: int, text: str) -> MockReply:
        if self.stray is None:
            return json_reply(status, {"error": text})
        return self.stray.stray(status, text)

    def _nearest(self, path: str) -> str:
        return nearest(path[:200], {operation.path for operation in self.contract.operations.values()})


def _next_url(request: MockRequest, changes: Mapping[str, str]) -> str:
    """Return the URL of the same request with other query parameters."""
    query = [(name, value) for name, value in request.query if name not in changes]
    return f"{request.base}{request.path}?{urlencode([*query, *changes.items()])}"
