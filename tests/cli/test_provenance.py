import json
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
