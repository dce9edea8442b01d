"""Run nox sessions on a machine that has Python 3.11 or later and nothing else.

`python3 scripts/session.py NAME…` makes an environment below `.nox` with nox in it on first use, at the
versions of `scripts/constraints/nox.txt`, then runs `nox -s NAME…` there, on the Python that runs this.
What follows `--` goes to the session. Needs no packages itself, and does not care whether this Python
refuses `pip install` outside a virtual environment.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".nox" / "nox-{}.{}".format(*sys.version_info)
VERSIONS = ROOT / "scripts" / "constraints" / "nox.txt"
INSTALLED = "installed.txt"


def python_in(environment: Path) -> Path:
    """Return the interpreter of a virtual environment."""
    folder = "Scripts" if os.name == "nt" else "bin"
    return environment / folder / ("python.exe" if os.name == "nt" else "python")


def is_ready(python: Path) -> bool:
    """Whether `python` runs, and its environment holds what the constraints say today."""
    installed = ENVIRONMENT / INSTALLED
    if not installed.is_file() or installed.read_bytes() != VERSIONS.read_bytes():
        return False
    command = [str(python), "-c", "import nox"]
    return python.exists() and subprocess.run(command, capture_output=True, check=False).returncode == 0


def make_environment() -> None:
    """Make the environment with nox in it. Raises SystemExit with what to install where Python lacks it."""
    python = python_in(ENVIRONMENT)
    print(f"making {ENVIRONMENT} with nox", file=sys.stderr)
    quiet = ["--quiet", "--disable-pip-version-check"]
    # Debian's Python comes without ensurepip; there a pip outside can install into the new environment.
    bundled = importlib.util.find_spec("ensurepip") is not None
    if bundled:
        try:
            venv.create(ENVIRONMENT, clear=True, with_pip=True)
        except subprocess.CalledProcessError:
            bundled = False
    if bundled:
        install = [str(python), "-m", "pip", "install"]
    elif importlib.util.find_spec("pip") is not None:
        venv.create(ENVIRONMENT, clear=True, with_pip=False)
        install = [sys.executable, "-m", "pip", "--python", str(python), "install"]
    else:
        sys.exit("error: this Python has neither ensurepip nor pip; install python3-venv or python3-pip")
    if subprocess.run([*install, *quiet, "--requirement", str(VERSIONS)], check=False).returncode:
        sys.exit("error: nox could not be installed; is the package index reachable?")
    shutil.copyfile(VERSIONS, ENVIRONMENT / INSTALLED)


def main() -> int:
    """Run the sessions and return nox's exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this is who says so
        found = ".".join(map(str, sys.version_info[:3]))
        print(f"error: Python 3.11 or later is needed, this is {found}", file=sys.stderr)
        return 2
    words = sys.argv[1:]
    if not words or words[0].startswith("-"):
        print("usage: python3 scripts/session.py SESSION… [-- OPTIONS]", file=sys.stderr)
        return 2
    python = python_in(ENVIRONMENT)
    if not is_ready(python):
        make_environment()
    cut = words.index("--") if "--" in words else len(words)
    command = [str(python), "-m", "nox", "-f", str(ROOT / "noxfile.py"), "-s", *words[:cut], *words[cut:]]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
