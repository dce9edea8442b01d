"""The verdict is that of another validator, and every message is made of our words."""

import re

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediatasks.contracts.schema.validation import Validator

NAMES = st.sampled_from(["a", "b", "kind", "x y"])
TEXTS = st.sampled_from(["", "a", "b", "abc", "\N{GRINNING FACE}", "2026-01-01T00:00:00Z"])
INTEGERS = st.integers(-3, 3) | st.sampled_from([2**63, 2**64, 2**70, -(2**63) - 1])
SCALARS = st.none() | st.booleans() | INTEGERS | st.sampled_from([0.5, -1.5, 1.0, 1e300]) | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
SMALL = st.integers(0, 3)


def keywords(inner):
    some = st.lists(inner, min_size=1, max_size=3)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
            "enum": st.lists(VALUES, min_size=1, max_size=3),
            "const": VALUES,
            "minLength": SMALL,
            "maxLength": SMALL,
            "minItems": SMALL,
            "maxItems": SMALL,
            "minProperties": SMALL,
            "maxProperties": SMALL,
            "minimum": INTEGERS,
            "exclusiveMaximum": INTEGERS,
            "multipleOf": st.sampled_from([1, 2, 3]),
            "uniqueItems": st.booleans(),
            "pattern": st.sampled_from(["^a", "b$", "[ab]"]),
            "format": st.just("date"),
            "required": st.lists(NAMES, max_size=2, unique=True),
            "dependentRequired": st.dictionaries(
                NAMES, st.lists(NAMES, max_size=2, unique=True), max_size=1
            ),
            "properties": st.dictionaries(NAMES, inner, max_size=3),
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "d$"]), inner, max_size=1),
            "additionalProperties": inner,
            "propertyNames": inner,
            "unevaluatedProperties": st.booleans(),
            "prefixItems": some,
            "items": inner,
            "unevaluatedItems": st.booleans(),
            "contains": inner,
            "minContains": SMALL,
            "maxContains": SMALL,
            "anyOf": some,
            "oneOf": some,
            "allOf": some,
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
            "dependentSchemas": st.dictionaries(NAMES, inner, max_size=1),
            "title": st.just("Form"),
        },
    )


SCHEMAS = st.recursive(st.booleans() | keywords(st.booleans()), keywords, max_leaves=5)
# What jsonschema-rs says of a keyword, in the words that start or end its messages.
THEIRS = re.compile(
    r"is not of type|was expected|is a required property|is not valid under|were unexpected|was unexpected"
    r"|is (less|greater) than|does not match|has non-unique|is not allowed for|False schema|is not a multiple"
    r"|shorter than|longer than|Failed validating|ValidationError|is not a \"",
)


@settings(max_examples=150, deadline=None)
@given(SCHEMAS, VALUES)
def test_the_verdict_is_that_of_another_validator(schema, value):
    checker = jsonschema.FormatChecker(["date"])
    fits = jsonschema.Draft202012Validator(schema, format_checker=checker).is_valid(value)
    ours = Validator(schema, {})
    assert (ours.fits(value), ours.deviation(value) is None, not ours.deviations(value)) == (fits,) * 3


@settings(max_examples=150, deadline=None)
@given(SCHEMAS, VALUES)
def test_a_deviation_names_a_place_of_the_value_in_our_words(schema, value):
    for found in Validator(schema, {}).deviations(value):
        assert not THEIRS.search(found.message), found
        assert found.expected
        assert "None" not in found.expected
        node = value
        for step in found.steps:
            node = node[step]


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30T00:00:00Z",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00",
        "2026-01-01T24:00:00Z",
        "２026-01-01T00:00:00Z",
    ],
)
def test_what_is_no_date_time_by_rfc_3339_is_refused(text):
    assert not Validator({"format": "date-time"}, {}).fits(text)


def test_the_words_that_are_looked_for_are_those_of_the_library():
    import jsonschema_rs

    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {"b": {"const": 1}},
        "additionalProperties": False,
    }
    for value in (5, {}, {"a": 1}, {"b": 2}):
        for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(value):
            assert THEIRS.search(error.message)
