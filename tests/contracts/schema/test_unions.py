"""Of several forms the nearest is named, with what it misses."""

import pytest

from mediatasks.contracts.schema.validation import Validator

CIRCLE = {
    "title": "Circle",
    "required": ["kind", "radius"],
    "properties": {"kind": {"const": "circle"}, "radius": {"type": "number"}},
}
BOX = {
    "required": ["kind", "width", "height"],
    "properties": {"kind": {"const": "box"}, "width": {"type": "number"}},
}
DOCUMENT = {"components": {"schemas": {"Circle": CIRCLE, "Box": BOX}}}
REFERENCES = [{"$ref": f"#/components/schemas/{name}"} for name in ("Circle", "Box")]


def said(schema, value):
    return [(d.pointer, d.expected, d.got) for d in Validator(schema, DOCUMENT).deviations(value)]


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_the_form_that_a_constant_tells_is_the_nearest(keyword):
    assert said({keyword: REFERENCES}, {"kind": "box"}) == [
        ("", f"the member `{name}` (the nearest of 2 forms is `Box`)", "the member `kind`")
        for name in ("height", "width")
    ]


def test_a_title_names_a_form():
    found = said({"oneOf": REFERENCES}, {"kind": "circle", "radius": "2"})
    assert found == [("/radius", "number (the nearest of 2 forms is `Circle`)", '`"2"`')]


def test_a_form_without_a_name_is_told_by_its_constant():
    form = {"properties": {"kind": {"const": "box"}, "width": {"type": "number"}}}
    ((_, expected, _),) = said({"oneOf": [CIRCLE, form]}, {"kind": "box", "width": "2"})
    assert expected == 'number (the nearest of 2 forms is the one with `kind` = `"box"`)'


def test_where_no_constant_fits_each_is_listed():
    assert said({"oneOf": REFERENCES}, {"kind": "line"}) == [("/kind", '`"circle"` or `"box"`', '`"line"`')]


def test_a_type_is_named_once():
    assert said(
        {"anyOf": [{"type": "object"}, CIRCLE | {"type": "object"}, {"type": ["object", "null"]}]}, 5
    ) == [("", "object or null", "`5`")]


def test_of_a_nullable_object_the_object_is_explained():
    schema = {"anyOf": [CIRCLE | {"type": "object"}, {"type": "null"}]}
    assert said(schema, {"kind": "circle"}) == [("", "the member `radius`", "the member `kind`")]


def test_one_of_two_members_is_asked_for():
    schema = {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}
    assert said(schema, {}) == [("", "the member `a` or the member `b`", "no members")]


def test_a_value_that_fits_two_forms_is_told_which():
    schema = {"oneOf": [{"title": "Small", "maximum": 9}, {"title": "Even", "multipleOf": 2}]}
    assert said(schema, 4) == [
        ("", "a value that fits one form only", "one that fits 2: `Small` and `Even`")
    ]


def test_the_nearest_form_deep_in_a_list_of_unions_is_named_once():
    schema = {"items": {"oneOf": [*REFERENCES, {"oneOf": REFERENCES}]}}
    ((place, expected, _),) = said(schema, [{"kind": "circle", "radius": None}])
    assert (place, expected.count("nearest")) == ("/0/radius", 1)
