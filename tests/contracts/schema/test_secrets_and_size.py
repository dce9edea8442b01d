"""No message shows a secret, and none is longer than a few lines."""

import pytest

from mediatasks.contracts.schema.validation import MOST, Validator
from mediatasks.errors import ContractError

SECRET = {"type": "string", "writeOnly": True, "maxLength": 3}
PASSWORD = {"type": "string", "format": "password", "pattern": "^x"}
DOCUMENT = {"components": {"schemas": {"Secret": SECRET}}}
PLACES = {
    "plain": SECRET,
    "password": PASSWORD,
    "reference": {"$ref": "#/components/schemas/Secret"},
    "beside a reference": {"$ref": "#/components/schemas/Plain", "writeOnly": True},
    "nullable": {"anyOf": [SECRET, {"type": "null"}]},
    "in another part": {"allOf": [{"type": "null"}, {"writeOnly": True}]},
    "constant": {"const": "x", "writeOnly": True},
    "conditional": {"if": True, "then": SECRET},
}


@pytest.mark.parametrize("schema", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("value", ["hunter2", 8123456])
@pytest.mark.parametrize(
    "around",
    [
        lambda s, v: (s, v),
        lambda s, v: ({"properties": {"a": {"items": s}}}, {"a": [v]}),
        lambda s, v: ({"patternProperties": {"^a": s}}, {"a": v}),
        lambda s, v: ({"additionalProperties": s}, {"a": v}),
        lambda s, v: (
            {"allOf": [{"properties": {"a": s}}, {"properties": {"a": {"maxLength": 1, "type": "array"}}}]},
            {"a": v},
        ),
        lambda s, v: ({"writeOnly": True, "properties": {"a": {"enum": []}}}, {"a": v}),
    ],
)
def test_a_secret_is_in_no_message(schema, value, around):
    document = {"components": {"schemas": {"Secret": SECRET, "Plain": {"type": "null"}}}}
    whole, body = around(schema, value)
    found = Validator(whole, document).deviations(body)
    assert found
    assert str(value) not in str(found)


def test_a_value_of_twenty_megabytes_is_judged_and_cut():
    text = "x" * 20_000_000
    validator = Validator({"properties": {"a": {"maxLength": 5}}, "additionalProperties": False}, {})
    found = validator.deviations({"a": text, text: 1})
    assert len(found) == 2
    assert all(len(d.message) < 1000 for d in found)


def test_a_million_deviations_end_at_a_thousand():
    assert len(Validator({"items": {"type": "string"}}, {}).deviations([1] * 20_000)) == MOST


TEXT = {"pattern": "^[a-z]"}


@pytest.mark.parametrize(
    ("schema", "value", "pointer"),
    [
        (TEXT, "\ud800", ""),
        ({"propertyNames": TEXT}, {"\ud800": 1}, ""),
        ({"items": {"properties": {"b": TEXT}}}, ["a", {"b": "\udfff"}], "/1/b"),
    ],
)
def test_half_a_surrogate_pair_is_told(schema, value, pointer):
    (found,) = Validator(schema, {}).deviations(value)
    assert (found.pointer, found.got) == (pointer, "half of a surrogate pair")


def test_a_deep_value_is_judged_or_refused():
    value = []
    for _ in range(100_000):
        value = [value]
    assert isinstance(Validator({"type": "array"}, {}).fits(value), bool)


@pytest.mark.parametrize(
    "reference", ["file:///etc/hostname", "http://127.0.0.1:9/x.json", "other.yaml#/A"]
)
def test_a_reference_out_of_the_contract_is_never_followed(reference):
    with pytest.raises(ContractError, match=f"the reference `{reference}` leads nowhere"):
        Validator({"$ref": reference}, {})


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ({"minLength": "a"}, 'a schema is broken at `/minLength`: it holds "a"'),
        (
            {"properties": {"a": {"required": 3}}},
            "a schema is broken at `/properties/a/required`: it holds 3",
        ),
        ({"properties": 3}, "a schema is broken at `/properties`: it holds 3"),
    ],
)
def test_a_broken_schema_is_told_with_its_place(schema, problem):
    with pytest.raises(ContractError, match=problem):
        Validator(schema, {})
