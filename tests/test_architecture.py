"""ARCHITECTURE.md leads where it says, and folders stay as small as it says."""

import ast
import re

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
LINKS = re.findall(r"\[([^\]]+)\]\(([^)#]+)\)", PAGE)
WALKS = re.split(r"^\*\*", PAGE.split("## Three walks")[1].split("\n## ")[0], flags=re.M)[1:]
SOURCE = ROOT / "src" / "mediatasks"


def test_the_page_has_at_most_150_lines():
    assert len(PAGE.splitlines()) <= 150


@pytest.mark.parametrize(("text", "target"), LINKS)
def test_a_link_leads_to_a_file_that_defines_what_it_names(text, target):
    path = ROOT / target
    assert path.is_file()
    if path.suffix == ".py" and (name := re.fullmatch(r"`(\w+)`", text)):
        tree = ast.parse(path.read_text("utf-8"))
        assert name[1] in {defined for node in tree.body for defined in defined_by(node)}


def defined_by(node):
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk[:40])
def test_a_walk_passes_at_most_ten_modules(walk):
    assert 3 <= len(set(re.findall(r"\(((?:src|scripts)/[^)]+\.py)\)", walk))) <= 10


def test_there_are_three_walks():
    assert len(WALKS) == 3


@pytest.mark.parametrize("path", re.findall(r"`((?:src|scripts|tests)/[\w/.]+)`", PAGE))
def test_a_path_that_the_page_names_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize(
    "package", sorted(p.name for p in SOURCE.iterdir() if (p / "__init__.py").exists())
)
def test_every_package_stands_among_the_layers(package):
    assert re.search(rf"^\|[^|]*`{package}`", PAGE, re.M)


@pytest.mark.parametrize(
    "folder",
    sorted({path.parent for path in SOURCE.rglob("*.py")}),
    ids=lambda p: str(p.relative_to(SOURCE)),
)
def test_a_folder_holds_at_most_fifteen_modules(folder):
    assert len([path for path in folder.glob("*.py") if path.name != "__init__.py"]) <= 15
