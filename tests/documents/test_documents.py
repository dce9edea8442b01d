from pathlib import Path

import documents
import pytest

from mediatasks.contracts.compose.store import ContractStore
from mediatasks.diff import KINDS
from mediatasks.errors import ContractError

CONTRACTS = ContractStore(Path(__file__).parents[1] / "spec_rules/clean").choose([])


def test_every_extension_has_a_section_with_its_shape(tmp_path):
    text = documents.write_documents(CONTRACTS, tmp_path)["docs/extensions.md"]
    assert "\n## x-lifecycle\n" in text
    assert '"$ref": "#/$defs/Predicate"' in text


def test_every_definition_is_there(tmp_path):
    text = documents.write_documents(CONTRACTS, tmp_path)["docs/extensions.md"]
    assert "\n### Predicate\n" in text


def test_every_provider_has_its_diagram_and_states(tmp_path):
    text = documents.write_documents(CONTRACTS, tmp_path)["docs/lifecycles.md"]
    assert "## shop\n\n```mermaid\nstateDiagram-v2\n" in text
    assert "| `waiting` | queued | no | printing, cancelled |  |" in text


def test_the_table_of_the_readme_is_filled_and_the_rest_kept(tmp_path):
    readme = "before\n<!-- providers -->\nold\n<!-- /providers -->\nafter\n"
    (tmp_path / "README.md").write_text(readme)
    text = documents.write_documents(CONTRACTS, tmp_path)["README.md"]
    assert text.startswith("before\n<!-- providers -->\n| provider |")
    assert text.endswith("<!-- /providers -->\nafter\n")
    assert "old" not in text


def test_filling_twice_changes_nothing():
    once = documents.fill_table("page.md", "<!-- x --><!-- /x -->", "x", "| a |\n")
    assert documents.fill_table("page.md", once, "x", "| a |\n") == once


def test_every_check_stands_in_the_table_once():
    rows = documents.tabulate_rules().splitlines()[2:]
    ids = [row.split("`")[1] for row in rows]
    assert len(ids) == len(set(ids))
    assert {"lifecycle-moves", "response-schema-conformance", "operation-reached"} <= set(ids)


def test_a_readme_without_a_place_for_the_table_is_an_error():
    with pytest.raises(ContractError, match="no place"):
        documents.fill_table("README.md", "nothing", "providers", "| a |\n")


def test_every_kind_of_change_is_in_the_table_with_what_it_breaks():
    table = documents.tabulate_kinds()
    assert table.count("\n| `") == len(KINDS)
    assert "| `operation-removed` | An operation is gone. | breaking | compatible | " in table


def test_the_table_of_changes_is_in_step():
    name = "docs/contract-changes.md"
    assert documents.write_documents(CONTRACTS)[name] == (documents.ROOT / name).read_text()
