"""`nox -s changes`: with which commit the contracts are compared."""

import subprocess

import compare_contracts
import pytest
from compare_contracts import find_base

from mediatasks.contracts.compose.repository import Repository
from tests.diff.edits import BASE, GONE, edited
from tests.diff.test_diff_command import PARAMETER, commit, git


def head(folder, revision="HEAD"):
    done = subprocess.run(
        ["git", "rev-parse", revision], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def landed(tmp_path):
    """A repository with two commits, the second of which is origin/main."""
    git(tmp_path, "init", "-q")
    commit(tmp_path, BASE)
    commit(tmp_path, BASE)
    git(tmp_path, "update-ref", "refs/remotes/origin/main", "HEAD")
    return tmp_path


def test_a_branch_is_compared_with_where_it_left_main(landed):
    left = head(landed)
    commit(landed, BASE)
    commit(landed, BASE)
    assert find_base(Repository(landed), None) == (left, "where this branch left origin/main")


def test_what_landed_is_compared_with_the_commit_before(landed):
    assert find_base(Repository(landed), None) == (head(landed, "HEAD~1"), "the commit before")


def test_without_a_remote_the_commit_before_counts(landed):
    git(landed, "update-ref", "-d", "refs/remotes/origin/main")
    assert find_base(Repository(landed), None) == (head(landed, "HEAD~1"), "the commit before")


def test_a_given_commit_counts(landed):
    assert find_base(Repository(landed), "HEAD~1") == (head(landed, "HEAD~1"), "HEAD~1")


def test_the_state_before_a_first_push_is_none(landed):
    assert find_base(Repository(landed), "0" * 40)[1] == "the commit before"


@pytest.mark.parametrize("name", ["nowhere", "--output=x", "HEAD~9"])
def test_a_commit_that_is_not_there_is_told(landed, monkeypatch, capsys, name):
    monkeypatch.setattr(compare_contracts, "ROOT", landed)
    monkeypatch.chdir(landed)
    assert compare_contracts.main([f"--base={name}"]) == 2
    assert capsys.readouterr().err.startswith(f"error: `{name}")


def first(tmp_path, monkeypatch):
    git(tmp_path, "init", "-q")
    commit(tmp_path, BASE)
    monkeypatch.setattr(compare_contracts, "ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)


def test_the_first_commit_is_compared_with_nothing(tmp_path, monkeypatch, capsys):
    first(tmp_path, monkeypatch)
    assert compare_contracts.main([]) == 0
    assert capsys.readouterr().err == "not compared: there is no commit before this one\n"


def test_where_a_base_is_required_none_is_an_error(tmp_path, monkeypatch, capsys):
    first(tmp_path, monkeypatch)
    assert compare_contracts.main(["--require-base"]) == 2
    assert capsys.readouterr().err == "error: there is no commit before this one\n"


def test_a_shallow_clone_says_how_to_get_more(landed, tmp_path_factory):
    clone = tmp_path_factory.mktemp("clone") / "shallow"
    git(landed, "clone", "-q", "--depth", "1", f"file://{landed}", str(clone))
    base, reason = find_base(Repository(clone), None)
    assert base is None
    assert reason.endswith("the clone is shallow: git fetch --unshallow")


def test_without_a_repository_nothing_is_compared(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(compare_contracts, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    assert compare_contracts.main([]) == 0
    assert "is in no git repository" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("entry", "code"), [("- Another.", 1), ("- `depot` `list_crates.state` (`parameter-removed`).", 0)]
)
def test_a_breaking_change_fails_unless_the_changelog_names_it(landed, monkeypatch, entry, code):
    monkeypatch.setattr(compare_contracts, "ROOT", landed)
    monkeypatch.setenv("MEDIATASKS_CONTRACTS", "elsewhere")
    monkeypatch.chdir(landed)
    (landed / "CHANGELOG.md").write_text(f"## Unreleased\n\n{entry}\n")
    commit(landed, edited({PARAMETER: GONE}))
    assert compare_contracts.main([]) == code
