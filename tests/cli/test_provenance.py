import json
import shutil
from pathlib import Path

from mediatasks.cli.main import main

CLEAN = str(Path(__file__).parents[1] / "spec_rules/clean")


def test_text_lists_each_inferred_fact_below_its_note(capsys):
    assert main(["provenance", "shop", "--contracts", CLEAN]) == 0
    assert "  Seen in no source.\n    property Order.pages\n" in capsys.readouterr().out


def test_text_lists_what_was_left_out(capsys):
    main(["provenance", "shop", "--contracts", CLEAN])
    out = capsys.readouterr().out
    assert "shop: left out\n  Prices (manual, 9)\n    No operation has them.\n" in out


def test_only_the_named_providers_are_shown(capsys):
    main(["provenance", "line", "--contracts", CLEAN])
    assert "shop" not in capsys.readouterr().out


def test_json_counts_are_those_of_the_facts(capsys):
    main(["provenance", "shop", "--format", "json", "--contracts", CLEAN])
    (report,) = json.loads(capsys.readouterr().out)
    assert sum(report["counts"].values()) == len(report["facts"])


def test_an_unknown_provider_exits_with_2(capsys):
    assert main(["provenance", "shp", "--contracts", CLEAN]) == 2
    assert "did you mean `shop`?" in capsys.readouterr().err


def check(tmp_path, text, *options):
    """Check the made-up provider `shop` against a document of that text; return the exit code."""
    documents, contracts = tmp_path / "documents", tmp_path / "contracts"
    documents.mkdir()
    (documents / "manual.txt").write_text(text, "utf-8")
    shutil.copytree(CLEAN, contracts)
    path = contracts / "shop/openapi.yaml"
    stated = path.read_text("utf-8").replace("{title: Manual,", "{title: Manual, document: manual.txt,")
    path.write_text(stated, "utf-8")
    return main(
        ["provenance", *options, "--check", "--documents", str(documents), "--contracts", str(contracts)]
    )


def test_check_exits_with_1_and_names_what_is_not_in_the_source(tmp_path, capsys):
    assert check(tmp_path, "1\n2\n3\n", "shop") == 1
    assert (
        "operation list_orders (manual, /paths/~1orders/get)\n    expected `GET /orders`"
        in capsys.readouterr().out
    )


def test_check_says_what_it_could_not_check(tmp_path, capsys):
    check(tmp_path, "1\n", "shop")
    assert "not checked: source `website` names no document\n" in capsys.readouterr().out


def test_check_in_json_has_the_same_findings(tmp_path, capsys):
    assert check(tmp_path, "1\n", "shop", "--format", "json") == 1
    (report,) = json.loads(capsys.readouterr().out)
    assert ("operation", "list_orders") in [(d["kind"], d["name"]) for d in report["disagreements"]]


def test_check_exits_with_2_where_the_folder_has_no_document(tmp_path, capsys):
    assert main(["provenance", "shop", "--check", "--documents", str(tmp_path), "--contracts", CLEAN]) == 2
    assert "has no source document" in capsys.readouterr().err


def test_check_without_documents_exits_with_2(capsys):
    assert main(["provenance", "--check"]) == 2
    assert "give --check and --documents DIR together" in capsys.readouterr().err
