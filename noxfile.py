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
from pythons import describe_pythons, find_pythons, put_on_path  # noqa: E402

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
PYTHONS = nox.project.python_versions(PROJECT)
INSTALLED = find_pythons(PYTHONS)
CONSTRAINTS = ROOT / "scripts" / "constraints"
# Two workers per core, since many tests wait for a server; more than eight only collect once more each.
WORKERS = min(2 * (os.cpu_count() or 2), 8)
IN_PARALLEL = ("--numprocesses", str(WORKERS), "--dist", "worksteal")

put_on_path(python for _, python in INSTALLED.values())
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["tests", "lint", "typing", "specs", "drift"]
# Pythons are taken as they are installed; those that are missing are told, in CI too.
nox.options.error_on_missing_interpreters = False
nox.options.download_python = "never"
nox.options.reuse_existing_virtualenvs = True


def install(
    session: nox.Session, *groups: str, constraints: Path = CONSTRAINTS / "project.txt", extra: str = "all"
) -> None:
    """Install the project with an extra, and the packages of `groups`, at the constraints' versions."""
    packages = [package for group in groups for package in GROUPS[group]]
    install_constrained(session, "-e", f".[{extra}]", *packages, constraints=constraints)


def install_constrained(session: nox.Session, *packages: str, constraints: Path) -> None:
    """Install `packages` at the versions of `constraints`; what builds wheels has its own."""
    build = str(CONSTRAINTS / "build.txt")
    # pip before 25.3 holds builds to PIP_CONSTRAINT only.
    # uv compiles nothing by itself, and each of the many processes that tests start would do so again.
    environment = {
        "UV_COMPILE_BYTECODE": "1",
        "UV_BUILD_CONSTRAINT": build,
        "PIP_BUILD_CONSTRAINT": build,
        "PIP_CONSTRAINT": build,
    }
    session.install(*packages, "--constraint", str(constraints), env=environment)


@nox.session
def demo(session: nox.Session) -> None:
    """Check all five providers against running mock servers."""
    install(session)
    session.run("mediatasks", "check", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests on the Python that runs nox."""
    run_tests(session)


@nox.session(python=PYTHONS)
def pythons(session: nox.Session) -> None:
    """Run the tests on every supported Python that is installed (PATH and pyenv), and say which."""
    session.log(describe_pythons(PYTHONS, INSTALLED))
    run_tests(session)


TEST_GROUPS = ("test", "specs", "typing", "generate")


def run_tests(
    session: nox.Session, constraints: Path = CONSTRAINTS / "project.txt", **environment: str
) -> None:
    """Install what the tests need and run them."""
    install(session, *TEST_GROUPS, constraints=constraints)
    # Without compiled modules each process that a test starts takes twice as long.
    compiled = {"PYTHONDONTWRITEBYTECODE": None}
    session.run("pytest", *IN_PARALLEL, *session.posargs, env={**compiled, **environment})


@nox.session
def deep(session: nox.Session) -> None:
    """Run the tests with many more examples of each property; takes long."""
    run_tests(session, MEDIATASKS_DEEP="1")


@nox.session
def newest(session: nox.Session) -> None:
    """Run the tests with the newest releases that the declared ranges allow, and say which moved."""
    run_trial(session, "newest")


@nox.session(python=PYTHONS[0])
def oldest(session: nox.Session) -> None:
    """Run the tests with the lowest releases that the declared ranges allow, on the oldest Python."""
    run_trial(session, "oldest")


def run_trial(session: nox.Session, end: str) -> None:
    """Run the tests with the packages of one end of the declared ranges."""
    versions = session.cache_dir / f"{end}.txt"
    resolve(session, "--trial", end, "--output", str(versions))
    if end == "newest":
        install(session, *TEST_GROUPS, constraints=versions)
        session.log("newer releases that a declared range, ours or another package's, keeps out:")
        session.run("uv", "pip", "list", "--outdated")
    run_tests(session, versions)


@nox.session
def constraints(session: nox.Session) -> None:
    """Resolve the versions that all sessions install anew: scripts/constraints/. Says which moved."""
    resolve(session, *session.posargs)


def resolve(session: nox.Session, *options: str) -> None:
    """Run the resolver in the environment of `session`."""
    install_constrained(session, "uv", "packaging", constraints=CONSTRAINTS / "nox.txt")
    session.run("python", "scripts/refresh_constraints.py", *options)


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
    session.run("pytest", "tests/contract", *session.posargs, env={"MEDIATASKS_DEEP": "1"})


@nox.session
def client_mutants(session: nox.Session) -> None:
    """Break the client in known ways; each defect must be seen by its test. `-- --write` for the page."""
    install(session, "test")
    session.run("python", "scripts/run_client_mutants.py", *session.posargs)


@nox.session
def kill(session: nox.Session) -> None:
    """Kill the mock 50 times under load: what it accepted must be there. (A test does so 4 times.)"""
    install(session, "test")
    session.run("pytest", "tests/mock/test_kill.py", *session.posargs, env={"MEDIATASKS_KILL_ROUNDS": "50"})


@nox.session
def mutants(session: nox.Session) -> None:
    """Run the check on servers that are wrong on purpose; `-- --full` compares with `st run`."""
    install(session, "test")
    session.run("python", "scripts/run_mutants.py", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style with ruff, and who imports whom with import-linter."""
    ruff = [package for package in GROUPS["generate"] if package.startswith("ruff")]
    install_constrained(session, *ruff, *GROUPS["lint"], constraints=CONSTRAINTS / "project.txt")
    session.run("ruff", "check", ".", *session.posargs)
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", env={"PYTHONPATH": os.pathsep.join(("src", "generated"))})


@nox.session
def typing(session: nox.Session) -> None:
    """Check types: all code with mypy --strict, that of the doc pages with pyright too."""
    install(session, "typing", "test", "specs", "generate", "browser")
    pages = Path(session.create_tmp()) / "pages"
    session.run("python", "scripts/documented_code.py", str(pages))
    places = ("src", "generated/mediatasks_clients", "scripts", "tests/typing/results.py")
    session.run("mypy", *places, str(pages), *session.posargs)
    # A distribution of pyright that brings its own node; its mode is set to pyright's own.
    session.run("basedpyright", str(pages))


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
def provenance(session: nox.Session) -> None:
    """Compare the contracts with the vendors' documents, as text: `-- DIR`, the folder that has them."""
    if not session.posargs:
        session.error("give the folder with the source documents: nox -s provenance -- DIR")
    install(session)
    session.run("mediatasks", "provenance", "--check", "--documents", *session.posargs)


@nox.session
def changes(session: nox.Session) -> None:
    """Fail on a breaking change of a contract that CHANGELOG.md does not name. `-- --base REV`."""
    install(session)
    session.run("python", "scripts/compare_contracts.py", *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Build the wheel, install it into a clean environment and try its commands."""
    install_constrained(session, "uv", constraints=CONSTRAINTS / "nox.txt")
    target = Path(session.create_tmp()).resolve()
    shutil.rmtree(target, ignore_errors=True)
    built_by = ("--build-constraints", str(CONSTRAINTS / "build.txt"))
    session.run("uv", "build", "--wheel", "--out-dir", str(target), *built_by)
    clean = target / "clean"
    session.run("uv", "venv", "--python", sys.executable, str(clean))
    wheel = next(target.glob("*.whl"))
    python = str(clean / "bin/python")
    versions = ("--constraint", str(CONSTRAINTS / "project.txt"))
    session.run("uv", "pip", "install", "--python", python, *versions, f"{wheel}[all]")
    session.run(python, "-I", "scripts/try_wheel.py", external=True)


@nox.session
def portability(session: nox.Session) -> None:
    """Read the plain contracts with six other tools; those without node or java are skipped."""
    install(session, "portability")
    node = Path(session.create_tmp()) / "node"
    session.run("python", "scripts/try_portability.py", "--tools", str(node), *session.posargs)


@nox.session
def official(session: nox.Session) -> None:
    """Call the mock with Livepeer's own SDKs (Python, JavaScript); one that is missing is skipped."""
    install(session)
    install_constrained(session, "uv", constraints=CONSTRAINTS / "nox.txt")
    python, node = install_sdks(session)
    session.run(
        "python", "scripts/try_sdks.py", "--python", str(python), "--node", str(node), *session.posargs
    )


def install_sdks(session: nox.Session) -> tuple[Path, Path]:
    """Install the SDKs outside the session's environment; return the interpreter and the folder of npm."""
    place = Path(session.create_tmp()).resolve()
    python, node = place / "sdk/bin/python", place / "node"
    if not python.exists():
        session.run("uv", "venv", "--python", sys.executable, str(place / "sdk"))
    versions = ("--constraint", str(CONSTRAINTS / "official.txt"))
    # Where it cannot be installed, the script says that it is skipped.
    command = ["uv", "pip", "install", "--python", str(python), *versions, *GROUPS["official"]]
    session.run(*command, success_codes=(0, 1, 2))
    node.mkdir(exist_ok=True)
    if shutil.which("npm") and not (node / "node_modules/livepeer").is_dir():
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(CONSTRAINTS / "node-official" / name, node / name)
        options = (
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--no-update-notifier",
            "--prefix",
            str(node),
        )
        session.run("npm", "ci", *options, external=True, success_codes=(0, 1))
    return python, node


@nox.session
def instances(session: nox.Session) -> None:
    """Read random instances of a vendor's official OpenAPI document: `-- livepeer DOCUMENT`."""
    if not session.posargs:
        session.error("give a provider and its official document: nox -s instances -- livepeer DOCUMENT")
    install(session)
    session.run("python", "scripts/try_official.py", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure speed as ratios within one run and print the table."""
    install(session, "generate")
    session.run("python", "scripts/bench.py", *session.posargs)
