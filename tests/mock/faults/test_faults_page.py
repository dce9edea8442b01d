"""docs/mock-faults.md: its code runs, its file and its table are true."""

import re

import pytest

from mediatasks.mock import Faults, Mock
from mediatasks.mock.faults.rules import FAULTS, make_rule
from tests.conftest import ROOT

PAGE = (ROOT / "docs/mock-faults.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.+?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_code_runs(capsys):
    (code,) = blocks("python")
    exec(compile(code, "docs/mock-faults.md", "exec"), {})
    out = capsys.readouterr().out
    assert "the server ended the connection too early" in out
    assert out.endswith("['truncate', 'latency']\n")


def test_the_file_is_taken(tmp_path, store):
    path = tmp_path / "faults.yaml"
    path.write_text(blocks("yaml")[0])
    mock = Mock(store.choose(["taskengine"]), faults=Faults.from_file(path))
    assert len(mock.faults.rules) == 5


def test_the_table_holds_every_fault():
    assert sorted(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == sorted(FAULTS)


@pytest.mark.parametrize("text", re.findall(r"--fault '?([^\s']+)", PAGE))
def test_the_rules_of_the_command_lines_are_taken(text):
    assert make_rule(text)
