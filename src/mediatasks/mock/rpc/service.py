"""An RPC provider: several calls in one request, in order, failures inside HTTP 200."""

from typing import Any

from mediatasks.contracts.equality import equal_on_wire, text_of
from mediatasks.contracts.expression import Scope
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.model.envelope import Envelope, RpcCall, RpcReply
from mediatasks.contracts.pointer import MISSING, get, put, split
from mediatasks.contracts.schema.messages import got
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.contracts.schema.shape import Shape
from mediatasks.contracts.schema.validation import Validator
from mediatasks.contracts.wording import quoted
from mediatasks.mock.http.body import judge_media_type, read_body
from mediatasks.mock.http.content_coding import advise
from mediatasks.mock.http.messages import MockReply, MockRequest, allowed, json_reply, options_reply
from mediatasks.mock.operations.compilation import rpc_action
from mediatasks.mock.operations.replies import copied
from mediatasks.mock.operations.synthesis import synthesise
from mediatasks.mock.rest.failures import FailureReplies
from mediatasks.mock.rest.reply_check import REPLY_BREACH, RpcReplyCheck
from mediatasks.mock.rest.security import CREDENTIALS_BREACH, Guard
from mediatasks.mock.rest.validation import judge_size
from mediatasks.mock.simulators.simulator import Simulator
from mediatasks.mock.store.request_failure import RequestFailure

MAX_CALLS = 1000
_TEXTS = {
    "unknown_method": "unknown method '{method}'",
    "invalid": "invalid value at {place}",
    "unauthenticated": "credentials are missing or wrong",
}


class _RequestRejected(Exception):
    """The whole request fails. `text` is the provider's error text, `breach` what broke the contract."""

    def __init__(self, text: str, breach: Mismatch) -> None:
        super().__init__(text, breach)
        self.text, self.breach = text, breach


class Method:
    """One RPC method, compiled."""

    def __init__(self, operation: Operation, envelope: Envelope, simulator: Simulator) -> None:
        self.operation = operation.id
        self.failures = FailureReplies(operation)
        self.run = simulator.carrying_out(operation, rpc_action(operation, simulator.store))
        body = Shape(operation.contract, operation.body_schema)
        at = f"{envelope.request['calls']}/0" if "calls" in envelope.request else ""
        call = body.at(at) or Shape(operation.contract, {})
        self.validator = Validator.of(operation.contract, call.schema)

    def carry_out(self, params: Any, request: MockRequest) -> tuple[Any, list[str]]:
        """Return the result and what failed of it. Raises RequestFailure with the text to send."""
        try:
            outcome = self.run(Scope(body=params), request)
        except RequestFailure as failure:
            text = self.failures.text(failure.kind, failure.text)
            raise RequestFailure(failure.kind, text) from None
        # Later calls of the same request may change what this one shows.
        return copied(outcome.body), outcome.errors


class RpcService:
    """All methods of one RPC provider, behind its one path."""

    def __init__(
        self, simulator: Simulator, check_replies: bool = False, demand_credentials: bool = False
    ) -> None:
        contract = simulator.contract
        assert contract.envelope is not None
        self.contract, self.store, self.envelope = contract, simulator.store, contract.envelope
        self.simulator, self.dispatcher = simulator, simulator.dispatcher
        operations = list(contract.operations.values())
        self.methods = {o.rpc_method: Method(o, self.envelope, simulator) for o in operations}
        self.guard = Guard(operations[0], demand_credentials) if operations else None
        self.texts = {**_TEXTS, **self.envelope.errors}
        schemas = self.envelope.rpc["schemas"]
        self.id_validator = Validator.of(contract, schemas.get("id", {}))
        self.error_base = synthesise(Shape(contract, schemas["error"]))
        self.request_error_base = synthesise(
            Shape(contract, schemas.get("request_error", schemas["error"]))
        )
        self.credentials = {
            name: Validator.of(contract, data["schema"]) for name, data in self.envelope.credentials.items()
        }
        self.check = RpcReplyCheck(contract) if check_replies else None

    def handle(self, request: MockRequest, path: str) -> MockReply:
        """Answer a request to `path`, which is the part after the provider's segment."""
        if path != self.envelope.path:
            request.blame(Mismatch("request", (), f"the path {self.envelope.path}", quoted(path)))
            text = f"no such path: `{path[:200]}`; did you mean `{self.envelope.path}`?"
            return json_reply(404, self._failed_request(text))
        if request.method == "OPTIONS":
            return options_reply(["POST"])
        if request.method != "POST":
            request.blame(Mismatch("request", (), "the method POST", quoted(request.method)))
            reply = json_reply(405, self._failed_request(f"`{request.method[:20]}` is not POST"))
            return MockReply(reply.status, {**reply.headers, "allow": allowed(["POST"])}, reply.body)
        if request.coding is not None and not judge_size(request):
            request.blame(request.coding)
            return advise(json_reply(200, self._failed_request(self._invalid(request.coding))), request)
        reply = self._answer(request)
        if self.check is None:
            return reply
        judged = self.check.judge(reply)
        if judged is not reply:
            request.blame(REPLY_BREACH)
        return judged

    def serves(self, path: str) -> bool:
        """Whether `path` is the provider's one path."""
        return path == self.envelope.path

    def failure(self, body: Any, kind: str, text: str) -> MockReply:
        """Return the reply to `body` in which every call fails; `kind` is one of `x-errors`."""
        if kind == "unauthenticated":
            return json_reply(200, self._failed_request(self._unauthenticated(body), body))
        text = self.texts.get(kind, text).replace("{place}", "body")
        error = self._error(text, self.error_base)
        replies = [
            RpcReply(call.method, self._known_id(call), error=error) for call in self.envelope.calls(body)
        ]
        return json_reply(200, self.envelope.wrap_replies(replies))

    def _answer(self, request: MockRequest) -> MockReply:
        body: Any = MISSING
        try:
            body = self._read(request)
            with self.store.lock:
                self.store.catch_up()
                replies = [self._call(call, body, request) for call in self.envelope.calls(body)]
                self.dispatcher.expect()
                return json_reply(200, self.envelope.wrap_replies(replies))
        except _RequestRejected as rejection:
            request.blame(rejection.breach)
            return json_reply(200, self._failed_request(rejection.text, body))

    def _read(self, request: MockRequest) -> Any:
        """Return the body of a request whose envelope and credentials are right."""
        breach = judge_size(request) or judge_media_type(request, {"application/json"})
        if breach is not None:
            raise self._rejected(breach)
        body = read_body(request.body) if request.body else Mismatch("body", (), "a JSON body", "none")
        if self.guard is not None and not self.guard.admits(request):
            raise _RequestRejected(self._unauthenticated(body), CREDENTIALS_BREACH)
        if isinstance(body, Mismatch):
            raise self._rejected(body)
        self._judge_envelope(body)
        self._judge_credentials(body)
        if not self.simulator.admits(request):
            raise _RequestRejected(self._unauthenticated(body), CREDENTIALS_BREACH)
        return body

    def _judge_envelope(self, body: Any) -> None:
        pointer = self.envelope.request.get("calls")
        if pointer is None:
            return
        calls = get(body, pointer)
        if isinstance(calls, list) and 0 < len(calls) <= MAX_CALLS:
            return
        came = "none" if calls is MISSING else got(calls)
        steps = tuple(split(pointer))
        raise self._rejected(Mismatch("body", steps, f"an array of 1 to {MAX_CALLS} calls", came))

    def _judge_credentials(self, body: Any) -> None:
        for name, data in self.envelope.credentials.items():
            value = get(body, data["at"])
            steps = tuple(split(data["at"]))
            if value is MISSING:
                raise self._rejected(Mismatch("body", steps, f"the `{name}`", "none"))
            if not self.credentials[name].fits(value):
                raise self._rejected(Mismatch("body", steps, f"a `{name}`", "a value of another form"))
            if not equal_on_wire(value, data["example"]):
                breach = Mismatch("body", steps, f"the `{name}` that the mock accepts", "another one")
                raise _RequestRejected(self._unauthenticated(body), breach)

    def _unauthenticated(self, body: Any) -> str:
        text = self.texts["unauthenticated"]
        for name, data in self.envelope.credentials.items():
            value = get(body, data["at"])
            text = text.replace("{" + name + "}", "" if value is MISSING else text_of(value)[:80])
        return text

    def _rejected(self, breach: Mismatch) -> _RequestRejected:
        return _RequestRejected(self._invalid(breach), breach)

    def _call(self, call: RpcCall, body: Any, request: MockRequest) -> RpcReply:
        """Return the reply element of one call."""
        name = call.method if isinstance(call.method, str) else MISSING
        call_id = self._known_id(call)
        try:
            result, errors = self._method(call, body, request).carry_out(call.params, request)
        except RequestFailure as failure:
            return RpcReply(name, call_id, error=self._error(failure.text, self.error_base))
        return RpcReply(name, call_id, result, errors=errors or MISSING)

    def _method(self, call: RpcCall, body: Any, request: MockRequest) -> Method:
        """Return the method of a call that fits the contract. Raises RequestFailure."""
        name, place = call.method, split(call.place)
        if not isinstance(name, str):
            breach, owner = Mismatch("body", place, "a method", "none"), ""
        elif (method := self.methods.get(name)) is None:
            request.blame(Mismatch("body", place, "a method of the contract", quoted(name)), "")
            raise RequestFailure("invalid", self.texts["unknown_method"].replace("{method}", name[:200]))
        else:
            request.note_call(method.operation)
            found = method.validator.deviation(get(body, call.place))
            if found is None:
                return method
            breach, owner = found.under("body", place), method.operation
        request.blame(breach, owner)
        raise RequestFailure("invalid", self._invalid(breach))

    def _known_id(self, call: RpcCall) -> Any:
        return call.id if call.id is not MISSING and self.id_validator.fits(call.id) else MISSING

    def _invalid(self, breach: Mismatch) -> str:
        text = self.texts["invalid"].replace("{place}", breach.place)
        return f"{text}: expected {breach.expected}, got {breach.got}"

    def _error(self, text: str, base: Any) -> Any:
        pointer = self.envelope.reply.get("message", "")
        if pointer == "" or not isinstance(base, dict):
            return text
        return put(copied(base), pointer, text)

    def _failed_request(self, text: str, body: Any = MISSING) -> Any:
        """Return the reply to a request of which no call was carried out."""
        if "request_error" in self.envelope.reply:
            return put({}, self.envelope.reply["request_error"], self._error(text, self.request_error_base))
        error = self._error(text, self.error_base)
        calls = self.envelope.calls(body) if "calls" not in self.envelope.request else []
        call_id = self._known_id(calls[0]) if calls else MISSING
        return self.envelope.wrap_replies([RpcReply(id=call_id, error=error)])
