import pytest

from mediatasks.contracts.schema.validation import Validator
from mediatasks.errors import ContractError


def wrong(schema, body):
    return [(d.pointer, d.expected, d.got) for d in Validator(schema, {}).deviations(body)]


def test_a_body_that_fits_has_no_deviations():
    assert wrong({"type": "array", "items": {"type": "integer"}}, [1, 2.0]) == []


def test_every_deviation_is_listed_with_its_pointer():
    schema = {"properties": {"a": {"type": "string"}, "b/c": {"enum": ["x", "y"]}}}
    assert wrong(schema, {"a": 1, "b/c": "z"}) == [
        ("/a", "string", "`1`"),
        ("/b~1c", "one of: x, y", '`"z"`'),
    ]


def test_each_missing_member_is_named():
    assert wrong({"required": ["a", "b"]}, {"c": 1}) == [
        ("", "the member `a`", "the member `c`"),
        ("", "the member `b`", "the member `c`"),
    ]


def test_of_many_members_the_first_ten_are_named_and_the_rest_are_told_of():
    schema = {"required": ["name"]}
    ten, eleven = ({f"m{i}": i for i in range(count)} for count in (10, 11))
    [(_, _, full)], [(_, _, cut)] = wrong(schema, ten), wrong(schema, eleven)
    assert full.endswith("`m8`, `m9`")
    assert cut.endswith("`m8`, `m9`, …")


def test_a_member_too_many_is_named_at_its_place():
    schema = {"properties": {"a": {}}, "additionalProperties": False}
    assert wrong(schema, {"a": 1, "b": 2}) == [("/b", "no member besides a", "a further member")]


def test_a_format_is_held():
    assert wrong({"format": "date-time"}, "2026-02-30T00:00:00Z") == [
        ("", "a date-time", '`"2026-02-30T00:00:00Z"`')
    ]


@pytest.mark.parametrize("text", ["2026-04-03T16:15:19Z", "2026-04-03t16:15:19.28119+07:00"])
def test_a_date_time_is_that_of_rfc_3339(text):
    assert wrong({"format": "date-time"}, text) == []


@pytest.mark.parametrize("text", ["2026-04-03 16:15:19Z", "2026-04-03T16:15:19", "20260403T161519Z"])
def test_what_is_no_rfc_3339_is_no_date_time(text):
    assert len(wrong({"format": "date-time"}, text)) == 1


def test_a_nullable_value_names_both_types():
    assert wrong({"anyOf": [{"enum": ["a"]}, {"type": "null"}]}, 5) == [("", "one of: a or null", "`5`")]


def test_a_union_is_explained_by_the_closest_alternative():
    done = {"required": ["result"], "properties": {"result": {"properties": {"n": {"type": "integer"}}}}}
    failed = {
        "required": ["error"],
        "properties": {"error": {"type": "string"}},
        "not": {"required": ["result"]},
    }
    body = {"result": {"n": "1"}}
    assert wrong({"anyOf": [{"anyOf": [done, failed]}, failed]}, body) == [
        ("/result/n", "integer (the nearest of 2 forms is the one with `result`)", '`"1"`')
    ]


def test_a_union_is_explained_by_the_alternative_whose_members_are_there():
    failed = {"required": ["error"], "properties": {"error": {"type": "string"}}}
    whole = {
        "required": ["reply"],
        "properties": {"reply": {"type": "array", "items": {"type": "integer"}}},
    }
    assert wrong({"anyOf": [failed, whole]}, {"reply": ["a", "b"]})[0][0] == "/reply/0"
    [(place, expected, got)] = wrong({"anyOf": [whole, failed]}, {"error": 5})
    assert (place, expected[:7], got) == ("/error", "string ", "`5`")


def test_a_secret_is_not_shown():
    assert wrong({"type": "string", "writeOnly": True}, 12345) == [
        ("", "string", "a value that is not shown")
    ]


def test_a_long_value_is_cut():
    ((_, _, got),) = wrong({"maxLength": 5}, "x" * 10_000)
    assert len(got) < 100


def test_a_reference_that_leads_nowhere_is_an_error_of_the_contract():
    with pytest.raises(ContractError, match="leads nowhere"):
        wrong({"$ref": "#/components/schemas/Lost"}, {})


@pytest.mark.parametrize("schema", [{"type": "text"}, {"pattern": "("}])
def test_a_schema_that_is_none_is_an_error_of_the_contract(schema):
    with pytest.raises(ContractError, match=r"of a schema|a schema has"):
        wrong(schema, "a")
