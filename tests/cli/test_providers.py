import json
import shutil
import sys
from pathlib import Path

import pytest

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


def test_the_credentials_stand_one_a_line_below_the_provider(capsys):
    assert main(["providers", "--contracts", CLEAN]) == 0
    assert "\n  https://shop.example.com\n  SHOP_KEY\n" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["providers", "provenance"])
@pytest.mark.parametrize("columns", ["10", "40", "80", "200"])
def test_no_line_is_padded_and_no_first_line_is_blank(monkeypatch, capsys, command, columns):
    monkeypatch.setenv("COLUMNS", columns)
    main([command, "--contracts", CLEAN])
    lines = capsys.readouterr().out.split("\n")
    assert lines[0]
    assert [line for line in lines if line != line.rstrip()] == []


@pytest.mark.parametrize("columns", ["10", "80"])
def test_a_long_url_is_not_cut(monkeypatch, capsys, tmp_path, columns):
    url = f"https://{'long-' * 20}name.example.com"
    shutil.copytree(f"{CLEAN}/shop", tmp_path / "shop")
    path = tmp_path / "shop/openapi.yaml"
    path.write_text(path.read_text().replace("https://shop.example.com", url))
    monkeypatch.setenv("COLUMNS", columns)
    main(["providers", "--contracts", str(tmp_path)])
    assert f"\n  {url}\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "row"), [("providers", "shop\n  4 operations\n"), ("provenance", "shop\n  ")]
)
def test_in_few_columns_each_number_has_a_line(monkeypatch, capsys, command, row):
    monkeypatch.setenv("COLUMNS", "40")
    main([command, "--contracts", CLEAN])
    assert row in capsys.readouterr().out


def test_the_shipped_providers_fit_80_columns(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    main(["providers"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("provider  ")
    assert max(map(len, lines)) <= 80


def test_a_terminal_has_bold_headings_unless_no_color_is_set(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    main(["providers", "--contracts", CLEAN])
    assert "\x1b[1m" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    main(["providers", "--contracts", CLEAN])
    assert "\x1b" not in capsys.readouterr().out


def test_json_works_without_rich(monkeypatch):
    monkeypatch.setitem(sys.modules, "rich.console", None)
    assert main(["providers", "--format", "json", "--contracts", CLEAN]) == 0


def test_the_table_without_rich_names_the_smallest_extra(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "rich.console", None)
    assert main(["providers", "--contracts", CLEAN]) == 2
    assert "mediatasks[mock]" in capsys.readouterr().err
