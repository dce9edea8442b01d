"""The fault `breach` breaks what it says, in every reply that the contracts document."""

import pytest

from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.shape import Shape
from mediatasks.contracts.schema.validation import Validator
from mediatasks.mock import Faults, Mock
from mediatasks.mock.control.samples import first_sample
from mediatasks.mock.faults.breach import applied, changes
from mediatasks.mock.http.messages import MockRequest
from mediatasks.mock.operations.replies import example_or_instance
from tests.contracts.test_store import FIVE
from tests.mock.conftest import Caller, change_of

CONSTRAINTS = {
    "minimum": ({"type": "integer", "minimum": 1}, 1),
    "maximum": ({"type": "integer", "maximum": 9}, 1),
    "exclusiveMinimum": ({"type": "number", "exclusiveMinimum": 0}, 1),
    "exclusiveMaximum": ({"type": "number", "exclusiveMaximum": 9}, 1),
    "multipleOf": ({"type": "integer", "multipleOf": 5}, 10),
    "minLength": ({"type": "string", "minLength": 1}, "a"),
    "maxLength": ({"type": "string", "maxLength": 3}, "a"),
    "pattern": ({"type": "string", "pattern": "^a"}, "a"),
    "format": ({"type": "string", "format": "date-time"}, "2026-01-01T00:00:00Z"),
    "enum": ({"enum": ["a", "b"]}, "a"),
    "const": ({"const": True}, True),
    "type": ({"type": ["string", "null"]}, None),
    "minItems": ({"type": "array", "minItems": 2}, [1, 2]),
    "maxItems": ({"type": "array", "maxItems": 2}, [1, 2]),
    "uniqueItems": ({"type": "array", "uniqueItems": True}, [1]),
    "required": ({"type": "object", "required": ["a"], "properties": {"a": {}}}, {"a": 1}),
    "additionalProperties": (
        {"type": "object", "properties": {"a": {}}, "additionalProperties": False},
        {"a": 1},
    ),
}


@pytest.mark.parametrize("constraint", CONSTRAINTS)
@pytest.mark.parametrize("place", ["", "/inner", "/list/0"])
def test_each_constraint_can_be_broken_at_any_depth(made_up, constraint, place):
    contract = made_up.contract("press")
    schema, value = CONSTRAINTS[constraint]
    if place == "/inner":
        schema, value = {"properties": {"inner": schema}}, {"inner": value}
    elif place == "/list/0":
        schema, value = {"properties": {"list": {"items": schema}}}, {"list": [value]}
    validator = Validator(schema, contract.document)
    assert validator.fits(value)
    found = [c for c in changes(Shape(contract, schema), value) if c.constraint == constraint]
    assert found
    assert all(change.pointer.startswith(place) for change in found)
    assert any(not validator.fits(applied(change, value)) for change in found)


def operations(store):
    return [o for name in FIVE for o in store.contract(name).operations.values()]


def test_every_documented_reply_with_a_body_can_be_broken(store):
    for operation in operations(store):
        body = example_or_instance(operation, operation.success)
        schema = operation.reply_schema(operation.success)
        if body is MISSING or schema is None:
            continue
        validator = Validator(schema, operation.contract.document)
        broken = [applied(c, body) for c in changes(Shape(operation.contract, schema), body)]
        assert any(not validator.fits(b) for b in broken), operation.id


def test_a_breach_leaves_the_state_alone(press):
    before = press("GET", "/prints/1").json()
    press.mock.faults.replace("breach")
    for _ in range(20):
        press("GET", "/prints/1")
    press.mock.faults.replace()
    assert press("GET", "/prints/1").json() == before


def test_a_breach_breaks_the_place_that_was_chosen(press):
    whole = press("GET", "/prints/1").json()
    press.mock.faults.replace("breach:required/stage")
    del whole["stage"]
    assert [press("GET", "/prints/1").json() for _ in range(10)] == [whole] * 10


def test_every_drawn_breach_breaks_the_contract(press, made_up):
    press.mock.faults.replace("breach")
    validator = Validator({"$ref": "#/components/schemas/Print"}, made_up.contract("press").document)
    bodies = [press("GET", "/prints/1").json() for _ in range(50)]
    assert not any(validator.fits(body) for body in bodies)
    assert len({str(body) for body in bodies}) > 5


@pytest.mark.parametrize("provider", FIVE)
def test_a_breach_is_repeatable(store, provider):
    def bodies(seed):
        contract = store.contract(provider)
        mock = Mock([contract], seed=seed, faults=Faults("breach"))
        sample = first_sample(contract)
        path, _, query = sample.target.partition("?")
        from mediatasks.mock.http.messages import parse_query

        headers = {name.lower(): value for name, value in sample.headers.items()}
        request = MockRequest(sample.method, f"/{provider}{path}", parse_query(query), headers, sample.body)
        return [mock.handle(request).body for _ in range(20)]

    assert bodies(1) == bodies(1)
    assert bodies(1) != bodies(2)


def test_a_union_that_allows_the_change_is_not_taken_for_broken(made_up):
    def change(document):
        document["components"]["schemas"]["Print"]["properties"]["title"] = {
            "anyOf": [{"type": "string", "maxLength": 3}, {"type": "string", "minLength": 2}]
        }

    contract = change_of(made_up.contract("press"))(change)
    caller = Caller(contract, faults=Faults("breach:maxLength"))
    reply = caller("GET", "/prints/1", headers={"authorization": "Bearer demo-token"})
    assert "x-mock-fault" not in reply.headers
