"""The mock of a contract with something wrong in front of it: what it is asked, or what it answers."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from mediatasks.check import Finding, Options, Target, check_provider
from mediatasks.check.runner.mock_target import TickingClock
from mediatasks.contracts.compose.store import ContractStore, open_store
from mediatasks.contracts.model.contract import Contract
from mediatasks.mock import Mock, MockReply, MockRequest, MockServer

MADE_UP = ContractStore(Path(__file__).parents[2] / "made_up")
SHIPPED = open_store()

# Returns the request as the mock gets it.
Ask = Callable[[MockRequest], MockRequest]
Handle = Callable[[MockRequest], MockReply]
# Returns the reply as the caller gets it.
Answer = Callable[[MockRequest, MockReply], MockReply]


def contract_of(provider: str, change: Callable[[Any], None] | None = None) -> Contract:
    """Return the contract of a provider, shipped or made up, with a change of its document."""
    contract = (MADE_UP if provider in MADE_UP.names else SHIPPED).contract(provider)
    if change is None:
        return contract
    document = copy.deepcopy(contract.document)
    change(document)
    return Contract(provider, document, None)


def find(
    rule: str,
    provider: str | Contract,
    ask: Ask | None = None,
    answer: Answer | None = None,
    *,
    serve: Callable[[Handle], Handle] = lambda right: right,
    spoil: Callable[[Mock], None] | None = None,
    is_mock: bool = True,
) -> list[Finding]:
    """Return what one rule alone finds in its probing phase.

    `serve` may answer in the mock's place, `spoil` change the mock itself; a server that `is_mock` not
    may have other users.
    """
    contract = contract_of(provider) if isinstance(provider, str) else provider
    mock = Mock([contract], clock=TickingClock(), seed=1, sends=False)
    if spoil is not None:
        spoil(mock)
    right = serve(mock.handle)

    def handle(request: MockRequest) -> MockReply:
        request = ask(request) if ask else request
        reply = right(request)
        return answer(request, reply) if answer else reply

    mock.handle = handle
    options = Options(rules=(rule,), phases=("probing",), watch=5)
    values = {c.argument: c.example for c in contract.credentials}
    with MockServer(mock) as server:
        target = Target(server.url_of(contract.provider), is_mock=is_mock, allow_writes=True)
        return check_provider(contract, target, options, values).findings


def places(findings: list[Finding]) -> set[tuple[str, str]]:
    """Return (operation, place) of each finding, numbers of elements left out."""
    found = set()
    for finding in findings:
        tokens = finding.place.split("/")
        found.add((finding.operation, "/".join("*" if t.isdecimal() else t for t in tokens)))
    return found


def unasked(*names: str) -> Ask:
    """Return a server that does not look at some query parameters."""

    def ask(request: MockRequest) -> MockRequest:
        return replace(request, query=[(n, v) for n, v in request.query if n not in names])

    return ask


def asked(operation: str, change: Callable[[Any], Any]) -> Ask:
    """Return a server that takes something else than the body (RPC: the params) it is sent.

    `operation` is the method and the end of the path, or the RPC method.
    """

    def ask(request: MockRequest) -> MockRequest:
        body = json.loads(request.body) if request.body else None
        if isinstance(body, dict) and "methods" in body:
            for call in body["methods"]:
                if call.get("method") == operation:
                    call["params"] = change(call["params"])
        elif f"{request.method} {request.path}".endswith(operation) and body is not None:
            body = change(body)
        return replace(request, body=json.dumps(body).encode()) if body is not None else request

    return ask


def answered(operation: str, change: Callable[[Any], Any]) -> Answer:
    """Return a server that shows something else in the accepted replies of an operation.

    `change` gets the body; of an RPC call the result.
    """

    def answer(request: MockRequest, reply: MockReply) -> MockReply:
        if request.operation != operation or reply.status >= 300:
            return reply
        body = json.loads(reply.body)
        if isinstance(body, dict) and "reply" in body:
            body["reply"] = [_changed(element, change) for element in body["reply"]]
        else:
            body = change(body)
        return replace(reply, body=json.dumps(body).encode())

    return answer


def _changed(element: Any, change: Callable[[Any], Any]) -> Any:
    return {**element, "result": change(element["result"])} if "result" in element else element
