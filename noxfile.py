"""Everything a developer or CI runs. `nox -l` lists it; the first docstring line is shown there."""

import os
import shutil
import sys
import tomllib
from pathlib import Path

import nox

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "scripts"))

from chromium import find_chromium  # noqa: E402

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
PYTHONS = nox.project.python_versions(PROJECT)

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["tests", "lint", "typing", "specs", "drift"]
# Every listed Python that is present; the others are left out, in CI too.
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True


def install(session: nox.Session, *groups: str) -> None:
    """Install the project with everything, and the packages of `groups`."""
    packages = [package for group in groups for package in GROUPS[group]]
    session.install("-e", ".[all]", *packages)


@nox.session
def demo(session: nox.Session) -> None:
    """Check all five providers against running mock servers."""
    install(session)
    session.run("mediatasks", "check", *session.posargs)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests, on Python 3.11 and every later one that is present."""
    install(session, "test", "specs", "typing", "generate")
    session.run("pytest", *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Test the mock's page in Chromium; `-- --screenshots` takes the README's pictures instead."""
    if not find_chromium():
        install_chromium(session)
    install(session, "test", "browser")
    if "--screenshots" in session.posargs:
        session.run("python", "scripts/take_screenshots.py")
    else:
        session.run("pytest", "-m", "browser", "tests/mock/page", *session.posargs)


def install_chromium(session: nox.Session) -> None:
    """Install Debian's Chromium, or say what to do where that is not possible."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        session.error(
            "no Chromium: install it (Debian: apt-get install chromium), or set MEDIATASKS_CHROMIUM"
        )
    session.run("apt-get", "update", "-qq", external=True)
    session.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", external=True)


@nox.session
def contract(session: nox.Session) -> None:
    """Test a server against the contracts: the mock, or `-- --url URL --provider NAME`."""
    install(session, "test")
    session.run("pytest", "tests/contract", *session.posargs)


@nox.session
def client_mutants(session: nox.Session) -> None:
    """Break the client in known ways; each defect must be seen by its test. `-- --write` for the page."""
    install(session, "test")
    session.run("python", "scripts/run_client_mutants.py", *session.posargs)


@nox.session
def kill(session: nox.Session) -> None:
    """Kill the mock 50 times under load: what it accepted must be there. (A test does so 10 times.)"""
    install(session, "test")
    session.run("pytest", "tests/mock/test_kill.py", *session.posargs, env={"MEDIATASKS_KILL_ROUNDS": "50"})


@nox.session
def mutants(session: nox.Session) -> None:
    """Run the check on servers that are wrong on purpose; `-- --full` compares with `st run`."""
    install(session, "test")
    session.run("python", "scripts/run_mutants.py", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style with ruff."""
    session.install(*[p for p in GROUPS["generate"] if p.startswith("ruff")])
    session.run("ruff", "check", ".", *session.posargs)
    session.run("ruff", "format", "--check", ".")


@nox.session
def typing(session: nox.Session) -> None:
    """Check types with mypy --strict: src, scripts, generated and the typing tests."""
    install(session, "typing", "test", "specs", "generate", "browser")
    places = ("src", "generated/mediatasks_clients", "scripts", "tests/typing/results.py")
    session.run("mypy", *places, *session.posargs)


@nox.session
def specs(session: nox.Session) -> None:
    """Lint the contracts."""
    install(session, "specs")
    session.run("python", "scripts/lint_specs.py", *session.posargs)


@nox.session
def generate(session: nox.Session) -> None:
    """Write generated/ and the generated doc pages from specs/."""
    install(session, "generate")
    session.run("python", "scripts/generate.py", *session.posargs)


@nox.session
def drift(session: nox.Session) -> None:
    """Fail if generated/ or a generated doc page is out of step with specs/."""
    install(session, "generate")
    session.run("python", "scripts/generate.py", "--check", *session.posargs)


@nox.session
def changes(session: nox.Session) -> None:
    """Fail on a breaking change of a contract that CHANGELOG.md does not name. `-- --base REV`."""
    install(session)
    session.run("python", "scripts/compare_contracts.py", *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Build the wheel, install it into a clean environment and try its commands."""
    session.install("build")
    target = Path(session.create_tmp())
    for old in target.glob("*.whl"):
        old.unlink()
    session.run("python", "-m", "build", "--wheel", "--outdir", str(target), ".")
    clean = target / "clean"
    shutil.rmtree(clean, ignore_errors=True)
    session.run("python", "-m", "venv", str(clean))
    wheel = next(target.glob("*.whl"))
    python = str(clean / "bin/python")
    session.run(python, "-m", "pip", "install", "--quiet", f"{wheel}[all]", external=True)
    session.run(python, "-I", "scripts/try_wheel.py", external=True)


@nox.session
def portability(session: nox.Session) -> None:
    """Read the plain contracts with six other tools; those without node or java are skipped."""
    install(session, "portability")
    node = Path(session.create_tmp()) / "node"
    session.run("python", "scripts/try_portability.py", "--tools", str(node), *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure speed as ratios within one run and print the table."""
    install(session, "generate")
    session.run("python", "scripts/bench.py", *session.posargs)
