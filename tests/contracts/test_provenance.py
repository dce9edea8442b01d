from pathlib import Path

import pytest

from mediatasks.contracts.compose.store import ContractStore
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.provenance.facts import contradictions, count, facts

CLEAN = Path(__file__).parents[1] / "spec_rules/clean"


@pytest.fixture(scope="module")
def shop():
    return ContractStore(CLEAN).contract("shop")


@pytest.fixture(scope="module")
def found(shop):
    return {(fact.kind, fact.name): fact for fact in facts(shop)}


def test_a_property_inherits_from_its_component(found):
    fact = found["property", "Order.title"]
    assert (fact.status, fact.origin) == ("documented", "/components/schemas/Order")


def test_a_property_states_its_own(found):
    assert found["property", "Order.pages"].note == "Seen in no source."


def test_a_value_of_an_enumeration_states_its_own(found):
    fact = found["value", "OrderState = cancelled"]
    assert (fact.status, fact.place) == ("published", "/components/schemas/OrderState/enum/3")


def test_the_other_values_inherit(found):
    assert found["value", "OrderState = waiting"].status == "documented"


def test_a_default_states_its_own(found):
    assert found["default", "list_orders limit default 10"].status == "published"


def test_a_status_code_is_stated_at_the_operation(found):
    assert found["status", "create_order 401"].status == "inferred"


def test_the_other_status_codes_inherit(found):
    assert found["status", "create_order 201"].status == "documented"


def test_what_nothing_states_inherits_from_the_root(found):
    fact = found["property", "Error.message"]
    assert (fact.status, fact.origin) == ("inferred", "")


def test_a_shared_parameter_is_one_fact(shop):
    assert [f.name for f in facts(shop) if f.place == "/components/parameters/OrderId"] == ["OrderId"]


def test_a_webhook_is_a_fact(found):
    assert found["webhook", "receive_order_printed"].status == "published"


def test_a_fact_without_any_statement_is_unstated():
    bare = {"paths": {"/a": {"get": {"operationId": "get_a", "responses": {}}}}}
    assert count(facts(Contract("bare", bare, None)))["unstated"] == 1


def test_every_place_leads_into_the_document(shop):
    from mediatasks.contracts.pointer import MISSING, get

    assert [f for f in facts(shop) if get(shop.document, f.place) is MISSING] == []


def test_an_rpc_envelope_counts_once_and_not_once_a_method():
    line = ContractStore(CLEAN).contract("line")
    assert len([f for f in facts(line) if f.name.endswith("RequestBody")]) == 1


def test_the_methods_of_rpc_are_operations():
    line = ContractStore(CLEAN).contract("line")
    assert [f.name for f in facts(line) if f.kind == "operation"] == ["part_start", "part_state"]


def test_a_contradiction_has_its_place():
    entry = {"here": "a", "there": "b", "accepts": "c"}
    document = {"paths": {}, "components": {"schemas": {"A": {"x-contradictions": [entry]}}}}
    (found,) = contradictions(Contract("bare", document, None))
    assert (found.place, found.accepts) == ("/components/schemas/A", "c")
