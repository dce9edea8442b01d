import pytest

from mediatasks.contracts.compose.store import ContractStore, open_store
from mediatasks.errors import ContractError, UsageError
from tests.conftest import MADE_UP

FIVE = ["boro", "kokoon", "livepeer", "taskengine", "vionlabs"]


def test_the_five_providers_ship(store):
    assert store.names == FIVE


def test_a_folder_of_the_users_own_takes_their_place(monkeypatch):
    monkeypatch.setenv("MEDIATASKS_CONTRACTS", str(MADE_UP))
    assert open_store().names == ["press", "render"]


def test_an_unknown_provider_names_the_nearest(store):
    with pytest.raises(UsageError, match="did you mean `taskengine`"):
        store.contract("taskengin")


def test_an_unknown_operation_names_the_nearest(store):
    with pytest.raises(UsageError, match="did you mean `get_job`"):
        store.contract("taskengine").operation("getjob")


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ContractError, match="is not a folder"):
        ContractStore(tmp_path / "nowhere")


def test_a_composed_contract_is_the_composition_of_its_folder(store):
    specs = ContractStore(MADE_UP.parent.parent / "specs")
    for name in FIVE:
        assert store.contract(name).document == specs.contract(name).document
