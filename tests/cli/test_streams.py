"""A command ends as it says, whoever reads its output: a full disk, a closed pipe, a narrow console."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mediatasks.cli import main as cli
from mediatasks.errors import MediatasksError

FULL = Path("/dev/full")


def run(*words, **options):
    command = [sys.executable, "-m", "mediatasks", *words]
    return subprocess.run(command, stderr=subprocess.PIPE, timeout=120, check=False, **options)


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize("words", [["providers"], ["spec", "livepeer"], ["--version"], ["check", "--help"]])
def test_a_full_disk_ends_a_command_with_2_and_one_message(words):
    with FULL.open("w") as out:
        done = run(*words, stdout=out)
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[0] == "error: the output cannot be written: no space is left"
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["spec", "livepeer"], ["providers", "--format", "json"]])
def test_a_reader_that_goes_away_ends_a_command_quietly(words):
    read, write = os.pipe()
    os.close(read)
    done = run(*words, stdout=write)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_stdout_that_is_closed_from_the_start_is_no_error():
    code = "import os, sys; os.close(1); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    command = [sys.executable, "-c", code, "-m", "mediatasks", "providers", "--format", "json"]
    assert subprocess.run(command, timeout=120, check=False).returncode == 0


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1"])
def test_what_a_console_cannot_show_is_replaced(encoding, tmp_path):
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    text = run("provenance", "livepeer", stdout=subprocess.PIPE, env=environment)
    assert text.returncode == 0
    text.stdout.decode(encoding)


def test_json_holds_every_character_on_any_console():
    words = ("provenance", "--format", "json")
    narrow = run(*words, stdout=subprocess.PIPE, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    wide = run(*words, stdout=subprocess.PIPE, env={**os.environ, "PYTHONIOENCODING": "utf-8"})
    assert not wide.stdout.isascii()
    assert json.loads(narrow.stdout) == json.loads(wide.stdout)


SECRET = "secret-that-an-error-holds"


@pytest.mark.parametrize("kind", [ZeroDivisionError, AttributeError, RecursionError, MemoryError, OSError])
def test_what_was_not_foreseen_ends_with_2_and_one_message(kind, monkeypatch, capsys):
    def fail(command, words):
        raise kind(SECRET)

    monkeypatch.setattr(cli, "_run", fail)
    assert cli.main(["providers"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"error: {kind.__name__} (")
    assert "MEDIATASKS_DEBUG=1" in said
    assert "Traceback" not in said
    assert SECRET not in said


def test_the_traceback_is_printed_where_it_is_asked_for(monkeypatch, capsys):
    monkeypatch.setattr(cli, "_run", lambda command, words: 1 / 0)
    monkeypatch.setenv("MEDIATASKS_DEBUG", "1")
    assert cli.main(["providers"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupted_command_ends_with_2(monkeypatch, capsys):
    def interrupt(command, words):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_run", interrupt)
    assert (cli.main(["diff"]), capsys.readouterr().err) == (2, "interrupted\n")


def test_every_exception_of_ours_is_a_message(monkeypatch, capsys):
    def fail(command, words):
        raise MediatasksError("what is wrong")

    monkeypatch.setattr(cli, "_run", fail)
    assert (cli.main(["diff"]), capsys.readouterr().err) == (2, "error: what is wrong\n")
