"""The Pythons that this machine has, of those that the project supports."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

_VERSION = "import platform; print(platform.python_version())"


def find_pythons(versions: Iterable[str]) -> dict[str, tuple[str, Path]]:
    """Return for each installed one of `versions` ("3.12") its full version and its interpreter.

    PATH comes first, then what pyenv has installed, the newest release first.
    """
    found = {}
    for version in versions:
        for candidate in _candidates(version):
            full = version_of(candidate)
            if full and full.startswith(f"{version}."):
                found[version] = (full, candidate)
                break
    return found


def describe_pythons(versions: Iterable[str], found: Mapping[str, tuple[str, Path]]) -> str:
    """Return which of `versions` are tested, and which are missing, as one line."""
    installed = ", ".join(f"{full} ({python})" for full, python in found.values())
    missing = ", ".join(version for version in versions if version not in found)
    return f"tested: Python {installed or 'none'}; not installed, not tested: {missing or 'none'}"


def version_of(python: Path) -> str:
    """Return the full version of an interpreter; empty where it does not run (an idle shim of pyenv)."""
    try:
        done = subprocess.run(
            [str(python), "-c", _VERSION], capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "" if done.returncode else done.stdout.strip()


def put_on_path(pythons: Iterable[Path]) -> None:
    """Let programs that search PATH for `python3.12` find these interpreters first."""
    folders = [str(python.parent) for python in pythons]
    os.environ["PATH"] = os.pathsep.join([*folders, os.environ.get("PATH", os.defpath)])


def _candidates(version: str) -> Iterator[Path]:
    if on_path := shutil.which(f"python{version}"):
        yield Path(on_path)
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    folders = [p for p in root.glob(f"versions/{version}.*") if re.fullmatch(r"[\d.]+", p.name)]
    for folder in sorted(folders, key=lambda p: [int(n) for n in p.name.split(".")], reverse=True):
        yield folder / "bin" / f"python{version}"
