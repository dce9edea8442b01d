"""The control over HTTP, under `/_mock`: served by its own contract, `control.yaml`."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from mediatasks.contracts.compose.files import read_yaml
from mediatasks.contracts.expression import Scope
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.model.router import Router
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.errors import ControlError
from mediatasks.mock.control.control import Control
from mediatasks.mock.http.content_coding import advise
from mediatasks.mock.http.messages import JSON, MockReply, MockRequest, allowed, json_reply, options_reply
from mediatasks.mock.http.origin_guard import SEGMENT
from mediatasks.mock.rest.failures import FailureReplies
from mediatasks.mock.rest.reply_check import ReplyCheck
from mediatasks.mock.rest.validation import RequestReader, judge_size
from mediatasks.mock.store.clock import stamp

_FILE = Path(__file__).with_name("control.yaml")


def control_contract(control: Control) -> Contract:
    """Return the contract of the control API: names and examples are of what `control` has."""
    document = copy.deepcopy(read_yaml(_FILE))
    components = document["components"]
    providers = [entry["provider"] for entry in control.providers()]
    if providers:
        components["schemas"]["ProviderName"]["enum"] = providers
    tasks = control.tasks()
    # One that has not ended can be steered.
    task = next((t for t in tasks if not t.final), tasks[0] if tasks else None)
    if task is not None:
        components["parameters"]["provider"]["example"] = task.provider
        components["parameters"]["key"]["example"] = task.key
        components["schemas"]["Holding"]["examples"] = [{"state": task.state or ""}]
        components["schemas"]["Seed"]["examples"] = [{"resource": task.resource, "values": [task.value]}]
    receivers = control.receivers()
    if receivers:
        components["parameters"]["receiver"]["example"] = receivers[0].id
    return Contract(SEGMENT, document, None)


class ControlService:
    """Answer the requests to `/_mock`. The contract is read when the first one comes."""

    def __init__(self, control: Control, check_replies: bool = False) -> None:
        self.control, self.check_replies = control, check_replies

    @cached_property
    def contract(self) -> Contract:
        """The contract of the control API."""
        return control_contract(self.control)

    @cached_property
    def _router(self) -> Router[_ControlOperation]:
        router: Router[_ControlOperation] = Router()
        for operation in self.contract.operations.values():
            router.add(operation.method, operation.path, _ControlOperation(operation, self.check_replies))
        return router

    def handle(self, request: MockRequest, path: str) -> MockReply:
        """Answer a request to `path`, which is the part after `/_mock`."""
        match = self._router.match(path)
        if match is None:
            return json_reply(404, {"error": f"no such path: `{path[:200]}`; see /{SEGMENT}/openapi.json"})
        endpoint = match.methods.get(request.method)
        if endpoint is None:
            if request.method == "OPTIONS":
                return options_reply(match.methods)
            listed = allowed(match.methods)
            problem = f"`{request.method[:20]}` is not one of {listed}"
            return json_reply(405, {"error": problem}, {**JSON, "allow": listed})
        if endpoint.operation.id == "get_description":
            servers = [{**s, "url": request.prefix + s["url"]} for s in self.contract.document["servers"]]
            return json_reply(200, {**self.contract.document, "servers": servers})
        return endpoint.handle(self.control, request, match.captured)


class _ControlOperation:
    """One operation of the control API."""

    def __init__(self, operation: Operation, check_replies: bool) -> None:
        self.operation = operation
        self.reader = RequestReader(operation)
        self.failures = FailureReplies(operation)
        self.status = int(operation.success)
        self.action = _ACTIONS.get(operation.id)
        self.check = ReplyCheck(operation) if check_replies else None

    def handle(self, control: Control, request: MockRequest, captured: Mapping[str, str]) -> MockReply:
        breach = judge_size(request)
        if breach is not None:
            return self.failures.reply("invalid", breach.message)
        if request.coding is not None:
            return advise(self.failures.reply("invalid", request.coding.message), request)
        reply = self._answer(control, request, captured)
        return reply if self.check is None else self.check.judge(reply)

    def _answer(self, control: Control, request: MockRequest, captured: Mapping[str, str]) -> MockReply:
        scope = self.reader.read(request, captured)
        if isinstance(scope, Mismatch):
            return self.failures.reply("invalid", scope.message)
        assert self.action is not None
        try:
            document = _below(request.prefix, self.operation.id, self.action(control, scope))
        except ControlError as error:
            return self.failures.reply(error.kind, str(error))
        return MockReply(self.status, {}, b"") if self.status == 204 else json_reply(self.status, document)


def _below(prefix: str, operation: str, document: Any) -> Any:
    """Return a document whose paths lead to the providers below the prefix of the mock."""
    if not prefix:
        return document
    if operation == "get_contract":
        servers = [{**server, "url": prefix + server["url"]} for server in document["servers"]]
        return {**document, "servers": servers}
    if operation == "list_providers":
        providers = [{**provider, "path": prefix + provider["path"]} for provider in document["providers"]]
        return {**document, "providers": providers}
    return document


def _health(control: Control) -> dict[str, Any]:
    from mediatasks import __version__

    providers = [entry["provider"] for entry in control.providers()]
    return {"status": "ok", "version": __version__, "providers": providers}


def _clock(control: Control) -> dict[str, Any]:
    return {"now": stamp(control.clock.now(), "date-time"), "speed": control.clock.speed}


def _move_clock(control: Control, scope: Scope) -> dict[str, Any]:
    if "speed" in scope.body:
        control.set_speed(scope.body["speed"])
    if "advance" in scope.body:
        control.advance(scope.body["advance"])
    return _clock(control)


def _seed(control: Control, scope: Scope) -> dict[str, Any]:
    body = scope.body
    moving = body.get("moving", False)
    return {"added": control.seed(scope.path["provider"], body["resource"], body["values"], moving=moving)}


def _message(scope: Scope) -> str | None:
    return None if scope.body is MISSING else scope.body.get("message")


_ACTIONS: dict[str, Callable[[Control, Scope], Any]] = {
    "get_health": lambda c, s: _health(c),
    "get_clock": lambda c, s: _clock(c),
    "move_clock": _move_clock,
    "list_providers": lambda c, s: {"providers": c.providers()},
    "get_contract": lambda c, s: c.contract(**s.path),
    "reset_all": lambda c, s: c.reset(),
    "get_state": lambda c, s: {"resources": c.state(s.path["provider"], **s.query)},
    "seed_state": _seed,
    "reset_state": lambda c, s: c.reset(s.path["provider"]),
    "list_tasks": lambda c, s: {"tasks": c.tasks(**s.query)},
    "create_sample": lambda c, s: {"tasks": c.create_sample(**s.path)},
    "get_task": lambda c, s: c.task(**s.path),
    "finish_task": lambda c, s: c.finish(**s.path),
    "fail_task": lambda c, s: c.fail(**s.path, message=_message(s)),
    "stall_task": lambda c, s: c.stall(**s.path),
    "hold_task": lambda c, s: c.hold(**s.path, state=s.body["state"]),
    "release_task": lambda c, s: c.release(**s.path),
    "list_requests": lambda c, s: {"requests": c.requests(**s.query), "violations": c.violation_count},
    "clear_requests": lambda c, s: c.clear_requests(),
    "list_outgoing": lambda c, s: {"waiting": c.waiting, "outgoing": c.outgoing(**s.query)},
    "list_receivers": lambda c, s: {"receivers": c.receivers(**s.query)},
    "register_receiver": lambda c, s: c.register(**s.body),
    "unregister_receiver": lambda c, s: c.unregister(**s.path),
    "list_violations": lambda c, s: {"count": c.violation_count, "violations": c.violations()},
}
