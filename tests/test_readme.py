"""The README and the doc pages: their code runs, and what they show is what the commands print."""

import re
import subprocess
import sys

import pytest

from mediatasks.cli.main import main
from mediatasks.mock import Clock, Mock, MockServer
from tests.conftest import ROOT, in_process

README = (ROOT / "README.md").read_text()
PAGES = [
    "README.md",
    "docs/client.md",
    "docs/mock-control.md",
    "docs/mock-outgoing.md",
    *sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("docs/providers/*.md")),
]


@pytest.fixture
def port(store, monkeypatch):
    """The port of a running mock; waits take no time, for it moves the mock's clock."""
    clock = Clock()
    monkeypatch.setattr("mediatasks.client.session.time.sleep", clock.advance)
    with MockServer(Mock(store.choose([]), clock)) as server:
        yield server.port


@pytest.mark.parametrize("page", PAGES)
def test_the_code_of_a_page_runs_top_to_bottom(page, port):
    blocks = re.findall(r"^```python\n(.+?)^```", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)
    assert blocks
    names = {}
    for block in blocks:
        exec(compile(block.replace(":8420/", f":{port}/"), page, "exec"), names)


def mask(text):
    """Return a table with its numbers and the spaces of its columns made alike."""
    return re.sub(r"─+", "─", re.sub(r" +", " ", re.sub(r"\d+", "N", text))).strip()


@pytest.mark.usefixtures("quick_jobs")
def test_the_demo_prints_what_the_readme_shows():
    shown = re.search(r"<!-- demo -->\n\n(.+?)\n\n<!-- /demo -->", README, re.DOTALL)[1]
    shown = "\n".join(line.removeprefix("    ") for line in shown.splitlines())
    done = in_process(main, "check", "--max-examples", 1, "--phases", "examples,fuzzing")
    assert done.returncode == 0, done.stdout + done.stderr
    printed, expected = ([mask(x) for x in t.splitlines() if x.strip()] for t in (done.stdout, shown))
    assert printed == expected


@pytest.mark.parametrize("page", ["README.md", "docs/mock-page.md"])
def test_every_picture_of_a_page_is_there_and_small(page):
    text = (ROOT / page).read_text()
    named = re.findall(r'(?:srcset="|src="|!\[[^]]*\]\()([^")]+\.png)', text)
    sizes = [(ROOT / page).parent.joinpath(name).stat().st_size for name in named]
    assert sizes
    assert max(sizes) < 200_000


def test_every_command_is_in_the_readme():
    from mediatasks.cli.main import COMMANDS

    assert [c for c in COMMANDS if f"`mediatasks {c}" not in README] == []


def test_the_sessions_that_the_pages_name_exist():
    noxfile = (ROOT / "noxfile.py").read_text()
    named = set(re.findall(r"session\.py ([a-z ]+)", README + (ROOT / "CONTRIBUTING.md").read_text()))
    sessions = {word for words in named for word in words.split()}
    assert sessions
    assert [s for s in sessions if f"def {s}(" not in noxfile] == []


def test_the_environment_is_made_by_the_documented_command():
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts/session.py")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "usage:" in done.stderr
