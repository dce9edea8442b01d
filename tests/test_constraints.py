"""What sessions install: committed versions, inside the declared ranges, without any host."""

import importlib.metadata
import json
import re

import pytest
from constraint_files import (
    FOLDER,
    declared_for_users,
    moves,
    outside_of_range,
    untested_bounds,
    versions_in,
)
from packaging.requirements import Requirement

from tests.conftest import ROOT

NAMES = ["nox", "build", "official", "project"]
NODE = ["node", "node-official"]
DECLARED = declared_for_users()


@pytest.mark.parametrize("name", NAMES)
def test_committed_versions_meet_every_declared_range(name):
    assert list(outside_of_range(name, versions_in((FOLDER / f"{name}.txt").read_text()))) == []


@pytest.mark.parametrize("line", DECLARED)
def test_the_installed_version_meets_the_declared_range(line):
    requirement = Requirement(line)
    if requirement.marker and not requirement.marker.evaluate():
        pytest.skip("declared for other platforms")
    assert requirement.specifier.contains(importlib.metadata.version(requirement.name))


@pytest.mark.parametrize("line", DECLARED)
def test_users_get_a_range_with_a_lower_bound_and_no_exact_pin(line):
    operators = {specifier.operator for specifier in Requirement(line).specifier}
    assert ">=" in operators
    assert not operators & {"==", "===", "~="}


@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_a_file_is_one_exact_version(name):
    lines = (FOLDER / f"{name}.txt").read_text().splitlines()
    assert [
        line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[\w.+]+( ; [\w.' =!<>()]+)?", line)
    ] == []


@pytest.mark.parametrize("folder", NODE)
def test_npm_packages_are_locked_by_hash_and_name_no_address(folder):
    text = (FOLDER / folder / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    assert "://" not in text
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


@pytest.mark.parametrize("folder", NODE)
def test_npm_packages_that_are_asked_for_are_the_locked_ones(folder):
    asked = json.loads((FOLDER / folder / "package.json").read_text())["dependencies"]
    packages = json.loads((FOLDER / folder / "package-lock.json").read_text())["packages"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in asked} == asked


def test_every_session_installs_with_constraints():
    noxfile = (ROOT / "noxfile.py").read_text()
    installs = re.findall(r"session\.install\(.*|\"pip\", \"install\".*", noxfile)
    assert installs
    assert [line for line in installs if '"--constraint"' not in line and "*versions" not in line] == []


def test_ci_says_of_every_session_whether_it_includes_it():
    sessions = re.findall(r"^@nox\.session.*\ndef (\w+)", (ROOT / "noxfile.py").read_text(), re.MULTILINE)
    script = (ROOT / ".ci/run").read_text()
    named = re.search(r'quick="(.+)"', script)[1].split() + re.search(r'slow="(.+)"', script)[1].split()
    named += re.search(r"on their own: (.+)\"", script)[1].split()
    tools = {"demo", "generate", "constraints", "tests"}  # they check nothing, or `pythons` runs them
    assert sorted(named) == sorted(set(sessions) - tools)


def test_a_version_below_its_range_is_told():
    versions = versions_in((FOLDER / "project.txt").read_text()) | {"tenacity": {"8.5.0"}}
    assert list(outside_of_range("project", versions)) == ["tenacity: expected >=9, got 8.5.0"]


def test_a_lower_bound_that_the_lowest_versions_do_not_try_is_told():
    text = "".join(re.sub(r"^(\S+?)(\[.*\])?>=([\d.]+).*", r"\1==\3\n", line) for line in DECLARED)
    assert list(untested_bounds(versions_in(text))) == []
    versions = versions_in(text) | {"tenacity": {"9.1"}}
    [told] = untested_bounds(versions)
    assert told.startswith("tenacity: declared >=9, the lowest that is tested is 9.1")


def test_a_package_that_moved_is_named_with_both_versions():
    before, after = versions_in("a==1\nb==2 ; os_name == 'nt'\n"), versions_in("a==1.5\nb==2\nc==3\n")
    assert list(moves(before, after)) == ["a 1 -> 1.5", "c none -> 3"]
