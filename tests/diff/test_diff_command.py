"""`mediatasks diff` as a program, in real repositories: what it prints, and its exit codes."""

import json
import shutil
import subprocess
import sys

import pytest

from mediatasks.cli.main import main
from tests.conftest import MADE_UP, in_process
from tests.diff.edits import BASE, GONE, edited

LIMIT = "/components/schemas/Crate/properties/state/maxLength"
PARAMETER = "/paths/~1crates/get/parameters/0"
NOTE = "/paths/~1crates/get/deprecated"
ENTRY = "- Breaking: `depot` `list_crates.state` (`parameter-removed`): filter yourself."


def git(folder, *words):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


def commit(folder, document):
    write(folder, document)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "a state")


def write(folder, document):
    place = folder / "specs/depot/openapi.yaml"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(document))


@pytest.fixture
def repository(tmp_path):
    """A repository in which the base contract is committed."""
    git(tmp_path, "init", "-q")
    commit(tmp_path, BASE)
    return tmp_path


def diff(folder, *words, **environment):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("MEDIATASKS_CONTRACTS", raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        return in_process(main, "diff", *words)


def test_nothing_changed_exits_with_0(repository):
    done = diff(repository, "HEAD")
    assert (done.returncode, done.stdout, done.stderr) == (0, "no change\n", "")


def test_uncommitted_work_is_compared_with_a_revision(repository):
    write(repository, edited({PARAMETER: GONE}))
    done = diff(repository, "HEAD")
    assert done.returncode == 1
    assert done.stdout == (
        "depot: 1 change, 1 breaking\n"
        "  list_crates\n"
        "    parameter-removed `list_crates.state` — breaks clients — /paths/~1crates/get/parameters/0 (old)\n"
        "\n"
        "1 change: 1 breaking for clients, 0 for servers\n"
    )


def test_two_revisions_are_compared(repository):
    commit(repository, edited({LIMIT: 5}))
    done = diff(repository, "HEAD~1", "HEAD")
    assert "  list_crates, make_crate\n    response-bound-narrowed `Crate.state` " in done.stdout
    assert '(none) → {"maxLength": 5} — breaks servers' in done.stdout


def test_the_other_way_round_is_the_opposite(repository):
    commit(repository, edited({LIMIT: 5}))
    assert "response-bound-widened" in diff(repository, "HEAD", "HEAD~1").stdout


def test_two_files_are_compared_whatever_they_are_called(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(BASE))
    (tmp_path / "b.json").write_text(json.dumps(edited({PARAMETER: GONE})))
    done = diff(tmp_path, "a.json", "b.json")
    assert done.stdout.startswith("b: 1 change, 1 breaking\n")


def test_one_contract_of_a_set_is_compared_with_a_file(repository):
    shutil.copytree(MADE_UP / "press", repository / "specs/press")
    done = diff(repository, "specs/depot/openapi.yaml", "specs")
    assert (done.returncode, done.stdout) == (0, "no change\n")


def test_a_folder_is_compared_with_the_contracts_that_are_named(repository):
    done = diff(repository, "specs", "--contracts", str(MADE_UP))
    assert (
        "depot: 1 change, 1 breaking\n  (the whole contract)\n    provider-removed `depot`" in done.stdout
    )
    assert (
        "press: 1 change, none breaking\n  (the whole contract)\n    provider-added `press`" in done.stdout
    )


def test_the_environment_names_the_new_contracts_too(repository):
    done = diff(repository, "HEAD", MEDIATASKS_CONTRACTS=str(repository / "specs"))
    assert (done.returncode, done.stdout) == (0, "no change\n")


def test_only_the_named_provider_is_compared(repository):
    shutil.copytree(MADE_UP / "press", repository / "specs/press")
    write(repository, edited({PARAMETER: GONE}))
    assert diff(repository, "HEAD", "--provider", "press").returncode == 0
    assert diff(repository, "HEAD", "--provider", "depot").returncode == 1


def test_an_unknown_provider_names_the_nearest(repository):
    done = diff(repository, "HEAD", "--provider", "depo")
    assert (done.returncode, done.stderr) == (2, "error: no provider `depo`; did you mean `depot`?\n")


@pytest.mark.parametrize(("audience", "code"), [("clients", 1), ("servers", 0), ("any", 1)])
def test_the_exit_code_is_about_whom_it_is_asked_for(repository, audience, code):
    write(repository, edited({PARAMETER: GONE}))
    assert diff(repository, "HEAD", "--breaking-for", audience).returncode == code


def test_a_note_breaks_nobody(repository):
    write(repository, edited({NOTE: True}))
    done = diff(repository, "HEAD")
    assert (done.returncode, "deprecated `list_crates` — compatible" in done.stdout) == (0, True)


def test_json_has_every_change(repository):
    write(repository, edited({PARAMETER: GONE, NOTE: True}))
    done = diff(repository, "HEAD", "--format", "json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["old"], report["new"]) == (1, "HEAD", "the working tree")
    assert [(c["kind"], c["fails"]) for c in report["changes"]] == [
        ("deprecated", False),
        ("parameter-removed", True),
    ]
    assert report["changes"][1] == {
        "provider": "depot",
        "kind": "parameter-removed",
        "subject": "list_crates.state",
        "place": "/paths/~1crates/get/parameters/0",
        "document": "old",
        "operations": ["list_crates"],
        "clients": "breaking",
        "servers": "compatible",
        "fails": True,
    }


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (ENTRY, 0),
        ("- The filter is gone.", 1),
        (ENTRY.replace("parameter-removed", "operation-removed"), 1),
    ],
)
def test_a_breaking_change_has_to_be_named_in_the_changelog(repository, entry, code):
    write(repository, edited({PARAMETER: GONE}))
    (repository / "CHANGELOG.md").write_text(f"# Changes\n\n## Unreleased\n\n{entry}\n")
    assert diff(repository, "HEAD", "--changelog", "CHANGELOG.md").returncode == code


def test_the_entry_to_add_is_printed_and_is_enough(repository):
    write(repository, edited({PARAMETER: GONE, LIMIT: 5}))
    log = repository / "CHANGELOG.md"
    log.write_text("# Changes\n\n## Unreleased\n")
    done = diff(repository, "HEAD", "--changelog", "CHANGELOG.md")
    heading, *entries = done.stdout.split("\n\n")[-1].splitlines()
    assert heading == "CHANGELOG.md does not name 2 breaking changes; under `## Unreleased`, add:"
    log.write_text(log.read_text() + "\n" + "\n".join(entry.strip() for entry in entries) + "\n")
    assert diff(repository, "HEAD", "--changelog", "CHANGELOG.md").returncode == 0


def test_a_change_that_breaks_nobody_needs_no_entry(repository):
    write(repository, edited({NOTE: True}))
    (repository / "CHANGELOG.md").write_text("# Changes\n")
    assert diff(repository, "HEAD", "--changelog", "CHANGELOG.md").returncode == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("v9",), "`v9` is no file, no folder and no revision"),
        (("HEAD:nowhere",), "`HEAD:nowhere` is no file, no folder and no revision"),
        (("HEAD", "nowhere.json"), "`nowhere.json` is no file, no folder and no revision"),
        (("--", "--output=x"), "`--output=x` is no file, no folder and no revision"),
        (("HEAD", "--changelog", "nowhere.md"), "nowhere.md: cannot be read"),
        (("HEAD", "--breaking-for", "all"), "invalid choice"),
        ((), "OLD"),
    ],
)
def test_what_cannot_be_compared_exits_with_2_and_no_traceback(repository, words, said):
    done = diff(repository, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_contract_names_the_place(repository):
    write(repository, edited({"/components/schemas/Crate/properties/state": {"$ref": "#/nowhere"}}))
    done = diff(repository, "HEAD")
    assert done.returncode == 2
    assert done.stderr == (
        "error: depot#/components/schemas/Crate/properties/state: the reference `#/nowhere` leads nowhere\n"
    )


@pytest.mark.parametrize(("depth", "code"), [(300, 0), (100_000, 2)])
def test_a_contract_that_is_nested_too_deep_is_told(tmp_path, depth, code):
    deep = '{"items":' * depth + "{}" + "}" * depth
    text = json.dumps(edited({"/components/schemas/Crate/properties/value": "DEEP"}))
    (tmp_path / "deep.json").write_text(text.replace('"DEEP"', deep))
    done = diff(tmp_path, "deep.json", "deep.json")
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)


def test_a_reader_that_goes_away_is_no_error(repository):
    write(repository, edited({LIMIT: 5}))
    done = subprocess.run(
        f"{sys.executable} -m mediatasks diff HEAD | true",
        shell=True,
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_name_cannot_write_to_the_terminal(repository):
    write(repository, edited({"/webhooks/evil\x1b[2J\nline": BASE["webhooks"]["crate.sent"]}))
    done = diff(repository, "HEAD")
    assert "\x1b" not in done.stdout
    assert "webhook-added `evil\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}line`" in done.stdout


def test_nothing_is_written_into_the_repository(repository):
    before = {p: p.stat().st_mtime_ns for p in repository.rglob("*")}
    diff(repository, "HEAD")
    assert {p: p.stat().st_mtime_ns for p in repository.rglob("*")} == before


def test_the_command_loads_no_server_and_no_check(repository):
    code = (
        "import sys; from mediatasks.cli.main import main; main(['diff', 'HEAD']);"
        "print([m for m in ('httpx2','rich','schemathesis','uvicorn','jsonschema','mediatasks.mock') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=False
    )
    assert done.stdout == "no change\n[]\n"
