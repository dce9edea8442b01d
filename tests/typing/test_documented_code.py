import re

import documented_code

from tests.conftest import ROOT


def test_every_page_with_a_block_of_python_is_a_module():
    pages = [
        page for folder in ("", "docs/") for page in ROOT.glob(f"{folder}**/*.md" if folder else "*.md")
    ]
    with_blocks = {page for page in pages if re.search(r"^```py", page.read_text(), re.MULTILINE)}
    assert {page for page, _ in documented_code.modules()} == with_blocks


def test_a_module_has_the_lines_of_its_page_and_its_blocks_only():
    text = "# Page\n```python\na = 1\n```\n```json\n{}\n```\ntext\n```python\nb = 2\n```\n"
    assert documented_code.blocks_of(text).splitlines() == ["", "", "a = 1", *[""] * 6, "b = 2", ""]


def test_no_block_is_kept_from_the_type_checkers():
    assert [page for page, code in documented_code.modules() if "type: ignore" in code] == []


def test_two_pages_are_two_modules():
    names = [documented_code.name_of(page) for page, _ in documented_code.modules()]
    assert len(set(names)) == len(names)


def test_the_session_checks_the_pages_with_both_type_checkers():
    session = (ROOT / "noxfile.py").read_text().partition("def typing(")[2].partition("@nox")[0]
    assert 'session.run("mypy", *places, str(pages)' in session
    assert 'session.run("basedpyright", str(pages))' in session
