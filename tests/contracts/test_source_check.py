"""A made-up contract and its document; each test breaks one claim of the contract."""

import copy

import pytest

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.provenance.source_check import check_sources
from mediatasks.errors import UsageError

DOCUMENT = """Orders

GET /orders

X-Key    string  required
limit    integer at most 10

Response

200 OK

{"id": "o-7", "state": "waiting", "pages": 12}

state   waiting, printed

Webhooks

An event is sent 3 times, after 60 seconds.
"""


def manual(locator, **members):
    return {"status": "documented", "source": "manual", "locator": locator, **members}


def make_contract():
    order = {
        "type": "object",
        "x-provenance": manual("Response"),
        "properties": {
            "id": {"type": "string", "examples": ["o-7"]},
            "state": {"type": "string", "enum": ["waiting", "printed"]},
            "pages": {"type": "integer"},
        },
    }
    limit = {"name": "limit", "in": "query", "schema": {"default": 10}, "x-provenance": manual("limit")}
    get = {
        "operationId": "list_orders",
        "x-provenance": manual("GET /orders"),
        "parameters": [limit],
        "responses": {"200": {"description": "ok"}},
    }
    example = {"value": {"id": "o-7", "pages": 12}, "x-provenance": manual("Response")}
    event = {
        "post": {"operationId": "receive_order"},
        "x-provenance": manual("Webhooks"),
        "x-delivery": {"repeats": {"times": 3, "first": 60, "factor": 3}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1", "x-sources": {"manual": {"document": "manual.txt"}}},
        "x-provenance": {"status": "inferred", "note": "Chosen."},
        "paths": {"/orders": {"get": get}},
        "webhooks": {"order": event},
        "components": {
            "schemas": {"Order": order},
            "examples": {"order": example},
            "securitySchemes": {
                "key": {
                    "type": "apiKey",
                    "name": "x-key",
                    "in": "header",
                    "x-provenance": manual("GET /orders"),
                }
            },
        },
    }


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "manual.txt").write_text(DOCUMENT, "utf-8")
    return tmp_path


def found(document, folder):
    report = check_sources(Contract("shop", document, None), folder)
    return [(entry.kind, entry.name, entry.expected.split(" behind")[0]) for entry in report.disagreements]


def test_a_contract_that_its_document_bears_out_is_clean(folder):
    assert found(make_contract(), folder) == []


def _at(document, *path):
    for step in path:
        document = document[step]
    return document


ORDER = ("components", "schemas", "Order")
GET = ("paths", "/orders", "get")


@pytest.mark.parametrize(
    ("path", "key", "value", "kind"),
    [
        ((*ORDER, "properties"), "total", {"type": "integer"}, "property"),
        ((*ORDER, "properties", "state"), "enum", ["waiting", "lost"], "value"),
        ((*ORDER, "properties", "id"), "examples", ["o-8"], "example"),
        ((*ORDER, "x-provenance"), "locator", "Response, price", "locator"),
        ((*ORDER, "x-provenance"), "required", {"id": manual("Promises")}, "locator"),
        ((*GET, "parameters", 0), "name", "cursor", "parameter"),
        ((*GET, "parameters", 0), "example", "o-9", "example"),
        ((*GET, "parameters", 0, "schema"), "default", 100, "default"),
        (GET, "responses", {"404": {"description": "no"}}, "status"),
        (("components", "examples", "order"), "value", {"id": "o-7", "pages": 13}, "example"),
        (("components", "securitySchemes", "key"), "name", "X-Token", "securityScheme"),
        (("webhooks", "order", "x-delivery", "repeats"), "times", 5, "repeats"),
        ((), "x-left-out", [{"source": "manual", "locator": "Prices"}], "locator"),
    ],
)
def test_a_claim_that_the_document_does_not_have_is_found(path, key, value, kind, folder):
    document = make_contract()
    _at(document, *path)[key] = value
    assert [entry[0] for entry in found(document, folder)] == [kind]


def test_an_operation_that_the_document_does_not_have_is_found(folder):
    document = make_contract()
    document["paths"]["/order"] = document["paths"].pop("/orders")
    assert found(document, folder) == [("operation", "list_orders", "`GET /order`")]


def test_the_parts_of_an_example_stand_in_their_order(folder):
    document = make_contract()
    document["components"]["examples"]["order"]["value"] = {"pages": 12, "id": "o-7"}
    assert found(document, folder) == [("example", "order", "`id`")]


def test_an_example_of_ours_is_not_looked_for(folder):
    document = make_contract()
    stated = manual("Response", examples={"o-8": {"status": "inferred", "note": "Ours."}})
    document["components"]["schemas"]["Order"]["properties"]["id"] |= {
        "examples": ["o-8"],
        "x-provenance": stated,
    }
    assert found(document, folder) == []


def test_what_could_not_be_checked_is_counted_with_its_reason(folder):
    document = make_contract()
    document["info"]["x-sources"] |= {"website": {}, "paper": {"document": "paper.txt"}}
    properties = document["components"]["schemas"]["Order"]["properties"]
    properties["a"] = {"x-provenance": manual("1") | {"source": "website"}}
    properties["b"] = {"x-provenance": manual("1") | {"source": "paper"}}
    unchecked = check_sources(Contract("shop", document, None), folder).unchecked
    assert unchecked["source `website` names no document"] == 1
    assert unchecked["source `paper`: its document `paper.txt` is not in the folder"] == 1
    assert unchecked["schema: has no text of its own"] == 1


def test_a_folder_that_is_none_is_told(tmp_path):
    with pytest.raises(UsageError, match="is no folder"):
        check_sources(Contract("shop", copy.deepcopy(make_contract()), None), tmp_path / "none")
