"""What holds of every rule: it stumbles over nothing that a server can send, and it is exercised."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediatasks.check import Options, Target, check_provider
from mediatasks.check.runner.batches import allow_batches
from mediatasks.check.runner.foreign import find_foreign
from mediatasks.check.runner.mock_target import embedded_mock
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.model.envelope import RpcReply
from mediatasks.contracts.pointer import MISSING, put
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.documented_request import documented_requests, prepare
from mediatasks.exchange.exchange import Exchange
from mediatasks.judge.observation.observer import Observer
from mediatasks.judge.rule import read_rules
from mediatasks.judge.tracks.history import History
from tests.check.rules import changed_replies as wrong
from tests.conftest import examples

PROVIDERS = [*wrong.SHIPPED.names, *wrong.MADE_UP.names]

# Rules that the probing of a right mock cannot exercise, with the reason.
NOT_EXERCISED: dict[tuple[str, str], str] = {
    ("render", "parameter-default"): "no reply shows a member that its defaults are about",
}

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -1, 0, 1e308, 2.0])
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["", "\ud800", "\x00", "Completed", "2026-01-01T00:00:00Z", "a" * 3000])
)
NAMES = st.text(max_size=4) | st.sampled_from(
    ["id", "status", "reply", "error", "result", "fault", "errors"]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@st.composite
def exchanges(draw: st.DrawFn, contract: Contract) -> tuple[str, Exchange]:
    """Draw an exchange: a documented one, mostly, with something else in its place here and there."""
    operation = draw(st.sampled_from(list(contract.operations.values())))
    requests = list(documented_requests(operation))
    body = draw(_changed([r.body for r in requests if isinstance(r.body, dict | list)]))
    request = requests[0].having("$request.body#", body) if requests and operation.request_media else None
    credentials = Credentials(contract, {c.argument: c.example for c in contract.credentials})
    placements = [*credentials.placements(operation), *credentials.body]
    given_ones = draw(st.sampled_from([placements, [], [p.wrong for p in placements]]))
    sent = prepare([request or requests[0]], "http://h", given_ones) if requests else None
    status = draw(st.sampled_from([int(s) for s in operation.responses]) | st.integers(100, 599))
    replies = [value for s in operation.responses for _, value in operation.reply_examples(s)]
    reply = json.dumps(draw(_changed(replies) | _elements(contract))).encode()
    raw = draw(st.just(reply) | st.binary(max_size=20))
    kind = draw(st.sampled_from(["application/json", "text/html", "application/problem+json", ""]))
    headers = draw(
        st.dictionaries(st.text(max_size=6), st.lists(st.text(max_size=6), max_size=2), max_size=2)
    )
    if sent is None:
        sent = Exchange(operation.method, "http://h" + operation.path, {}, draw(st.none() | st.binary()))
    return operation.id, Exchange(
        sent.method, sent.url, sent.headers, sent.body, status, {**headers, "content-type": [kind]}, raw
    )


@st.composite
def _elements(draw: st.DrawFn, contract: Contract) -> Any:
    """Draw the reply of an RPC provider, each member of its elements there or not, and of any type."""
    envelope = contract.envelope
    if envelope is None:
        return draw(VALUES)
    member = st.just(MISSING) | VALUES
    members = dict.fromkeys(("method", "id", "result", "error", "errors"), member)
    elements = st.lists(st.builds(RpcReply, **members), min_size=1, max_size=3 if envelope.batches else 1)
    body = envelope.wrap_replies(draw(elements))
    whole = draw(member)
    pointer = envelope.reply.get("request_error")
    return body if whole is MISSING or pointer is None else put(body, pointer, whole)


@st.composite
def _changed(draw: st.DrawFn, bases: list[Any]) -> Any:
    """Draw one of `bases` with another value at one of its places, or any value."""
    if not bases or draw(st.integers(0, 5)) == 0:
        return draw(VALUES)
    base = copy.deepcopy(draw(st.sampled_from(bases)))
    for _ in range(draw(st.integers(0, 3))):
        pointer = draw(st.sampled_from(list(_places(base, ""))))
        base = put(base, pointer, draw(VALUES))
    return base


def _places(value: Any, at: str) -> Any:
    yield at
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, member in members:
        yield from _places(member, f"{at}/{str(name).replace('~', '~0').replace('/', '~1')}")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_rule_stumbles_over_a_reply(provider: str) -> None:
    contract = allow_batches(wrong.contract_of(provider))
    rules = [rule for rule in read_rules().values() if rule.judge and rule.applies(contract)]
    values = {c.argument: c.example for c in contract.credentials}
    foreign = find_foreign(contract, Target("http://h", is_mock=True), Options())

    @settings(
        max_examples=examples(40, 400),
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(exchanges(contract), min_size=1, max_size=3))
    def judge(several: list[tuple[str, Exchange]]) -> None:
        history = History(True, Credentials(contract, values), foreign)
        observer = Observer(contract)
        for name, exchange in several:
            shown = list(observer.observe(contract.operations[name], exchange))
            for seen in shown:
                history.act(seen)
            for seen in shown:
                for rule in rules:
                    for verdict in rule.judge(seen, history) if rule.judge else ():
                        assert verdict is None or verdict.place.isprintable()
                history.enter(seen)

    judge()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_rule_that_applies_has_something_to_judge(provider: str) -> None:
    contract = wrong.contract_of(provider)
    with embedded_mock(contract, 1) as target:
        result = check_provider(contract, target, Options(phases=("probing",)))
    judged = {rule for operation in result.operations for rule, count in operation.judged.items() if count}
    silent = [r.id for r in read_rules().values() if r.applies(contract) and r.id not in judged]
    assert {(provider, rule) for rule in silent} == {k for k in NOT_EXERCISED if k[0] == provider}
