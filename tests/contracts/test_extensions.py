import re

import jsonschema
import pytest
import yaml
from spec_rules.schema_keyword import KEYWORDS

from mediatasks.contracts.compose.extensions import read_extensions
from mediatasks.contracts.compose.store import ContractStore
from mediatasks.contracts.nodes import nodes
from mediatasks.errors import MediatasksError
from tests.conftest import MADE_UP


@pytest.fixture
def broken(tmp_path):
    def make(change):
        document = yaml.safe_load((MADE_UP / "press/openapi.yaml").read_text())
        change(document)
        (tmp_path / "press").mkdir()
        (tmp_path / "press/openapi.yaml").write_text(yaml.safe_dump(document))
        return ContractStore(tmp_path)

    return make


def test_a_right_contract_of_the_users_own_is_taken(broken):
    assert broken(lambda d: None).contract("press").operations


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda d: d.pop("paths"), "`paths` is missing"),
        (lambda d: d.update(info=5), "is no OpenAPI document: `info` is missing"),
        (lambda d: d["x-lifecycle"]["Print"].pop("key"), "#/x-lifecycle/Print"),
        (lambda d: d["x-lifecycle"]["Print"]["states"]["waiting"].pop("final"), "/states/waiting"),
        (lambda d: d["x-errors"]["invalid"].update(status=422), "#/x-errors/invalid/status"),
        (
            lambda d: d["x-lifecycle"]["Print"]["operations"].update(get_prints={"action": "read"}),
            "get_prints",
        ),
        (lambda d: d["paths"]["/prints"]["get"].update(responses=[]), "too broken to be read"),
        (lambda d: d["paths"]["/prints"]["get"]["parameters"][0].pop("name"), "too broken to be read"),
        (
            lambda d: d.update(openapi="3.0.3"),
            "press#/openapi: expected OpenAPI 3.1.x, got `3.0.3`\nconvert",
        ),
        (lambda d: d.pop("openapi"), "expected OpenAPI 3.1.x"),
        (
            lambda d: d.update({"x-lifecylce": {}}),
            "press#/x-lifecylce: nothing reads the extension `x-lifecylce`\ndid you mean `x-lifecycle`?",
        ),
        (
            lambda d: d["paths"]["/prints"]["get"].update({"x-save": True}),
            "press#/paths/~1prints/get/x-save: nothing reads the extension `x-save`\ndid you mean `x-safe`?",
        ),
        (
            lambda d: d["x-lifecycle"]["Print"].update(initial="wating"),
            "#/x-lifecycle/Print/initial: there is no state `wating`\ndid you mean `waiting`?",
        ),
        (
            lambda d: d["x-lifecycle"]["Print"]["states"]["waiting"]["next"].update(printng={}),
            "#/x-lifecycle/Print/states/waiting/next/printng: there is no state `printng`\ndid you mean",
        ),
        (
            lambda d: d["x-lifecycle"]["Print"]["operations"]["cancel_print"].update(to="gone"),
            "#/x-lifecycle/Print/operations/cancel_print/to: there is no state `gone`\nvalid: printed,",
        ),
        (
            lambda d: d["x-lifecycle"]["Print"]["operations"]["cancel_print"].update({"from": ["waitin"]}),
            "#/x-lifecycle/Print/operations/cancel_print/from/0: there is no state `waitin`\ndid you mean",
        ),
        (
            lambda d: d["components"]["securitySchemes"]["token"].pop("x-credential"),
            "/securitySchemes/token: the security scheme `token` says no `x-credential`: no client could send it\nadd",
        ),
        (
            lambda d: d["paths"]["/prints"]["get"].update(security=[{"tokn": []}]),
            "`list_prints` needs the security scheme `tokn`, which does not exist\ndid you mean `token`?",
        ),
        (lambda d: d["paths"]["/prints"].update(get=None), "too broken to be read"),
        (
            lambda d: d["paths"]["/prints"]["get"]["responses"].update({"200": {"$ref": "#/nowhere"}}),
            "leads nowhere",
        ),
    ],
)
def test_a_broken_contract_is_refused_with_its_place(broken, change, problem):
    with pytest.raises(MediatasksError, match=re.escape(problem)):
        broken(change).contract("press")


def test_a_security_scheme_that_no_operation_uses_needs_no_credential(broken):
    unused = {"type": "http", "scheme": "basic"}
    assert broken(lambda d: d["components"]["securitySchemes"].update(other=unused)).contract("press")


SHAPES = {
    **{f"$defs/{name}": definition for name, definition in read_extensions()["definitions"].items()},
    **{key: data["shape"] for key, data in read_extensions()["extensions"].items()},
}


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_is_a_json_schema_of_keywords_only(name):
    jsonschema.Draft202012Validator.check_schema(SHAPES[name])
    found = [
        n.pointer + "/" + key
        for n in nodes(SHAPES[name], "schema")
        for key in n.value
        if key not in KEYWORDS
    ]
    assert found == []
