from pathlib import Path

import jsonschema
import pytest
from standalone_schemas import standalone_schemas

from mediatasks.contracts.compose.store import ContractStore
from mediatasks.contracts.model.contract import Contract
from mediatasks.errors import ContractError

STORE = ContractStore(Path(__file__).parents[1] / "spec_rules/clean")


def bare(**schemas):
    return Contract("bare", {"paths": {}, "components": {"schemas": schemas}}, None)


@pytest.mark.parametrize("provider", STORE.names)
def test_every_schema_is_usable_by_jsonschema_alone(provider):
    for schema in standalone_schemas(STORE.contract(provider)).values():
        validator = jsonschema.validators.validator_for(schema)
        validator.check_schema(schema)
        list(validator(schema).iter_errors({}))


def test_a_schema_accepts_and_refuses_as_the_contract_does():
    validator = jsonschema.Draft202012Validator(standalone_schemas(STORE.contract("shop"))["OrderList"])
    assert validator.is_valid([{"id": 1, "state": "printed"}])
    assert not validator.is_valid([{"id": 1, "state": "lost"}])


def test_a_schema_has_an_id_of_its_own():
    assert standalone_schemas(STORE.contract("shop"))["Order"]["$id"] == "urn:mediatasks:shop:Order"


def test_what_is_referred_to_travels_with_it():
    assert set(standalone_schemas(STORE.contract("shop"))["OrderList"]["$defs"]) == {"Order", "OrderState"}


def test_extensions_stay_behind_and_members_called_like_them_do_not():
    members = {"x-id": {"type": "string", "x-provenance": {"status": "inferred", "note": "x"}}}
    schema = standalone_schemas(bare(A={"properties": members}))["A"]
    assert schema["properties"] == {"x-id": {"type": "string"}}


def test_a_schema_may_refer_to_itself():
    schema = standalone_schemas(bare(A={"items": {"$ref": "#/components/schemas/A"}, "type": "array"}))["A"]
    assert jsonschema.Draft202012Validator(schema).is_valid([[], [[]]])
    assert not jsonschema.Draft202012Validator(schema).is_valid([[1]])


def test_an_example_that_looks_like_a_reference_is_left_alone():
    schema = standalone_schemas(bare(A={"examples": [{"$ref": "anything"}]}))["A"]
    assert schema["examples"] == [{"$ref": "anything"}]


def test_a_reference_that_leads_nowhere_is_an_error():
    with pytest.raises(ContractError, match="leads nowhere"):
        standalone_schemas(bare(A={"$ref": "#/components/schemas/B"}))
