"""A document that is written another way is no change."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediatasks.contracts.pointer import get
from mediatasks.diff.schema.notation import MediaType, base_url
from tests.diff.edits import BASE, GONE, changes, edited, kinds, with_schemas
from tests.diff.random_schemas import DOCUMENTS, TRIED, findings, validator
from tests.diff.rewriting import rewritten

PAIRS = DOCUMENTS.flatmap(lambda document: st.tuples(st.just(document), rewritten(document)))
LIST = "/paths/~1crates/get"
OK = f"{LIST}/responses/200"
MEDIA = get(BASE, f"{OK}/content/application~1json")
FORM = "/paths/~1forms/post/requestBody/content/application~1x-www-form-urlencoded"
DROP = "/paths/~1crates~1{id}/delete"


@settings(max_examples=100, deadline=None, derandomize=True)
@given(pair=PAIRS)
def test_a_schema_that_is_written_another_way_is_no_change(pair):
    old, new = pair
    for side in ("request", "response"):
        assert findings(old, new, side) == findings(new, old, side) == []


@settings(max_examples=50, deadline=None, derandomize=True)
@given(pair=PAIRS)
def test_what_is_written_another_way_allows_the_same(pair):
    old, new = (validator(_modern(document), strict=False) for document in pair)
    assert [value for value in TRIED if old.is_valid(value) != new.is_valid(value)] == []


def _modern(node):
    """Return a document without the two keywords that only OpenAPI 3.0 reads so."""
    if isinstance(node, list):
        return [_modern(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {k: _modern(v) for k, v in node.items() if k != "nullable"}
    if found.get("exclusiveMinimum") is True:
        found["exclusiveMinimum"] = found.pop("minimum")
    return {"anyOf": [found, {"type": "null"}]} if node.get("nullable") is True else found


TEXT = {"type": "string"}
NULLABLE = {"type": ["string", "null"]}
CRATE = {"$ref": "#/components/schemas/Crate"}


@pytest.mark.parametrize(
    ("schema", "other"),
    [
        (NULLABLE, TEXT | {"nullable": True}),
        (TEXT, TEXT | {"nullable": False}),
        (
            {"type": ["string", "null"], "enum": ["a", None]},
            {"type": "string", "enum": ["a"], "nullable": True},
        ),
        ({"enum": ["a", None]}, {"type": "string", "enum": ["a", None], "nullable": True}),
        ({"enum": ["a", None]}, {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "null"}]}),
        ({"anyOf": [CRATE, {"type": "null"}]}, CRATE | {"nullable": True}),
        ({"oneOf": [{"type": "null"}, CRATE]}, {"allOf": [CRATE], "nullable": True}),
        ({"type": ["integer", "string", "null"]}, {"anyOf": [TEXT, {"type": "integer"}], "nullable": True}),
        (NULLABLE | {"readOnly": True}, TEXT | {"nullable": True, "readOnly": True}),
        (NULLABLE | {"default": "a"}, {"anyOf": [TEXT, {"type": "null"}], "default": "a"}),
        ({}, {"type": ["null", "boolean", "number", "integer", "string", "array", "object"]}),
        ({"type": "boolean"}, {"enum": [False, True]}),
    ],
)
def test_a_schema_of_an_operation_may_be_written_another_way(schema, other):
    pair = with_schemas(schema, schema), with_schemas(other, other)
    assert kinds(*pair) == kinds(*reversed(pair)) == []


def test_null_that_is_new_is_still_told():
    pair = with_schemas(TEXT, TEXT), with_schemas(TEXT | {"nullable": True}, TEXT | {"nullable": True})
    assert kinds(*pair) == ["request-null-allowed", "response-null-allowed"]


def media(*names):
    return {f"{OK}/content": dict.fromkeys(names, MEDIA)}


def header(name, **members):
    parameters = get(BASE, f"{LIST}/parameters")
    return {f"{LIST}/parameters": [*parameters, {"name": name, "in": "header", "schema": TEXT, **members}]}


@pytest.mark.parametrize(
    ("edits", "others"),
    [
        ({}, media("application/json; charset=utf-8")),
        ({}, media("Application/JSON;charset=UTF-8")),
        ({}, media("application/json", "application/json; charset=utf-8")),
        (media("text/csv; charset=utf-8"), media('text/csv;CHARSET="UTF-8"')),
        (media("text/csv"), media("text/csv; charset=utf-8")),
        (
            media("text/csv; charset=utf-8; header=present"),
            media("text/csv;header=present ; charset=utf-8"),
        ),
        ({}, media("application/json; profile=crates")),
        ({}, header("Accept", required=True)),
        ({}, header("content-type", required=True)),
        (header("AUTHORIZATION", required=True), {}),
        (header("Accept"), header("Accept", schema={"type": "integer"})),
        ({}, {f"{OK}/headers/Content-Type": {"required": True, "schema": TEXT}}),
        ({}, {f"{LIST}/parameters/0/style": "form", f"{LIST}/parameters/0/explode": True}),
        ({}, {f"{LIST}/parameters/0/explode": False}),
        ({}, {f"{LIST}/parameters/2/style": "simple", f"{LIST}/parameters/2/explode": False}),
        ({}, {f"{LIST}/parameters/0/required": False, f"{LIST}/parameters/0/deprecated": False}),
        ({}, {f"{LIST}/parameters/0/allowEmptyValue": False, f"{LIST}/parameters/0/allowReserved": False}),
        (
            {},
            {
                f"{DROP}/parameters": GONE,
                "/paths/~1crates~1{id}/parameters": get(BASE, f"{DROP}/parameters"),
            },
        ),
        ({f"{FORM}/encoding": GONE}, {f"{FORM}/encoding": {"tags": {"style": "form", "explode": True}}}),
        ({}, {f"{OK}/content/application~1json/encoding": {}}),
        ({}, {f"{DROP}/responses/204/content": {}}),
        ({}, {"/servers/0/url": "https://{host}/v1/"}),
        ({"/servers/0": {"url": "https://a.test/v1"}}, {"/servers/0": {"url": "HTTPS://A.test:443/v1/"}}),
        ({"/servers": GONE}, {"/servers": [{"url": "/"}]}),
        ({"/servers": GONE}, {"/servers": []}),
        ({}, {f"{LIST}/servers": get(BASE, "/servers"), f"{LIST}/security": [{"token": []}]}),
        ({}, {f"{LIST}/tags": ["crates"], "/tags": [{"name": "crates"}], f"{LIST}/summary": "S"}),
        ({}, {"/paths/~1forms/post/requestBody/required": False}),
    ],
)
def test_an_operation_that_is_written_another_way_is_no_change(edits, others):
    pair = edited(edits), edited(others)
    assert changes(*pair) == changes(*reversed(pair)) == []


@pytest.mark.parametrize(
    ("edits", "others"),
    [
        ({}, media("text/plain")),
        (media("text/csv; charset=utf-8"), media("text/csv; charset=latin1")),
        (media("application/json; version=1"), media("application/json; version=2")),
        ({}, header("X-Accept", required=True)),
        ({}, {f"{LIST}/parameters/0/schema": {"type": "array"}, f"{LIST}/parameters/0/explode": False}),
        ({}, {"/servers/0/url": "http://{host}/v1"}),
        ({"/servers/0": {"url": "https://a.test"}}, {"/servers/0": {"url": "https://a.test:8443"}}),
    ],
)
def test_what_only_looks_alike_is_still_told(edits, others):
    assert any(change.kind.breaks("any") for change in changes(edited(edits), edited(others)))


@given(st.text(max_size=40))
def test_every_text_has_one_form_as_content_type_and_as_base_url(text):
    assert MediaType(MediaType(text).text).text == MediaType(text).text
    assert base_url(base_url(text)) == base_url(text)


def test_a_document_is_left_as_it_is():
    document = with_schemas(
        TEXT | {"nullable": True}, {"type": "number", "minimum": 1, "exclusiveMinimum": True}
    )
    before = copy.deepcopy(document)
    changes(document, BASE)
    assert document == before
