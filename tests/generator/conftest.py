import shutil

import generate
import pytest

from tests.conftest import MADE_UP, in_process


def run(*arguments):
    return in_process(generate.main, *arguments)


@pytest.fixture(scope="session")
def generated(tmp_path_factory):
    """Clients of the made-up providers, in a folder of the user's choice."""
    folder = tmp_path_factory.mktemp("generated") / "out"
    done = run("--specs", MADE_UP, "--output", folder, "--package", "made_up_clients")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def specs(tmp_path):
    """A copy of the made-up contracts, to change."""
    return shutil.copytree(MADE_UP, tmp_path / "specs")
