import pytest
import yaml

from mediatasks.contracts.store import ContractStore
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
        (lambda d: d.update(info=5), "`info` or `paths`"),
        (lambda d: d["x-lifecycle"]["Print"].pop("key"), "#/x-lifecycle/Print"),
        (lambda d: d["x-lifecycle"]["Print"]["states"]["waiting"].pop("final"), "/states/waiting"),
        (lambda d: d["x-errors"]["invalid"].update(status=422), "#/x-errors/invalid/status"),
        (
            lambda d: d["x-lifecycle"]["Print"]["operations"].update(get_prints={"action": "read"}),
            "get_prints",
        ),
        (lambda d: d["paths"]["/prints"]["get"].update(responses=[]), "too broken to be read"),
        (lambda d: d["paths"]["/prints"]["get"]["parameters"][0].pop("name"), "too broken to be read"),
        (lambda d: d["paths"]["/prints"].update(get=None), "too broken to be read"),
        (
            lambda d: d["paths"]["/prints"]["get"]["responses"].update({"200": {"$ref": "#/nowhere"}}),
            "leads nowhere",
        ),
    ],
)
def test_a_broken_contract_is_refused_with_its_place(broken, change, problem):
    with pytest.raises(MediatasksError, match=problem):
        broken(change).contract("press")
