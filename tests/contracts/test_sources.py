"""What a word on the command line means: files, folders, revisions, the working tree."""

import json
import shutil
import subprocess

import pytest
import yaml

from mediatasks.contracts.compose.sources import read_source, read_store, read_working_tree
from mediatasks.contracts.compose.store import FILES
from mediatasks.errors import ContractError, UsageError
from tests.conftest import MADE_UP, ROOT

PRESS = MADE_UP / "press/openapi.yaml"
DOCUMENT = yaml.safe_load(PRESS.read_text())


def write(path, document=DOCUMENT, **more):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**document, **more}, default=str))


def git(folder, *words):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with two commits of `generated/press/contract.json`, version 1 and 2; the current folder."""
    git(tmp_path, "init", "-q")
    for version in ("1", "2"):
        write(tmp_path / "generated/press" / FILES["plain"], info={"title": "Press", "version": version})
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-q", "-m", version)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def version(source, provider="press"):
    return source.contracts[provider].document["info"]["version"]


def test_a_json_file_is_one_contract_called_like_the_file(tmp_path):
    write(tmp_path / "before.json")
    source = read_source(str(tmp_path / "before.json"))
    assert (list(source.contracts), source.single) == (["before"], True)


def test_a_yaml_file_is_read(tmp_path):
    (tmp_path / "before.yml").write_text(PRESS.read_text())
    assert list(read_source(str(tmp_path / "before.yml")).contracts) == ["before"]


def test_the_file_of_a_provider_stands_for_its_folder():
    source = read_source(str(MADE_UP / "render/openrpc.yaml"))
    assert source.contracts["render"].envelope is not None


def test_a_composed_file_has_the_methods_beside_it():
    source = read_source(str(ROOT / "generated/mediatasks_clients/boro" / FILES["plain"]))
    assert source.contracts["boro"].envelope is not None


def test_the_folder_of_a_provider_is_one_contract():
    source = read_source(str(MADE_UP / "press"))
    assert (list(source.contracts), source.single) == (["press"], True)


def test_a_folder_of_providers_is_a_set():
    source = read_source(str(MADE_UP))
    assert (sorted(source.contracts), source.single) == (["press", "render"], False)


def test_composed_contracts_hide_the_hand_written_ones(tmp_path):
    write(tmp_path / "made" / FILES["plain"])
    write(tmp_path / "press/openapi.yaml")
    assert list(read_source(str(tmp_path)).contracts) == ["made"]


def test_a_repository_given_as_a_folder_is_its_working_tree(repository):
    assert version(read_source(str(repository))) == "2"


@pytest.mark.parametrize("word", ["HEAD~1", "HEAD~1:generated", "HEAD~1:generated/press", "HEAD~1:"])
def test_a_revision_holds_what_stood_there(repository, word):
    assert version(read_source(word)) == "1"


def test_a_branch_and_a_tag_are_revisions(repository):
    git(repository, "tag", "v1", "HEAD~1")
    git(repository, "branch", "old", "HEAD~1")
    assert version(read_source("v1")) == version(read_source("old")) == "1"


def test_a_file_of_a_revision_is_one_contract(repository):
    source = read_source(f"HEAD~1:generated/press/{FILES['plain']}")
    assert (version(source), source.single) == ("1", True)


def test_any_file_of_a_revision_may_be_a_contract(repository):
    write(repository / "docs/api.json")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "3")
    assert list(read_source("HEAD:docs/api.json").contracts) == ["api"]


def test_hand_written_contracts_of_a_revision_are_composed(repository):
    shutil.copytree(MADE_UP, repository / "specs")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "3")
    assert sorted(read_source("HEAD:specs").contracts) == ["press", "render"]


def test_a_file_comes_before_a_revision_of_its_name(repository):
    git(repository, "branch", "v1", "HEAD~1")
    write(repository / "v1", info={"title": "Press", "version": "9"})
    assert version(read_source("v1"), "v1") == "9"
    assert version(read_source("v1:")) == "1"


def test_the_working_tree_has_what_is_not_committed(repository):
    write(repository / "generated/press" / FILES["plain"], info={"title": "Press", "version": "3"})
    write(repository / "generated/new" / FILES["plain"])
    source = read_working_tree("")
    assert version(source) == "3"
    assert sorted(source.contracts) == ["new", "press"]


def test_what_git_ignores_is_not_in_the_working_tree(repository):
    (repository / ".gitignore").write_text("build/\n")
    write(repository / "build/press" / FILES["plain"])
    assert list(read_working_tree("").contracts) == ["press"]


def test_of_a_working_tree_the_hand_written_contract_counts_where_there_is_one(repository):
    shutil.copytree(MADE_UP / "press", repository / "specs/press")
    assert version(read_working_tree("")) == DOCUMENT["info"]["version"]
    # What is hand-written elsewhere under another name is no provider of this tree.
    shutil.copytree(MADE_UP / "render", repository / "examples/render")
    assert list(read_working_tree("").contracts) == ["press"]


def test_contracts_installed_in_an_environment_are_not_in_the_working_tree(repository):
    write(repository / "env/lib/python3/site-packages/contracts/press" / FILES["plain"])
    assert version(read_working_tree("")) == "2"


def test_the_working_tree_can_be_read_in_part(repository):
    write(repository / "other/press" / FILES["plain"], info={"title": "Press", "version": "7"})
    assert version(read_working_tree("other")) == "7"
    assert version(read_working_tree(f"other/press/{FILES['plain']}")) == "7"


def test_a_store_is_a_source(made_up):
    assert sorted(read_store(made_up).contracts) == ["press", "render"]


@pytest.mark.parametrize(
    "word", ["v9", "HEAD~9", "HEAD:nowhere", "HEAD..HEAD", "^HEAD", "", "a\0b", "$(touch x)"]
)
def test_a_word_that_means_nothing_is_told(repository, word):
    with pytest.raises(UsageError, match="no file, no folder and no revision; expected a contract"):
        read_source(word)


@pytest.mark.parametrize("word", ["--output=x", "-x", "--upload-pack=touch x"])
def test_an_option_is_no_revision(repository, word):
    with pytest.raises(UsageError, match="no revision"):
        read_source(word)


def test_outside_of_a_repository_a_revision_is_told_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(
        UsageError, match=r"`HEAD` is no file and no folder, and .* is in no git repository"
    ):
        read_source("HEAD")


def test_without_git_files_are_advised(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="git is not installed; give files or folders"):
        read_source("HEAD")


def test_a_revision_without_contracts_is_told(repository):
    git(repository, "rm", "-q", "-r", "generated")
    git(repository, "commit", "-q", "--allow-empty", "-m", "none")
    with pytest.raises(ContractError, match="HEAD: holds no contract"):
        read_source("HEAD")


def test_two_contracts_of_one_name_are_told(repository):
    write(repository / "other/press" / FILES["plain"])
    with pytest.raises(
        ContractError, match="has two contracts of `press`: generated/press and other/press"
    ):
        read_working_tree("")


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"openapi": "3.0.3"}, "expected OpenAPI 3.1.x, got `3.0.3`"),
        ({"paths": []}, "is no OpenAPI document: `paths` is missing"),
        ({"info": None}, "is no OpenAPI document: `info` is missing"),
    ],
)
def test_what_is_no_contract_is_told(tmp_path, document, said):
    write(tmp_path / "api.json", **document)
    with pytest.raises(ContractError, match=said):
        read_source(str(tmp_path / "api.json"))


def test_an_error_in_a_revision_names_the_revision(repository):
    (repository / "generated/press" / FILES["plain"]).write_text("{")
    git(repository, "commit", "-q", "-a", "-m", "broken")
    with pytest.raises(ContractError, match=r"^HEAD/generated/press/.*is malformed JSON"):
        read_source("HEAD")


def test_an_old_extension_is_no_error(tmp_path):
    write(tmp_path / "api.json", **{"x-long-gone": 1})
    assert read_source(str(tmp_path / "api.json")).contracts


def test_a_link_in_a_revision_is_not_followed(repository, tmp_path_factory):
    secret = tmp_path_factory.mktemp("elsewhere") / FILES["plain"]
    write(secret)
    place = repository / "generated/press" / FILES["plain"]
    place.unlink()
    place.symlink_to(secret)
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "link")
    with pytest.raises(ContractError, match="holds no contract"):
        read_source("HEAD")
