"""Schemas and documents written another way: what they mean stays the same."""

import copy

from hypothesis import strategies as st

IDLE = [
    {"nullable": False},
    {"uniqueItems": False},
    {"minLength": 0},
    {"minItems": 0},
    {"required": []},
    {"properties": {}},
    {"not": False},
    {"then": {"minLength": 3}},
    {"else": False},
    {"if": {"const": 1}},
    {"minContains": 1},
    {"patternProperties": {}},
    {"unevaluatedProperties": True},
    {"propertyNames": {}},
    {"dependentRequired": {}},
    {"deprecated": False},
    {"readOnly": False},
    {"$comment": "C"},
    {"description": "D", "title": "T", "examples": [1], "x-provenance": {"status": "inferred"}},
]


@st.composite
def rewritten(draw, document):
    """Return a copy of a document of `random_schemas` in which schemas are written another way."""
    other = copy.deepcopy(document)
    schemas = other["components"]["schemas"]
    extra = {}
    other["root"] = draw(_schema(other["root"], extra))
    for name in list(schemas):
        schemas[name] = draw(_schema(schemas[name], extra))
    schemas.update(extra)
    return other


@st.composite
def _schema(draw, schema, extra):
    schema = draw(_inner(schema, extra))
    ways = [way for way in WAYS if way(schema) is not None]
    for way in draw(st.lists(st.sampled_from(ways), max_size=3)):
        schema = way(schema) or schema
    if isinstance(schema, dict) and draw(st.booleans()):
        schema = draw(st.permutations(list(schema.items())).map(dict))
        for keyword in ("type", "enum", "required"):
            if isinstance(schema.get(keyword), list):
                schema[keyword] = draw(st.permutations(schema[keyword]))
        idle = draw(st.sampled_from(IDLE))
        schema = schema if idle.keys() & schema.keys() else schema | idle
    if draw(st.integers(0, 4)) == 0:
        name = f"Extra{len(extra)}"
        extra[name] = schema
        schema = {"$ref": f"#/components/schemas/{name}", "description": "D"}
    return schema


@st.composite
def _inner(draw, schema, extra):
    """Return a schema whose own schemas are written another way."""
    if not isinstance(schema, dict):
        return schema
    found = dict(schema)
    for keyword in ("items", "additionalProperties"):
        if keyword in found:
            found[keyword] = draw(_schema(found[keyword], extra))
    for keyword in ("prefixItems", "anyOf"):
        if keyword in found:
            found[keyword] = [draw(_schema(inner, extra)) for inner in found[keyword]]
    if "properties" in found:
        found["properties"] = {n: draw(_schema(s, extra)) for n, s in found["properties"].items()}
    return found


def _boolean(schema):
    return {True: {}, False: {"not": {}}}[schema] if isinstance(schema, bool) else None


def _nothing(schema):
    return True if schema == {} else None


def _all_of_one(schema):
    return {"allOf": [schema]}


def _any_of_one(schema):
    return {"anyOf": [schema]}


def _any_of_two(schema):
    return {"anyOf": [schema, copy.deepcopy(schema)]}


def _list_of_one_type(schema):
    return schema | {"type": [schema["type"]]} if _says(schema, "type", str) else None


def _listed_value(schema):
    if not _says(schema, "const"):
        return None
    return {k: v for k, v in schema.items() if k != "const"} | {"enum": [schema["const"]]}


def _one_value(schema):
    if not _says(schema, "enum") or len(schema["enum"]) != 1 or "const" in schema:
        return None
    return {k: v for k, v in schema.items() if k != "enum"} | {"const": schema["enum"][0]}


def _with_null(schema):
    return isinstance(schema, dict) and isinstance(schema.get("type"), list) and "null" in schema["type"]


def _without_null(schema):
    kept = [name for name in schema["type"] if name != "null"]
    inner = schema | {"type": kept[0] if len(kept) == 1 else kept}
    return inner if kept and "const" not in schema and "enum" not in schema else None


def _nullable(schema):
    inner = _without_null(schema) if _with_null(schema) else None
    return inner and inner | {"nullable": True}


def _null_branch(schema):
    inner = _without_null(schema) if _with_null(schema) else None
    return inner and {"anyOf": [{"enum": [None]}, inner]}


def _null_last(schema):
    inner = _without_null(schema) if _with_null(schema) else None
    return inner and {"oneOf": [inner, {"type": "null"}]}


def _null_value(schema):
    """An enumeration with null as one without, and null beside it."""
    if not _says(schema, "enum") or None not in schema["enum"] or len(schema["enum"]) < 2:
        return None
    if "type" in schema or "const" in schema:
        return None
    return {"anyOf": [schema | {"enum": [v for v in schema["enum"] if v is not None]}, {"const": None}]}


def _exclusive(schema):
    if not isinstance(schema, dict) or schema.get("type") != "integer":
        return None
    turned = {"minimum": ("exclusiveMinimum", -1), "maximum": ("exclusiveMaximum", 1)}
    found = dict(schema)
    for keyword, (other, step) in turned.items():
        if isinstance(found.get(keyword), int) and other not in found:
            found[other] = found.pop(keyword) + step
    return found if found != schema else None


def _boolean_limit(schema):
    """An exclusive limit as OpenAPI 3.0 has it."""
    if not _says(schema, "exclusiveMinimum") or "minimum" in schema:
        return None
    return schema | {"minimum": schema["exclusiveMinimum"], "exclusiveMinimum": True}


def _whole_number(schema):
    if not isinstance(schema, dict) or schema.get("type") != "integer" or "multipleOf" in schema:
        return None
    return schema | {"type": "number", "multipleOf": 1}


def _fraction_of_zero(schema):
    if not _says(schema, "minimum", int) or isinstance(schema["minimum"], bool):
        return None
    return schema | {"minimum": float(schema["minimum"])}


def _split_required(schema):
    if not _says(schema, "required") or "allOf" in schema or not schema["required"]:
        return None
    rest = {k: v for k, v in schema.items() if k != "required"}
    return rest | {"allOf": [{"required": [name]} for name in schema["required"]]}


def _says(schema, keyword, kind=object):
    return isinstance(schema, dict) and keyword in schema and isinstance(schema[keyword], kind)


WAYS = [
    _boolean,
    _nothing,
    _all_of_one,
    _any_of_one,
    _any_of_two,
    _list_of_one_type,
    _listed_value,
    _one_value,
    _nullable,
    _null_branch,
    _null_last,
    _null_value,
    _exclusive,
    _boolean_limit,
    _whole_number,
    _fraction_of_zero,
    _split_required,
]
