import json
import sys
from pathlib import Path

from mediatasks.cli.main import main

CLEAN = str(Path(__file__).parents[1] / "spec_rules/clean")


def test_json_has_what_a_program_needs(capsys):
    assert main(["providers", "--format", "json", "--contracts", CLEAN]) == 0
    line, shop = json.loads(capsys.readouterr().out)
    assert shop["operations"] == ["list_orders", "create_order", "get_order", "cancel_order"]
    assert shop["base_url"] == "https://shop.example.com"
    assert line["credentials"] == [
        {"argument": "token", "variable": "LINE_TOKEN", "scheme": "", "required": True}
    ]


def test_the_table_has_a_row_per_provider(capsys):
    assert main(["providers", "--contracts", CLEAN]) == 0
    out = capsys.readouterr().out
    assert "SHOP_KEY" in out
    assert "LINE_TOKEN" in out


def test_json_works_without_rich(monkeypatch):
    monkeypatch.setitem(sys.modules, "rich.console", None)
    assert main(["providers", "--format", "json", "--contracts", CLEAN]) == 0


def test_the_table_without_rich_names_the_extra(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "rich.console", None)
    assert main(["providers", "--contracts", CLEAN]) == 2
    assert "mediatasks[check]" in capsys.readouterr().err
