"""Random instances of a made-up "official" document of Livepeer."""

import copy
import json

import pytest
import try_official
from try_official import Pair, make_instances, refusals_of

STATUS = {
    "required": ["updatedAt"],
    "properties": {
        "phase": {"type": "string", "enum": ["pending", "completed"]},
        "updatedAt": {"type": "number"},
    },
}
DOCUMENT = {
    "openapi": "3.1.0",
    "components": {
        "schemas": {
            # No type, a reference among the properties, and a member that only replies have.
            "task": {"properties": {"id": {"type": "string", "readOnly": True}, "status": STATUS}},
            "asset": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {
                    "$ref": "#/components/schemas/task/properties",
                    "name": {"type": "string"},
                    "status": {"type": "object"},
                },
            },
        }
    },
}
TASK = Pair("task", "Task", ("id", "status.phase"))


def make(pair, count=10):
    return make_instances(DOCUMENT, pair, count, seed=1)


def test_instances_have_what_the_pair_requires_besides():
    instances = make(TASK)
    assert instances
    assert all("phase" in instance["status"] and "id" in instance for instance in instances)


def test_a_schema_with_properties_and_no_type_is_an_object():
    assert {type(instance) for instance in make(Pair("task", "Task"))} == {dict}


def test_a_reference_among_the_properties_brings_the_members():
    assert all(isinstance(instance["id"], str) for instance in make(Pair("asset", "Asset")))


def test_the_users_document_stays_as_it_is():
    before = copy.deepcopy(DOCUMENT)
    make(TASK)
    assert before == DOCUMENT


def test_the_same_seed_makes_the_same_instances():
    assert make(TASK) == make(TASK)


def test_an_instance_that_fits_is_not_refused(store):
    assert (
        list(
            refusals_of(
                store.contract("livepeer"),
                TASK,
                {"id": "t", "status": {"phase": "pending", "updatedAt": 1}},
            )
        )
        == []
    )


def test_the_contract_and_the_client_each_say_what_they_refuse(store):
    odd = {"id": "t", "status": {"phase": "pending", "updatedAt": 1, "progress": "half"}}
    refusals = list(refusals_of(store.contract("livepeer"), TASK, odd))
    assert [refusal.split(":")[:2] for refusal in refusals if "progress" in refusal] == [
        ["contract", " /status/progress"],
        ["client", " /status/progress"],
    ]


def test_a_request_is_not_read_by_the_client(store):
    refusals = list(refusals_of(store.contract("livepeer"), Pair("x", "TranscodeCreate", reply=False), {}))
    assert refusals
    assert all(refusal.startswith("contract") for refusal in refusals)


@pytest.fixture
def only_tasks(monkeypatch):
    monkeypatch.setattr(try_official, "PAIRS", {"livepeer": (TASK,)})


def run(tmp_path, document, *options):
    path = tmp_path / "official.json"
    path.write_text(json.dumps(document), "utf-8")
    return try_official.main(["livepeer", str(path), "--examples", "10", *options])


def test_a_document_that_is_accepted_exits_with_0(only_tasks, tmp_path, capsys):
    assert run(tmp_path, DOCUMENT) == 0
    assert "task → Task:" in capsys.readouterr().out


def test_a_document_that_is_refused_exits_with_1_and_says_why(only_tasks, tmp_path, capsys):
    document = copy.deepcopy(DOCUMENT)
    document["components"]["schemas"]["task"]["properties"]["id"] = {"type": "integer"}
    assert run(tmp_path, document) == 1
    assert "10 times: client: /id: expected a string" in capsys.readouterr().out


def test_a_document_of_another_vendor_exits_with_2(only_tasks, tmp_path, capsys):
    assert run(tmp_path, {"openapi": "3.1.0"}) == 2
    assert "has no schema `task`" in capsys.readouterr().err
