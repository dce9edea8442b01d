import json
import shutil
from pathlib import Path

import lint_specs
import pytest

CLEAN = Path(__file__).with_name("clean")


@pytest.fixture
def specs(tmp_path):
    shutil.copytree(CLEAN, tmp_path / "specs")
    return tmp_path / "specs"


def change(specs, old, new):
    path = specs / "shop/openapi.yaml"
    path.write_text(path.read_text().replace(old, new, 1))


def test_clean_contracts_exit_with_0(specs):
    assert lint_specs.main(["--specs", str(specs)]) == 0


def test_a_problem_exits_with_1(specs):
    change(specs, "summary: List orders", "summary: Lists orders")
    assert lint_specs.main(["--specs", str(specs)]) == 1


def test_a_problem_says_where_expected_got_and_what_to_do(specs, capsys):
    change(specs, "summary: List orders", "summary: Lists orders")
    lint_specs.main(["--specs", str(specs), "shop"])
    assert capsys.readouterr().out == (
        f"error[summary] {specs}/shop/openapi.yaml#/paths/~1orders/get/summary\n"
        "  expected an imperative in sentence case, no full stop, at most 60 characters\n"
        "  got `Lists orders`\n"
        "  for example `Create a job`\n\n"
    )


def test_problems_are_json_on_demand(specs, capsys):
    change(specs, "summary: List orders", "summary: Lists orders")
    lint_specs.main(["--specs", str(specs), "--format", "json"])
    assert [p["rule"] for p in json.loads(capsys.readouterr().out)] == ["summary"]


def test_broken_yaml_exits_with_2(specs, capsys):
    change(specs, "paths:", "paths: [")
    assert lint_specs.main(["--specs", str(specs)]) == 2
    assert "is malformed YAML" in capsys.readouterr().err


def test_a_document_without_paths_exits_with_2(specs):
    change(specs, "\npaths:", "\nx-paths:")
    assert lint_specs.main(["--specs", str(specs)]) == 2


def test_a_missing_folder_exits_with_2(tmp_path, capsys):
    assert lint_specs.main(["--specs", str(tmp_path / "none")]) == 2
    assert "is not a folder" in capsys.readouterr().err


def test_an_unknown_provider_gets_the_nearest_name(specs, capsys):
    assert lint_specs.main(["--specs", str(specs), "shp"]) == 2
    assert "did you mean `shop`?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("      responses:\n        '200':", "      replies:\n        '200':"),
        ("    key: [/id]", "    keys: [/id]"),
        ("  invalid: {status: '400', message: /message}", "  invalid: 5"),
        ("    states:\n", "    states: 5\n    stages:\n"),
        ("components:\n  parameters:\n", "components:\n  schemas: 5\n  parameters:\n"),
        ("servers:\n  - {url: 'https://shop.example.com', description: The only host.}", "servers: 5"),
    ],
)
def test_a_broken_document_ends_in_problems_and_never_in_a_traceback(specs, old, new):
    change(specs, old, new)
    assert lint_specs.main(["--specs", str(specs)]) in (1, 2)
