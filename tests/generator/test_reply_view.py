"""Replies promise identity and state only; requests keep what they require."""

import copy

import pytest
from reply_view import ReplyView

from mediatasks.contracts.model.contract import Contract
from tests.contracts.test_store import FIVE

WHOLE = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}


@pytest.fixture
def document(made_up):
    """The made-up contract `press`, to change; it has the resource `Print`."""
    return copy.deepcopy(made_up.contract("press").plain)


def reply_view(document):
    return ReplyView(Contract("press", document, None))


def shown(document, schema, name="Shown"):
    """Let a list's reply hold `schema` besides, and return what the view makes of it."""
    document["components"]["schemas"][name] = schema
    operation = document["paths"]["/prints"]["get"]
    operation["responses"]["418"] = {
        "description": "",
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}},
    }
    view = reply_view(document)
    return view.contract.schemas[view.names.get(name, name)]


def test_what_a_reply_requires_beyond_identity_and_state_is_optional(document):
    assert shown(document, WHOLE)["required"] == []


def test_elements_and_values_of_replies_may_be_null(document):
    string = {"type": "string"}
    view = shown(document, {"type": "array", "items": {"additionalProperties": string}})
    (whole, null) = view["items"]["anyOf"]
    assert null == {"type": "null"}
    assert whole == {"additionalProperties": {"anyOf": [string, {"type": "null"}]}}


def test_a_schema_that_requests_use_too_is_copied(document):
    operation = document["paths"]["/prints"]["get"]
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Both"}}}}
    operation["requestBody"] = body
    assert shown(document, WHOLE, "Both")["required"] == []
    assert reply_view(document).names == {"Both": "BothReply"}
    assert reply_view(document).contract.schemas["Both"] == WHOLE


@pytest.mark.parametrize("provider", FIVE)
def test_keys_and_state_of_each_task_stay_required_or_are_essential(store, provider):
    contract = store.contract(provider)
    view, task = ReplyView(contract), contract.task
    schema = view.contract.schemas[view.names.get(task.name, task.name)]
    kept = {*schema["required"], *view.essential.get(task.name, ())}
    steps = {pointer.split("/")[1] for pointer in (*task.key, task.fields["state"])}
    assert kept == steps
