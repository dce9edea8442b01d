"""Every model and method tells what each member and parameter means, with its unit."""

import importlib
import inspect
import pydoc
import re

import pytest

import mediatasks
from mediatasks.client import Model
from tests.contracts.test_store import FIVE


def told(thing, heading):
    """Return name → description, as the docstring of `thing` lists them under `heading`."""
    listed = inspect.getdoc(thing).partition(f"{heading}:\n")[2]
    found = re.findall(r"^ {4}(\w+):(.*(?:\n {8}.*)*)", listed, re.MULTILINE)
    return {name: " ".join(text.split()) for name, text in found}


def clients(store, provider):
    name = store.contract(provider).name
    return [getattr(mediatasks, name), getattr(mediatasks, f"Async{name}")]


def models(provider):
    module = importlib.import_module(f"mediatasks_clients.{provider}.models")
    found = [value for value in vars(module).values() if isinstance(value, type)]
    return [model for model in found if issubclass(model, Model) and model is not Model]


@pytest.mark.parametrize("provider", FIVE)
def test_every_parameter_of_every_method_is_described(store, provider):
    for client in clients(store, provider):
        for id in client.operations:
            method = getattr(client, id)
            wanted = [name for name in inspect.signature(method).parameters if name != "self"]
            assert [name for name, text in told(method, "Arguments").items() if text] == wanted


@pytest.mark.parametrize("provider", FIVE)
def test_every_member_of_every_model_is_described(provider):
    for model in models(provider):
        described = {name for name, text in told(model, "Members").items() if text}
        assert described == set(model.__struct_fields__), model


@pytest.mark.parametrize("provider", FIVE)
def test_the_descriptions_are_the_contracts(store, provider):
    contract = store.contract(provider)
    for model in models(provider):
        properties = contract.schemas.get(model.__name__, {}).get("properties", {})
        listed = told(model, "Members")
        for name, wire in zip(model.__struct_fields__, model.__struct_encode_fields__, strict=True):
            stated = properties.get(wire, {}).get("description")
            assert stated is None or " ".join(stated.split()) == listed[name]


@pytest.mark.parametrize("provider", FIVE)
def test_parameters_are_described_as_the_contract_does(store, provider):
    contract = store.contract(provider)
    client, _ = clients(store, provider)
    for operation in contract.operations.values():
        listed = [
            " ".join(text.split()) for text in told(getattr(client, operation.id), "Arguments").values()
        ]
        stated = [parameter.data.get("description") for parameter in operation.parameters]
        assert [text for text in stated if text and " ".join(text.split()) not in listed] == []


def test_help_shows_a_parameter_with_its_unit():
    shown = pydoc.render_doc(mediatasks.Livepeer.create_transcode, renderer=pydoc.plaintext)
    assert "target_segment_size_secs: Length of each output segment, in seconds." in shown


def test_a_description_beside_a_reference_is_that_of_the_member():
    from mediatasks_clients.boro.models import TaskCreate

    assert told(TaskCreate, "Members")["priority"] == "Order in which the task is given to a probe."
