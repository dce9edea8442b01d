"""Which Pythons the sessions find."""

import os
import sys

import pytest
from pythons import describe_pythons, find_pythons, put_on_path

HERE = "{}.{}".format(*sys.version_info)


@pytest.fixture
def pyenv(tmp_path, monkeypatch):
    """Return a function that installs this Python as a version of pyenv; PATH holds an idle shim only."""
    shim = tmp_path / f"shims/python{HERE}"
    shim.parent.mkdir()
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{shim.parent}{os.pathsep}{os.defpath}")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))

    def add(version):
        python = tmp_path / f"versions/{version}/bin/python{HERE}"
        python.parent.mkdir(parents=True)
        python.symlink_to(sys.executable)
        return python

    return add


def test_a_python_of_pyenv_is_found_behind_its_idle_shim(pyenv):
    python = pyenv(f"{HERE}.1")
    assert find_pythons([HERE, "3.99"]) == {HERE: (sys.version.split()[0], python)}


def test_of_several_releases_the_newest_is_taken(pyenv):
    pyenv(f"{HERE}.9")
    newest = pyenv(f"{HERE}.10")
    assert find_pythons([HERE])[HERE][1] == newest


def test_a_folder_whose_python_does_not_run_is_passed_over(pyenv):
    older, broken = pyenv(f"{HERE}.1"), pyenv(f"{HERE}.2")
    broken.unlink()
    assert find_pythons([HERE])[HERE][1] == older


def test_what_was_found_comes_first_on_path(pyenv, monkeypatch):
    monkeypatch.setenv("PATH", os.environ["PATH"])
    python = pyenv(f"{HERE}.1")
    put_on_path([python])
    assert os.environ["PATH"].split(os.pathsep)[0] == str(python.parent)


def test_missing_pythons_are_told(tmp_path):
    told = describe_pythons(["3.11", "3.12"], {"3.11": ("3.11.7", tmp_path)})
    assert told == f"tested: Python 3.11.7 ({tmp_path}); not installed, not tested: 3.12"
