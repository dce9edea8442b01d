import json
import shutil

import pytest

from mediatasks.contracts.compose.composition import compose, find_contracts
from mediatasks.errors import ContractError
from tests.conftest import MADE_UP


@pytest.fixture
def press(tmp_path):
    return shutil.copytree(MADE_UP / "press", tmp_path / "press")


def rewrite(folder, old, new, name="openapi.yaml"):
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1))


def test_an_example_file_is_inlined(press):
    (press / "examples").mkdir()
    (press / "examples/first.json").write_text('{"number": 5, "stage": "printed"}')
    rewrite(
        press,
        "value: {number: 1, title: Poster, copies: 2, stage: printed}",
        "externalValue: examples/first.json",
    )
    example = compose(press)["plain"]["components"]["examples"]["get_print_first"]
    assert example["value"] == {"number": 5, "stage": "printed"}
    assert "externalValue" not in example


def test_an_example_outside_the_folder_is_refused(press):
    rewrite(press, "value: {reason: no token}", "externalValue: ../secret.json")
    with pytest.raises(ContractError, match="outside the folder"):
        compose(press)


def test_a_topic_file_is_merged_and_its_references_become_local(press):
    (press / "stages.yaml").write_text(
        "components:\n  schemas:\n    Speed: {$ref: 'openapi.yaml#/components/schemas/Stage'}\n"
    )
    rewrite(
        press, "{$ref: '#/components/schemas/Stage'}", "{$ref: 'stages.yaml#/components/schemas/Speed'}"
    )
    document = compose(press)["plain"]
    assert "yaml#" not in json.dumps(document)
    assert document["components"]["schemas"]["Speed"] == {"$ref": "#/components/schemas/Stage"}


def test_a_schema_that_stands_in_two_files_is_refused(press):
    (press / "stages.yaml").write_text("components:\n  schemas:\n    Stage: {type: integer}\n")
    with pytest.raises(ContractError, match="stands in another file too"):
        compose(press)


def test_a_reference_to_a_missing_file_is_refused(press):
    rewrite(press, "'#/components/schemas/Stage'", "'nowhere.yaml#/components/schemas/Stage'")
    with pytest.raises(ContractError, match="leads to no file"):
        compose(press)


def test_a_folder_without_contract_is_refused(tmp_path):
    with pytest.raises(ContractError, match="holds no contract"):
        compose(tmp_path)


def test_a_folder_without_providers_is_refused(tmp_path):
    with pytest.raises(ContractError, match="holds no provider"):
        find_contracts(tmp_path)


def test_a_provider_name_is_an_identifier(tmp_path, press):
    press.rename(tmp_path / "Bad-Name")
    with pytest.raises(ContractError, match="lower-case identifier"):
        find_contracts(tmp_path)
