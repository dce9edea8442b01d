"""What chosen rules find on the mock of a contract, each of whose replies a function may change."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from mediatasks.check import Options, Target, check_provider
from mediatasks.contracts.compose.store import ContractStore, open_store
from mediatasks.contracts.model.contract import Contract
from mediatasks.judge.finding import Finding
from mediatasks.mock import MockReply, MockRequest
from tests.check.rules.wrong_servers import right, serving

MADE_UP = ContractStore(Path(__file__).parents[2] / "made_up")
SHIPPED = open_store()

# May change the reply of the right server, which it gets with the request.
Change = Callable[[MockRequest, MockReply], MockReply]


def contract_of(provider: str) -> Contract:
    return (MADE_UP if provider in MADE_UP.names else SHIPPED).contract(provider)


def changed(provider: str, change: Callable[[dict[str, Any]], None]) -> Contract:
    """Return the contract of a provider with a change of its document."""
    contract = contract_of(provider)
    document = copy.deepcopy(contract.document)
    change(document)
    if contract.envelope is None:
        return Contract(provider, document, None)
    return Contract(provider, {**contract.plain, "x-rpc": document["x-rpc"]}, document)


def find(
    contract: Contract | str,
    change: Change | None,
    rules: Sequence[str] = (),
    phases: Sequence[str] = ("probing",),
    **options: Any,
) -> list[Finding]:
    """Return what a check finds on the mock of a contract, its replies changed."""
    known = contract_of(contract) if isinstance(contract, str) else contract
    chosen = Options(rules=tuple(rules), phases=tuple(phases), max_examples=3, **options)
    answer = (lambda request, handle: change(request, handle(request))) if change else right
    with serving(known, answer) as url:
        return check_provider(known, Target(url, is_mock=True), chosen).findings


def body_of(message: MockRequest | MockReply) -> Any:
    """Return the JSON body, None where it is none."""
    try:
        return json.loads(message.body)
    except ValueError:
        return None


def with_body(reply: MockReply, body: Any) -> MockReply:
    return replace(reply, body=json.dumps(body).encode())


def on_body(change: Callable[[Any], Any], status: int | None = None) -> Change:
    """Return what changes the body of each reply (with `status`)."""

    def apply(request: MockRequest, reply: MockReply) -> MockReply:
        body = body_of(reply)
        wanted = body is not None and status in (None, reply.status)
        return with_body(reply, change(body)) if wanted else reply

    return apply
