"""Requests and replies that a contract allows, made by schemathesis."""

from __future__ import annotations

import copy
import os
from functools import lru_cache
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, drop, get, put
from tests.client_contract.subjects import STORE, Subject
from tests.conftest import DEEP, examples

MUTANT = "MEDIATASKS_MUTANT" in os.environ
MODEST = settings(
    max_examples=examples(15, 60),
    deadline=None,
    derandomize=True,
    database=None,
    # A mutant only has to be seen; and of a defect the smallest example says more than its causes.
    phases=(Phase.generate,) if MUTANT else (Phase.generate, Phase.shrink),
    report_multiple_bugs=False,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
        HealthCheck.nested_given,
    ],
)
_SHARED = 12
FEW = settings(MODEST, max_examples=examples(6, 30))
# Credentials are the client's own: the tests put them where the contract says.
_CONFIG = {
    "generation": {"mode": "positive", "allow-extra-parameters": False, "with-security-parameters": False}
}


@lru_cache
def _schema(provider: str) -> Any:
    return _load(copy.deepcopy(STORE.contract(provider).document))


def _load(document: dict[str, Any]) -> Any:
    return schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(_CONFIG))


@lru_cache
def _requests(provider: str, path: str, method: str) -> SearchStrategy[Any]:
    strategy: SearchStrategy[Any] = _schema(provider)[path][method].as_strategy(
        generation_mode=GenerationMode.POSITIVE
    )
    return strategy


def requests(subject: Subject) -> SearchStrategy[Any]:
    """Return schemathesis's cases of an operation."""
    operation = subject.operation
    path = operation.path + (f"#{operation.rpc_method}" if operation.rpc_method else "")
    return _requests(subject.contract.provider, path, operation.method)


@lru_cache
def _replies(provider: str, operation: str, status: int) -> SearchStrategy[Any]:
    return _shared(_made_replies(provider, operation, status))


@lru_cache
def _made_replies(provider: str, operation: str, status: int) -> SearchStrategy[Any]:
    contract = STORE.contract(provider)
    schema = contract.operations[operation].reply_schema(str(status))
    # There is no schema → strategy call: the reply stands as the body of a made-up request.
    document = {
        "openapi": contract.document["openapi"],
        "info": contract.document["info"],
        "components": copy.deepcopy(contract.document["components"]),
        "paths": {
            "/": {
                "post": {
                    "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
                    "responses": {"200": {"description": ""}},
                }
            }
        },
    }
    strategy = _load(document)["/"]["POST"].as_strategy(generation_mode=GenerationMode.POSITIVE)
    bodies: SearchStrategy[Any] = strategy.map(lambda case: _with_our_id(contract, case.body))
    return bodies


def _with_our_id(contract: Contract, body: Any) -> Any:
    """Return a body in which the reply to the only call has its id, where it has one."""
    envelope = contract.envelope
    if envelope is None or "id" not in envelope.reply:
        return body
    place = envelope.result_pointer().removesuffix(envelope.reply["result"]) + envelope.reply["id"]
    return body if get(body, place) is MISSING else put(copy.deepcopy(body), place, 1)


def _shared(bodies: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Return a strategy of few bodies, made once for all tests: to make them takes most of the time.

    The deep session and the hunt for mutants make new ones for each test.
    """
    if DEEP or MUTANT:
        return bodies
    made: list[Any] = []

    @settings(MODEST, max_examples=_SHARED)
    @given(bodies)
    def collect(body: Any) -> None:
        made.append(body)

    collect()
    return st.sampled_from(made).map(copy.deepcopy)


def replies(subject: Subject, status: int | None = None) -> SearchStrategy[Any]:
    """Return bodies that the contract allows for `status`, the first 2xx where it is not given."""
    return _replies(subject.contract.provider, subject.operation.id, status or subject.success)


def results(subject: Subject) -> SearchStrategy[Any]:
    """Return bodies that carry a result: for RPC, those in which no call failed."""
    if subject.contract.envelope is None:
        return replies(subject)
    return _results(subject.contract.provider, subject.operation.id, subject.success)


@lru_cache
def _results(provider: str, operation: str, status: int) -> SearchStrategy[Any]:
    envelope = STORE.contract(provider).envelope
    assert envelope is not None
    start = envelope.result_pointer().removesuffix(envelope.reply["result"])
    failures = [start + envelope.reply[place] for place in ("error", "errors") if place in envelope.reply]
    if "request_error" in envelope.reply:
        failures.append(envelope.reply["request_error"])

    def without_failures(body: Any) -> Any:
        # Hardly any body has none of itself.
        whole = copy.deepcopy(body)
        for pointer in failures:
            if get(whole, pointer) is not MISSING:
                drop(whole, pointer)
        return whole

    def is_delivered(body: Any) -> bool:
        return get(body, envelope.result_pointer()) is not MISSING

    return _shared(_made_replies(provider, operation, status).map(without_failures).filter(is_delivered))
