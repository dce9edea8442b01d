"""No reply ends a check in an exception: whatever comes is judged, and told."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
import tiny
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from mediatasks.check.engine.settings import CHECKS
from mediatasks.check.engine.translation import Translator
from mediatasks.check.options import Options
from mediatasks.check.reports.annotations import build_annotations
from mediatasks.check.reports.junit import build_junit
from mediatasks.check.reports.result import ProviderResult
from mediatasks.check.reports.terminal import build_json, print_result
from mediatasks.check.requests.request_policy import RequestPolicy
from mediatasks.check.runner.batches import allow_batches
from mediatasks.check.runner.outcome import RunOutcome
from mediatasks.check.target import Target
from mediatasks.contracts.compose.store import ContractStore, open_store
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.redaction import Redactor
from mediatasks.judge.deduplication import deduplicate
from mediatasks.judge.judgement import Judgement
from mediatasks.judge.rule import choose_rules
from mediatasks.judge.tracks.history import History
from tests.check.odd_replies import URL, odd, right_exchanges
from tests.conftest import MADE_UP
from tests.contracts.test_store import FIVE

PROVIDERS = [*FIVE, "press", "render"]
Taken = tuple[Operation, Exchange]


@cache
def provider(name: str) -> tuple[Contract, list[Taken]]:
    store = open_store() if name in FIVE else ContractStore(MADE_UP)
    contract = allow_batches(store.contract(name))
    return contract, list(right_exchanges(contract))


def judge(contract: Contract, taken: list[Taken]) -> ProviderResult:
    """Return what a run finds that sees these exchanges, each judged by all rules and told by all checks."""
    credentials = Credentials(contract, {c.argument: c.example for c in contract.credentials})
    redactor, target = Redactor(credentials.all), Target(URL)
    policy = RequestPolicy(contract, target, Options(), credentials)
    judgement = Judgement(contract, choose_rules(()), History(False, credentials), redactor)
    translator = Translator(redactor, credentials)
    outcome = RunOutcome(contract, Options(), credentials, policy)
    found = []
    for operation, exchange in taken:
        outcome.count(operation.id, exchange)
        policy.note(operation, exchange)
        judgement.take(operation, exchange)
        for check in CHECKS:
            found += translator.translate(operation, check, failure(), exchange.redacted(redactor))
    found += judgement.found
    for each in outcome.coverage.values():
        found += each.findings()
    operations = outcome.by_operation(deduplicate(found), [], judgement)
    return ProviderResult(contract.provider, URL, 0.0, tuple(operations))


def failure() -> Any:
    """What a check of the engine says, as far as it is read."""
    lists = dict.fromkeys(
        ("expected_statuses", "missing_methods", "undocumented_methods", "instance_path"), ()
    )
    texts = dict.fromkeys(
        ("message", "title", "header_name", "failure_reason", "allow_header", "free", "created_with")
    )
    return SimpleNamespace(**lists, **dict.fromkeys(texts, "x"))


def tell(result: ProviderResult) -> None:
    """Make every output of a result."""
    build_json([result], 1).encode()
    build_junit(result, "drift")
    "\n".join(build_annotations([result])).encode()
    with io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="strict") as out:
        print_result([result], 1, Console(file=out, highlight=False, markup=False, emoji=False))


@pytest.mark.parametrize("name", PROVIDERS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_any_reply_of_any_operation_is_judged_and_told(name: str, data: st.DataObject) -> None:
    contract, right = provider(name)
    several = data.draw(st.lists(st.sampled_from(range(len(right))), min_size=1, max_size=3))
    taken = [right[i] for i in several]
    # What is odd is compared with what came before and after.
    taken += [(operation, data.draw(odd(exchange))) for operation, exchange in taken]
    tell(judge(contract, taken))


def findings(contract: Contract, operation: str, body: object) -> set[tuple[str, str]]:
    """Return (rule, place) of what is found in a reply of JSON to the first documented request."""
    asked = next(exchange for o, exchange in right_exchanges(contract) if o.id == operation)
    headers = {"content-type": ["application/json"]}
    reply = replace(asked, status=200, reply_headers=headers, reply=json.dumps(body).encode())
    result = judge(contract, [(contract.operations[operation], reply)])
    return {(f.rule, f.place) for f in result.findings if f.rule.startswith("drift-")}


def test_a_new_member_beside_a_free_form_object_is_drift() -> None:
    contract, right = provider("taskengine")
    job = next(json.loads(exchange.reply) for operation, exchange in right if operation.id == "get_job")
    job |= {"parameters": {"drm": {"key": "x"}}, "new_member": 1}
    assert findings(contract, "get_job", job) == {("drift-field", "/new_member")}


BOOLEANS = [
    {"properties": {"any": True}},
    {"additionalProperties": True},
    {"properties": {"any": {"items": True}}},
    {"properties": {"any": {"$ref": "#/components/schemas/Anything"}}},
    {"patternProperties": {"^any$": True}},
    {"allOf": [True], "properties": {"any": {"anyOf": [True, {"type": "null"}]}}},
]


@pytest.mark.parametrize("schema", BOOLEANS, ids=str)
def test_a_boolean_schema_is_one_that_admits_anything(schema: dict[str, Any]) -> None:
    def change(document: Any) -> None:
        document["components"]["schemas"]["Anything"] = True
        job = document["components"]["schemas"]["Job"]
        job["properties"] |= schema.pop("properties", {})
        job |= schema
        job["properties"]["state"] = {"type": "string"}

    contract = tiny.build_contract(change)
    body = {"id": 1, "state": "done", "any": [{"deep": [1]}], "new_member": 1}
    closed = "additionalProperties" not in contract.document["components"]["schemas"]["Job"]
    assert findings(contract, "get_job", body) == ({("drift-field", "/new_member")} if closed else set())
