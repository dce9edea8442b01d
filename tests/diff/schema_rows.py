"""Pairs of schemas: (old, new, ends of the kinds there, ends of the kinds back).

A kind is the end with `request-` or `response-` before it; `schema-changed` is one on both sides.
`SAME` holds pairs that look like a change and are none.
"""

SHUT = False
TREE = {"type": "object", "properties": {"below": {"$ref": "#/components/schemas/Tree"}}}


def thing(**members):
    return {"type": "object", "properties": members}


def closed(**members):
    return thing(**members) | {"additionalProperties": False}


def either(*branches, word="oneOf"):
    return {word: list(branches)}


TEXT, NUMBER, WHOLE = {"type": "string"}, {"type": "number"}, {"type": "integer"}
CAT = thing(kind={"const": "cat"}, lives=WHOLE)
DOG = thing(kind={"const": "dog"}, tricks={"type": "array"})

MANY = {"allOf": [either(*({"pattern": f"{a}{i}"} for i in range(9))) for a in "ab"]}

ROWS = {
    "type": ({}, TEXT, ["type-narrowed"], ["type-widened"]),
    "type_of_two": ({"type": ["string", "integer"]}, TEXT, ["type-narrowed"], ["type-widened"]),
    "type_with_a_bound": (
        {"minLength": 3},
        {"type": "string", "minLength": 5},
        ["bound-narrowed", "type-narrowed"],
        ["bound-widened", "type-widened"],
    ),
    "type_of_several_branches": (
        either({"minLength": 2}, {"minItems": 2}),
        {"type": "string", "minLength": 2},
        ["bound-narrowed", "schema-changed", "type-narrowed"],
        ["bound-widened", "schema-changed", "type-widened"],
    ),
    "type_other": (TEXT, WHOLE, ["type-changed"], ["type-changed"]),
    "type_integer": (NUMBER, WHOLE, ["type-narrowed"], ["type-widened"]),
    "type_integer_with_a_bound": (
        NUMBER,
        {"type": "integer", "minimum": 1},
        ["bound-narrowed", "type-narrowed"],
        ["bound-widened", "type-widened"],
    ),
    "type_never": (TEXT, SHUT, ["member-forbidden"], ["member-allowed"]),
    "null": ({"type": ["string", "null"]}, TEXT, ["null-forbidden"], ["null-allowed"]),
    "null_in_enum": (
        {"enum": ["a", None]},
        {"enum": ["a"]},
        ["null-forbidden"],
        ["null-allowed"],
    ),
    "enum": (TEXT, {"type": "string", "enum": ["a"]}, ["enum-added"], ["enum-removed"]),
    "enum_value": (
        {"enum": ["a", "b"]},
        {"enum": ["a"]},
        ["enum-value-removed"],
        ["enum-value-added"],
    ),
    "const": (
        {"const": 1},
        {"const": 2},
        ["enum-value-added", "enum-value-removed"],
        ["enum-value-added", "enum-value-removed"],
    ),
    "true_is_not_1": ({"const": 1}, {"const": True}, ["type-changed"], ["type-changed"]),
    "minimum": (WHOLE, {"type": "integer", "minimum": 1}, ["bound-narrowed"], ["bound-widened"]),
    "maximum": (
        {"type": "number", "maximum": 9},
        {"type": "number", "exclusiveMaximum": 9},
        ["bound-narrowed"],
        ["bound-widened"],
    ),
    "bounds_moved": (
        {"type": "integer", "minimum": 1, "maximum": 5},
        {"type": "integer", "minimum": 2, "maximum": 6},
        ["bound-narrowed", "bound-widened"],
        ["bound-narrowed", "bound-widened"],
    ),
    "length": (
        {"type": "string", "maxLength": 5},
        {"type": "string", "maxLength": 4},
        ["bound-narrowed"],
        ["bound-widened"],
    ),
    "count": ({"type": "array"}, {"type": "array", "minItems": 1}, ["bound-narrowed"], ["bound-widened"]),
    "members": (
        {"type": "object"},
        {"type": "object", "maxProperties": 3},
        ["bound-narrowed"],
        ["bound-widened"],
    ),
    "unique": (
        {"type": "array"},
        {"type": "array", "uniqueItems": True},
        ["bound-narrowed"],
        ["bound-widened"],
    ),
    "multiple": (
        {"type": "integer", "multipleOf": 2},
        {"type": "integer", "multipleOf": 4},
        ["bound-narrowed"],
        ["bound-widened"],
    ),
    "multiple_other": (
        {"type": "integer", "multipleOf": 2},
        {"type": "integer", "multipleOf": 3},
        ["bound-narrowed", "bound-widened"],
        ["bound-narrowed", "bound-widened"],
    ),
    "format": (TEXT, {"type": "string", "format": "uri"}, ["format-added"], ["format-removed"]),
    "format_other": (
        {"type": "string", "format": "uri"},
        {"type": "string", "format": "email"},
        ["format-changed"],
        ["format-changed"],
    ),
    "pattern": (TEXT, {"type": "string", "pattern": "^a"}, ["pattern-added"], ["pattern-removed"]),
    "pattern_other": (
        {"type": "string", "pattern": "^a"},
        {"type": "string", "pattern": "^b"},
        ["pattern-changed"],
        ["pattern-changed"],
    ),
    "pattern_more": (
        {"type": "string", "pattern": "^a"},
        {"type": "string", "pattern": "^a", "allOf": [{"pattern": "b$"}]},
        ["pattern-added"],
        ["pattern-removed"],
    ),
    "branch": (either(CAT, DOG), CAT, ["branch-removed"], ["branch-added"]),
    "branch_of_many": (
        either(CAT, DOG, thing(kind={"const": "cow"})),
        either(DOG, CAT),
        ["branch-removed"],
        ["branch-added"],
    ),
    "branch_inside": (
        either(CAT, DOG),
        either(DOG, thing(kind={"const": "cat"}, lives=TEXT)),
        ["type-changed"],
        ["type-changed"],
    ),
    "branch_alike": (
        either(thing(a=TEXT, b=TEXT, c=TEXT), thing(x=TEXT, y=TEXT)),
        either(thing(x=TEXT, y=TEXT), thing(a=TEXT, b=TEXT, c=WHOLE)),
        ["type-changed"],
        ["type-changed"],
    ),
    "branch_of_values": (
        either({"const": "a", "title": "A"}, {"const": "b"}),
        either({"const": "a", "title": "A"}),
        ["enum-value-removed"],
        ["enum-value-added"],
    ),
    "branch_of_type": (either(CAT, TEXT), CAT, ["type-narrowed"], ["type-widened"]),
    "object": (thing(), closed(), ["object-closed"], ["object-opened"]),
    "object_further": (
        thing() | {"additionalProperties": TEXT},
        thing() | {"additionalProperties": WHOLE},
        ["type-changed"],
        ["type-changed"],
    ),
    "required": (
        thing(a=TEXT),
        thing(a=TEXT) | {"required": ["a"]},
        ["member-became-required"],
        ["member-became-optional"],
    ),
    "member": (thing(), thing(a=TEXT), ["member-added"], ["member-removed"]),
    "member_required": (
        thing(),
        thing(a=TEXT) | {"required": ["a"]},
        ["required-member-added"],
        ["required-member-removed"],
    ),
    "member_closed": (closed(), closed(a=TEXT), ["member-allowed"], ["member-forbidden"]),
    "member_never": (thing(), thing(a=SHUT), ["object-closed"], ["object-opened"]),
    "member_of_further": (
        {"type": "object", "additionalProperties": TEXT},
        thing(a=WHOLE) | {"additionalProperties": TEXT},
        ["member-added", "type-changed"],
        ["member-removed", "type-changed"],
    ),
    "default": (TEXT, {"type": "string", "default": "a"}, ["default-added"], ["default-removed"]),
    "default_other": (
        {"type": "string", "default": "a"},
        {"type": "string", "default": "b"},
        ["default-changed"],
        ["default-changed"],
    ),
    "items": (
        {"type": "array", "items": TEXT},
        {"type": "array", "items": WHOLE},
        ["type-changed"],
        ["type-changed"],
    ),
    "first_item": (
        {"type": "array", "prefixItems": [TEXT], "items": WHOLE},
        {"type": "array", "items": WHOLE},
        ["type-changed"],
        ["type-changed"],
    ),
    "content": (
        {"type": "string", "contentSchema": thing(a=TEXT)},
        {"type": "string", "contentSchema": thing(a=WHOLE)},
        ["type-changed"],
        ["type-changed"],
    ),
    "names": (
        {"type": "object", "propertyNames": {"maxLength": 5}},
        {"type": "object", "propertyNames": {"maxLength": 4}},
        ["bound-narrowed"],
        ["bound-widened"],
    ),
    "not": ({"not": WHOLE}, {"not": NUMBER}, ["schema-changed"], ["schema-changed"]),
    "not_added": (TEXT, {"type": "string", "not": {"const": "a"}}, ["schema-changed"], ["schema-changed"]),
    "if": (
        {"if": TEXT, "then": {"maxLength": 1}},
        {"if": TEXT, "then": {"maxLength": 2}},
        ["schema-changed"],
        ["schema-changed"],
    ),
    "contains": (
        {"type": "array", "contains": TEXT},
        {"type": "array"},
        ["schema-changed"],
        ["schema-changed"],
    ),
    "patterns": (
        {"type": "object", "patternProperties": {"^a": TEXT}},
        {"type": "object", "patternProperties": {"^b": TEXT}},
        ["schema-changed", "schema-changed"],
        ["schema-changed", "schema-changed"],
    ),
    "pattern_member": (
        {"type": "object", "patternProperties": {"^a": TEXT}},
        {"type": "object", "patternProperties": {"^a": WHOLE}},
        ["type-changed"],
        ["type-changed"],
    ),
    "member_of_a_pattern": (
        thing(b=TEXT) | {"patternProperties": {"^a": TEXT}},
        thing(b=TEXT, ab=WHOLE) | {"patternProperties": {"^a": TEXT}},
        ["member-added", "schema-changed"],
        ["member-removed", "schema-changed"],
    ),
    "dependent": (
        {"type": "object", "dependentSchemas": {"a": {"required": ["b"]}}},
        {"type": "object", "dependentSchemas": {"a": {"required": ["c"]}}},
        ["schema-changed", "schema-changed"],
        ["schema-changed", "schema-changed"],
    ),
    "dependent_on_more": (
        {"type": "object"},
        {"type": "object", "dependentSchemas": {"a": {"required": ["b"]}}},
        ["schema-changed"],
        ["schema-changed"],
    ),
    "unknown_keyword": (
        TEXT,
        {"type": "string", "contentEncoding": "base64"},
        ["schema-changed"],
        ["schema-changed"],
    ),
    "one_for_any": (
        either(CAT, DOG, word="anyOf"),
        either(CAT, DOG, word="oneOf"),
        ["schema-changed"],
        ["schema-changed"],
    ),
    "outside": (
        {"$ref": "https://example.org/a"},
        {"$ref": "https://example.org/b"},
        ["schema-changed"],
        ["schema-changed"],
    ),
    "outside_beside_values": (
        either({"const": "a", "$ref": "https://example.org/a"}, {"const": "b"}),
        either({"const": "a"}, {"const": "b"}),
        ["branch-removed", "enum-value-added", "schema-changed"],
        ["branch-added", "enum-value-removed", "schema-changed"],
    ),
    "too_many": (
        MANY,
        {"allOf": [either(*({"pattern": f"{a}{i}"} for i in range(9))) for a in "ac"]},
        ["schema-changed"],
        ["schema-changed"],
    ),
    "recursive": (
        {"$ref": "#/components/schemas/Tree"},
        {"$ref": "#/components/schemas/Hedge"},
        ["member-added"],
        ["member-removed"],
    ),
}

SAME = {
    "prose": (TEXT, {"type": "string", "title": "T", "description": "D", "examples": ["e"]}),
    "member_called_like_prose": (thing(title=TEXT), thing(title={"type": "string", "title": "T"})),
    "null_as_branch": ({"type": ["string", "null"]}, either(TEXT, {"type": "null"}, word="anyOf")),
    "types_as_branches": ({"type": ["string", "integer"]}, either(WHOLE, TEXT)),
    "type_order": ({"type": ["string", "null"]}, {"type": ["null", "string"]}),
    "const_as_enum": ({"const": "a"}, {"enum": ["a"]}),
    "type_beside_enum": ({"enum": ["a"]}, {"type": "string", "enum": ["a"]}),
    "enum_as_branches": ({"enum": ["a", "b"]}, either({"const": "b", "title": "B"}, {"const": "a"})),
    "enum_in_parts": ({"enum": ["a", "b"]}, either({"enum": ["a"]}, {"enum": ["b"]}, word="anyOf")),
    "enum_order": ({"enum": ["a", "b"]}, {"enum": ["b", "a"]}),
    "value_of_another_type": ({"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["a", 1]}),
    "one_is_one": ({"const": 1}, {"const": 1.0}),
    "whole_bound": ({"type": "integer", "minimum": 1}, {"type": "integer", "exclusiveMinimum": 0}),
    "weaker_bound": (
        {"type": "integer", "minimum": 1},
        {"type": "integer", "minimum": 1, "exclusiveMinimum": 0},
    ),
    "length_of_0": (TEXT, {"type": "string", "minLength": 0}),
    "length_of_a_number": (WHOLE, {"type": "integer", "minLength": 3}),
    "tenth": (
        {"type": "number", "multipleOf": 0.1},
        {"type": "number", "multipleOf": 0.1, "allOf": [{"multipleOf": 0.05}]},
    ),
    "content_of_a_number": (
        {"type": "integer", "contentSchema": TEXT},
        {"type": "integer", "contentSchema": WHOLE},
    ),
    "not_unique": ({"type": "array"}, {"type": "array", "uniqueItems": False}),
    "split": (
        {"type": "string", "format": "uri", "pattern": "a"},
        {"allOf": [{"type": "string", "format": "uri"}, {"pattern": "a"}]},
    ),
    "reference": ({"$ref": "#/components/schemas/Tree"}, TREE),
    "inlined_twice": (TREE, thing(below=thing(below={"$ref": "#/components/schemas/Tree"}))),
    "branch_order": (either(CAT, DOG), either(DOG, CAT)),
    "branch_in_a_component": (either(CAT, DOG), either({"$ref": "#/components/schemas/Cat"}, DOG)),
    "one_branch": (CAT, either(CAT)),
    "one_branch_more": (either(CAT, DOG), either(CAT, DOG) | {"anyOf": [{}]}),
    "whole_numbers": (WHOLE, {"allOf": [NUMBER, WHOLE]}),
    "no_type_in_common": (
        {"type": "array", "items": SHUT},
        {"type": "array", "items": {"allOf": [TEXT, WHOLE]}},
    ),
    "examples_of_an_open_list": (
        {"type": "string", "x-open-enum": True, "examples": ["a", "b"]},
        {"type": "string", "x-open-enum": True, "examples": ["b", "a"]},
    ),
    "one_for_any_of_types": (either(TEXT, WHOLE, word="anyOf"), either(TEXT, WHOLE, word="oneOf")),
    "open": (thing(), thing() | {"additionalProperties": True}),
    "open_schema": (thing(), thing() | {"additionalProperties": {}}),
    "shut_schema": (closed(), thing() | {"additionalProperties": {"not": {}}}),
    "shut_member": (closed(), closed(a=SHUT)),
    "required_order": (
        thing(a=TEXT, b=TEXT) | {"required": ["a", "b"]},
        thing(b=TEXT, a=TEXT) | {"required": ["b", "a"]},
    ),
    "members_of_parts": (thing(a=TEXT, b=TEXT), {"allOf": [thing(a=TEXT), thing(b=TEXT)]}),
    "every_item": ({"type": "array"}, {"type": "array", "items": {}}),
    "first_item_like_all": (
        {"type": "array", "items": TEXT},
        {"type": "array", "items": TEXT, "prefixItems": [TEXT]},
    ),
    "too_many_with_prose": (MANY, MANY | {"description": "D"}),
    "never": (SHUT, {"not": {}}),
    "default_of_another_spelling": ({"type": "number", "default": 1}, {"type": "number", "default": 1.0}),
    "not_with_prose": ({"not": WHOLE}, {"not": {"type": "integer", "description": "D"}}),
}
COMPONENTS = {
    "Tree": TREE,
    "Hedge": {
        "type": "object",
        "properties": {"below": {"$ref": "#/components/schemas/Hedge"}, "trim": TEXT},
    },
    "Cat": CAT,
}
