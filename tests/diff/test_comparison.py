"""What a change says: where, about what, and which operations it touches; and RPC providers."""

import copy

import pytest

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.diff import compare_contracts
from mediatasks.diff.schema import alternatives, schemas
from mediatasks.errors import ContractError
from tests.diff.edits import BASE, GONE, changes, edited, kinds

CRATE = "/components/schemas/Crate"
LIST = "/paths/~1crates/get"
RENDER = "/components/schemas"


def only(old, new):
    (change,) = changes(old, new)
    return change


def test_what_several_operations_share_is_one_change():
    change = only(BASE, edited({f"{CRATE}/properties/state/maxLength": 5}))
    assert change.operations == ("list_crates", "make_crate")


def test_a_change_holds_what_stood_there_and_what_stands_there():
    change = only(BASE, edited({f"{CRATE}/properties/state/maxLength": 5}))
    assert (change.old, change.new) == (MISSING, {"maxLength": 5})


@pytest.mark.parametrize(
    ("schema", "other", "values"),
    [
        ({"enum": ["a"]}, {"enum": ["a", "b"]}, (MISSING, "b")),
        ({"type": "string"}, {"type": "string", "enum": ["a"]}, (MISSING, ["a"])),
        ({"type": "string", "format": "uri"}, {"type": "string", "format": "email"}, ("uri", "email")),
        ({"type": "string"}, {"type": "string", "format": "uri"}, (MISSING, "uri")),
        ({"type": "string"}, {"type": ["string", "null"]}, (["string"], ["null", "string"])),
        ({"minimum": 1, "type": "integer"}, {"type": "integer"}, ({"minimum": 1}, MISSING)),
        ({"oneOf": [{"minLength": 2}, {"pattern": "^a"}]}, {"pattern": "^a"}, ({"minLength": 2}, MISSING)),
    ],
)
def test_values_are_shown_as_they_are_written(schema, other, values):
    place = f"{CRATE}/properties/state"
    change = only(edited({place: schema}), edited({place: other}))
    assert (change.old, change.new) == values


def test_a_value_of_a_list_stands_at_its_list():
    listed = edited({f"{CRATE}/properties/state/enum": ["a"]})
    assert only(BASE, listed).place == f"{CRATE}/properties/state/enum"


def test_a_branch_has_its_own_place():
    cat, dog = ({"type": "object", "required": [name]} for name in ("cat", "dog"))
    place = f"{CRATE}/properties/state"
    change = only(edited({place: {"oneOf": [cat]}}), edited({place: {"oneOf": [cat, dog]}}))
    assert (change.kind.id, change.place) == ("response-branch-added", f"{place}/oneOf/1")


def test_the_place_leads_into_the_new_document():
    new = edited({f"{CRATE}/properties/state/maxLength": 5})
    assert get(new, only(BASE, new).place) == 5


def test_the_place_of_what_is_gone_leads_into_the_old_document():
    change = only(BASE, edited({f"{CRATE}/properties/state": GONE}))
    assert change.gone
    assert get(BASE, change.place) == {"type": "string"}


@pytest.mark.parametrize(
    ("edits", "subject"),
    [
        ({f"{CRATE}/properties/state/maxLength": 5}, "Crate.state"),
        ({f"{CRATE}/minProperties": 2}, "Crate"),
        ({f"{CRATE}/properties/properties": {}}, "Crate.properties"),
        ({f"{LIST}/parameters/0": GONE}, "list_crates.state"),
        ({f"{LIST}/parameters/0/schema/maxLength": 5}, "list_crates.state"),
        ({f"{LIST}/responses/202": {"description": "Later."}}, "list_crates.202"),
        ({f"{LIST}/responses/200/headers/X-Hint": GONE}, "list_crates.200.X-Hint"),
        ({LIST: GONE}, "list_crates"),
        ({f"{LIST}/operationId": GONE}, "GET /crates"),
        ({"/components/responses/Missing/content/text~1plain": {}}, "Missing"),
        ({"/webhooks/crate.sent/x-signature/header": "X-Seal"}, "crate.sent"),
        ({"/x-lifecycle/Crate/states/packed/final": True}, "Crate.packed.final"),
        ({"/x-errors/missing/message": "/text"}, "x-errors.missing"),
        ({"/security": [{}, {"token": []}]}, "security"),
        ({"/info/x-name": "Store"}, "info.x-name"),
        ({"/servers/0/url": "https://other"}, "servers"),
    ],
)
def test_a_change_is_called_by_the_names_of_the_api(edits, subject):
    assert {change.subject for change in changes(BASE, edited(edits))} == {subject}


def test_a_reference_that_leads_nowhere_is_named():
    broken = edited({f"{CRATE}/properties/state": {"$ref": "#/components/schemas/Lost"}})
    with pytest.raises(ContractError, match=r"depot#/components/schemas/Crate/properties/state.*Lost"):
        changes(BASE, broken)


def test_a_response_that_refers_to_itself_is_an_error():
    broken = edited({"/components/responses/Missing": {"$ref": "#/components/responses/Missing"}})
    with pytest.raises(ContractError, match="circle"):
        changes(BASE, broken)


def test_a_schema_that_refers_to_nothing_but_itself_is_compared():
    turning = edited({f"{CRATE}/properties/state": {"$ref": f"#{CRATE}/properties/state"}})
    assert changes(turning, copy.deepcopy(turning)) == []


@pytest.mark.parametrize("limit", ["MAX_PAIRS", "MAX_DIGESTS"])
def test_beyond_a_limit_the_text_is_compared(monkeypatch, limit):
    monkeypatch.setattr(schemas, limit, 0)
    monkeypatch.setattr(alternatives, "MAX_ALTERNATIVES", 0)
    assert changes(BASE, copy.deepcopy(BASE)) == []
    assert "schema-changed" in kinds(BASE, edited({f"{CRATE}/properties/state/maxLength": 5}))


def nested(depth):
    deep = {"type": "string"}
    for _ in range(depth):
        deep = {"type": "array", "items": deep}
    return edited({f"{CRATE}/properties/value": deep})


def test_a_schema_that_is_nested_deep_is_compared():
    assert changes(nested(100), nested(100)) == []
    assert kinds(nested(100), nested(99)) == ["response-type-changed"]


def rpc(made_up, edits, view="calls"):
    """Return the changes of the made-up RPC provider, one view of it edited."""
    old = made_up.contract("render")
    views = {"plain": old.plain, "calls": old.document}
    views[view] = edited(edits, views[view])
    return [(c.kind.id, c.operations) for c in compare_contracts(old, Contract("render", **views))]


def test_rpc_providers_are_compared_by_method(made_up):
    edits = {f"{RENDER}/FrameAddParams/properties/scene/minLength": 2}
    assert rpc(made_up, edits) == [("request-bound-narrowed", ("frame_add",))]


def test_a_method_that_is_gone_is_an_operation_that_is_gone(made_up):
    assert rpc(made_up, {"/paths/~1rpc~1v2#frame.add": GONE}) == [("operation-removed", ("frame_add",))]


@pytest.mark.parametrize(
    ("edits", "kind"),
    [
        ({"/x-rpc/request/id": "/number"}, "rpc-envelope-changed"),
        ({"/x-rpc/path": "/rpc/v3"}, "rpc-envelope-changed"),
        ({"/x-rpc/credentials/studio/at": "/who"}, "rpc-envelope-changed"),
        ({"/x-rpc": GONE}, "rpc-envelope-changed"),
        ({"/x-rpc/errors/invalid": "no"}, "failure-answer-changed"),
        ({"/x-rpc/errors/invalid": GONE}, "failure-answer-removed"),
    ],
)
def test_a_change_of_the_envelope_is_told(made_up, edits, kind):
    assert rpc(made_up, edits) == [(kind, ())]


def test_another_name_of_a_credential_is_another_argument(made_up):
    studio = made_up.contract("render").plain["x-rpc"]["credentials"]["studio"]
    found = rpc(made_up, {"/x-rpc/credentials": {"who": studio}})
    assert ("credential-arguments-changed", ()) in found


@pytest.mark.parametrize(
    "edits",
    [{"/x-rpc/credentials/studio/example": "other"}, {"/x-rpc/credentials/studio/description": "D"}],
)
def test_prose_of_the_envelope_is_no_change(made_up, edits):
    assert rpc(made_up, edits) == []


def test_what_only_the_whole_request_shows_is_told(made_up):
    edits = {f"{RENDER}/FrameAddParams/properties/scene/minLength": 2}
    assert rpc(made_up, edits, "plain") == [("request-bound-narrowed", ("post_calls",))]


def test_an_rpc_contract_without_its_methods_is_compared_as_one(made_up):
    whole = made_up.contract("render")
    new = Contract("render", edited({f"{RENDER}/FrameAddParams/required": GONE}, whole.plain), None)
    found = [(c.kind.id, c.operations) for c in compare_contracts(whole, new)]
    assert found == [("request-member-became-optional", ("post_calls",))]
