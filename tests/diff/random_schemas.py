"""Random schemas, random changes of them, and values to try them with."""

import copy

import jsonschema_rs
from hypothesis import strategies as st

from mediatasks.diff.schema.pair import pair_of
from mediatasks.diff.schema.part import Part
from mediatasks.diff.schema.schemas import SchemaComparison

WORDS = ["a", "ab", "abc", "b"]
NAMES = ["x", "y", "z"]
SMALL = st.integers(0, 3)


def some(strategies):
    """Return objects with a few of the members of `strategies`."""
    return st.fixed_dictionaries({}, optional=strategies)


LENGTHS = some({"minLength": SMALL, "maxLength": SMALL, "pattern": st.sampled_from(["^a", "b$"])})
RANGES = some(
    {
        "minimum": SMALL,
        "maximum": SMALL,
        "exclusiveMinimum": SMALL,
        "exclusiveMaximum": SMALL,
        "multipleOf": st.sampled_from([1, 2, 3, 1.5]),
    }
)
VALUES = st.sampled_from([*WORDS, 0, 1, 2, 1.5, True, None])
SCALARS = st.one_of(
    LENGTHS.map(lambda d: {"type": "string"} | d),
    RANGES.map(lambda d: {"type": "integer"} | d),
    RANGES.map(lambda d: {"type": "number"} | d),
    LENGTHS.map(lambda d: {"type": ["string", "null"]} | d),
    RANGES.map(lambda d: {"type": ["boolean", "integer", "string"]} | d),
    st.lists(VALUES, min_size=1, max_size=3, unique_by=repr).map(lambda v: {"enum": v}),
    VALUES.map(lambda v: {"const": v}),
    st.tuples(RANGES, RANGES).map(lambda ds: {"type": "integer", "allOf": list(ds)}),
    st.just({}),
    st.just(False),
    st.just({"type": "string", "not": {"const": "a"}}),
)


def _objects(inner):
    return some(
        {
            "properties": st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
            "required": st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
            "additionalProperties": st.one_of(st.booleans(), inner),
            "minProperties": SMALL,
            "maxProperties": SMALL,
        }
    ).map(lambda d: {"type": "object"} | d)


def _arrays(inner):
    return some(
        {
            "items": inner,
            "prefixItems": st.lists(inner, min_size=1, max_size=2),
            "minItems": SMALL,
            "maxItems": SMALL,
            "uniqueItems": st.booleans(),
        }
    ).map(lambda d: {"type": "array"} | d)


def _unions(inner):
    return st.lists(inner, min_size=1, max_size=3).map(lambda branches: {"anyOf": branches})


REFERENCES = st.sampled_from(["One", "Two"]).map(lambda name: {"$ref": f"#/components/schemas/{name}"})
SCHEMAS = st.recursive(
    st.one_of(SCALARS, REFERENCES),
    lambda inner: st.one_of(_objects(inner), _arrays(inner), _unions(inner)),
    max_leaves=6,
)
# A component that is nothing but a reference to itself allows what you like.
COMPONENTS = st.recursive(
    SCALARS, lambda inner: st.one_of(_objects(st.one_of(inner, REFERENCES)), _arrays(inner)), max_leaves=4
)
DOCUMENTS = st.tuples(SCHEMAS, COMPONENTS, COMPONENTS).map(
    lambda three: {"root": three[0], "components": {"schemas": {"One": three[1], "Two": three[2]}}}
)


@st.composite
def changed(draw, document):
    """Return a copy of a document with one schema in it replaced by another."""
    other = copy.deepcopy(document)
    places = list(_places(other, "root")) + [
        place for name in ("One", "Two") for place in _places(other["components"]["schemas"], name)
    ]
    holder, key = draw(st.sampled_from(places))
    holder[key] = draw(st.one_of(_near(holder[key]), SCHEMAS))
    return other


def _near(schema):
    """Return schemas that differ from `schema` in one keyword."""
    if not isinstance(schema, dict) or not schema:
        return SCALARS
    without = [{k: v for k, v in schema.items() if k != key} for key in schema]
    more = st.one_of(
        LENGTHS, RANGES, some({"required": st.lists(st.sampled_from(NAMES), max_size=2, unique=True)})
    )
    return st.one_of(st.sampled_from(without), more.map(lambda d: schema | d))


def _places(holder, key):
    yield holder, key
    schema = holder[key]
    if isinstance(schema, dict):
        for keyword in ("items", "additionalProperties"):
            if isinstance(schema.get(keyword), dict):
                yield from _places(schema, keyword)
        for keyword in ("properties", "prefixItems", "anyOf"):
            inner = schema.get(keyword, {})
            for name in inner if isinstance(inner, dict) else range(len(inner)):
                yield from _places(inner, name)


def findings(old, new, side):
    """Return what changed between the roots of two documents."""
    parts = (Part(document["root"], "/root", document) for document in (old, new))
    return SchemaComparison().compare([pair_of(*parts, side)])


def validator(document, strict):
    """Return a validator of the root; `strict` takes no members that are not listed where they stand."""
    whole = _closed(document["root"]) if strict else document["root"]
    schemas = document["components"]["schemas"]
    schemas = {name: _closed(s) for name, s in schemas.items()} if strict else schemas
    return jsonschema_rs.Draft202012Validator({"allOf": [whole], "components": {"schemas": schemas}})


def _closed(schema):
    if not isinstance(schema, dict) or "$ref" in schema:
        return schema
    found = dict(schema)
    for keyword in ("items", "additionalProperties"):
        if keyword in found:
            found[keyword] = _closed(found[keyword])
    for keyword in ("prefixItems", "anyOf"):
        if keyword in found:
            found[keyword] = [_closed(inner) for inner in found[keyword]]
    if "properties" in found:
        found["properties"] = {name: _closed(inner) for name, inner in found["properties"].items()}
    if "anyOf" not in found:
        found.setdefault("additionalProperties", False)
    return found


PLAIN = [None, True, False, 0, 1, 2, 3, 4, 6, 1.5, 2.5, 4.5, "", "a", "ab", "abc", "abcd", "b", "cb"]
LISTS = [
    [],
    *([v] for v in PLAIN),
    ["a", "a"],
    [1, 2],
    ["a", 1],
    [1, "a"],
    ["a", "b", "c"],
    [[]],
    [{}],
    [[1]],
    [{"x": 1}],
]
OBJECTS = [
    {},
    *({name: v} for name in NAMES for v in PLAIN),
    *({"x": v, "y": w} for v in (1, "a", None) for w in (1, "a", None)),
    {"x": 1, "y": 1, "z": 1},
    {"x": "a", "y": "a", "z": "a"},
    {"x": {}},
    {"x": {"x": 1}},
    {"x": {"y": "a"}},
    {"x": {"x": {}}},
    {"x": []},
    {"x": ["a"]},
    {"y": [1]},
]
TRIED = [*PLAIN, *LISTS, *OBJECTS]
