"""A command that lacks packages names one extra, which holds all that it needs."""

import re
import subprocess
import sys
import tomllib

import pytest

from tests.conftest import ROOT

EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
MODULES = ["jsonschema", "jsonschema_rs", "yaml", "rich", "uvicorn", "httptools", "uvloop", "schemathesis"]


def packages_of(extra):
    found = set()
    for requirement in EXTRAS[extra]:
        if inner := re.fullmatch(r"mediatasks\[(.*)\]", requirement):
            found.update(*(packages_of(name) for name in inner[1].split(",")))
        else:
            found.add(re.split(r"[^\w-]", requirement)[0])
    return found


# An environment without any extra.
BARE = f"""
import sys
sys.modules.update(dict.fromkeys({MODULES}))
from mediatasks.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        (["check", "taskengine"], "check"),
        (["check"], "check"),
        (["check", "taskengine", "--url", "http://127.0.0.1:1"], "check"),
        (["validate", "taskengine", "get_job", str(ROOT / "pyproject.toml")], "mock"),
        (["mock", "taskengine"], "mock"),
        (["providers"], "mock"),
        (["provenance", "taskengine"], "mock"),
        (["spec", "taskengine", "--format", "yaml"], "mock"),
        (["providers", "--contracts", str(ROOT / "specs")], "mock"),
    ],
)
def test_a_command_without_its_packages_names_the_one_extra_to_install(command, extra):
    done = subprocess.run(
        [sys.executable, "-c", BARE, *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert re.findall(r"mediatasks\[(\w+)\]", done.stderr) == [extra]


def test_an_extra_that_builds_on_another_holds_it():
    assert packages_of("strict") < packages_of("mock") < packages_of("check") <= packages_of("all")
