import contextlib
import io
import multiprocessing
import os
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from types import SimpleNamespace

import hypothesis
import pytest

from mediatasks.contracts.compose.store import ContractStore, open_store

ROOT = Path(__file__).resolve().parent.parent
MADE_UP = ROOT / "tests" / "made_up"
DEEP = bool(os.environ.get("MEDIATASKS_DEEP"))
# How long an example takes says something of the machine, nothing of the claim.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_sessionstart() -> None:
    """End at once where the package was installed before it had the entry points of its simulators."""
    if not entry_points(group="mediatasks.simulators"):
        pytest.exit("the simulators are not installed: run `uv pip install -e . --no-deps`", returncode=4)


def examples(usual: int, deep: int) -> int:
    """Return how many examples a property-based test tries: `deep` in `nox -s deep`, else `usual`."""
    return deep if DEEP else usual


def in_process(main: Callable[[list[str]], int], *words: object) -> SimpleNamespace:
    """Run a command line in this process; return its returncode, stdout and stderr.

    For claims about what a command says. Those about processes, signals and imports start one.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            code = end.code or 0
    told = []
    for stream in (out, err):
        stream.seek(0)
        told.append(stream.read())
    return SimpleNamespace(returncode=code, stdout=told[0], stderr=told[1])


@pytest.fixture
def quick_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start the processes of `mediatasks check` from one that has loaded its engine.

    They see neither what a test patches nor its environment; tests/check/test_jobs.py has the usual ones.
    """
    if "forkserver" in multiprocessing.get_all_start_methods():
        server = multiprocessing.get_context("forkserver")
        server.set_forkserver_preload(["mediatasks.check.runner.run", "schemathesis.engine.core"])
        monkeypatch.setattr(
            "mediatasks.check.runner.jobs.multiprocessing.get_context", lambda method: server
        )


@pytest.fixture(scope="session")
def store() -> ContractStore:
    """The contracts that ship."""
    return open_store()


@pytest.fixture(scope="session")
def made_up() -> ContractStore:
    """Two made-up providers: `press` (REST) and `render` (RPC with an envelope of its own)."""
    return ContractStore(MADE_UP)
