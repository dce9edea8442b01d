"""The committed versions of every package that a session installs, and how they are resolved.

`scripts/constraints/` holds one file for each set of packages that is installed together: `nox.txt`,
`build.txt` (what builds the wheel) and `project.txt` (the project with every extra and every
dependency group), `official.txt` (the vendors' SDKs). They hold for every supported Python and platform.
`node/` and `node-official/` hold the npm packages.
"""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "scripts" / "constraints"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
GROUPS: Mapping[str, list[str]] = PROJECT["dependency-groups"]
EXTRAS: Mapping[str, list[str]] = PROJECT["project"]["optional-dependencies"]
# These are installed into environments of their own.
SEPARATE: Mapping[str, list[str]] = {
    "nox": GROUPS["nox"],
    "official": GROUPS["official"],
    "build": PROJECT["build-system"]["requires"],
}
LOWEST = PROJECT["project"]["requires-python"].removeprefix(">=")
_LINE = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)", re.MULTILINE)


def requirements(name: str) -> list[str]:
    """Return what the set `name` ("nox", "build" or "project") has to hold, as declared."""
    if name in SEPARATE:
        return SEPARATE[name]
    groups = [line for group, lines in GROUPS.items() if group not in SEPARATE for line in lines]
    return [*declared_for_users(), *groups]


def declared_for_users() -> list[str]:
    """Return what the project and its extras declare; extras that name the project itself are left out."""
    extras = [line for lines in EXTRAS.values() for line in lines]
    declared = [*PROJECT["project"]["dependencies"], *extras]
    return [line for line in declared if Requirement(line).name != PROJECT["project"]["name"]]


def resolve(name: str, output: Path, *options: str) -> None:
    """Write the versions of a set to `output`, with no host and no path. Needs uv.

    Raises CalledProcessError where the declared ranges cannot stand together; uv has said why.
    """
    command = ["uv", "pip", "compile", "-", "--quiet", "--universal", "--python-version", LOWEST]
    plain = ("--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links")
    # Versions that `output` holds already would be kept.
    output.unlink(missing_ok=True)
    declared = "\n".join(requirements(name))
    subprocess.run(
        [*command, *plain, "--output-file", str(output), *options],
        input=declared,
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def versions_in(text: str) -> dict[str, set[str]]:
    """Return package → versions of a constraints file (several where platforms or Pythons differ)."""
    found: dict[str, set[str]] = {}
    for name, version in _LINE.findall(text):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def outside_of_range(name: str, versions: Mapping[str, set[str]]) -> Iterator[str]:
    """Yield a message for each declared range of a set that `versions` does not meet."""
    for line in requirements(name):
        requirement = Requirement(line)
        held = versions.get(canonicalize_name(requirement.name), set())
        if not held:
            yield f"{requirement.name}: expected {requirement.specifier or 'any version'}, got none"
        for version in held:
            if not requirement.specifier.contains(Version(version), prereleases=True):
                yield f"{requirement.name}: expected {requirement.specifier}, got {version}"


def untested_bounds(versions: Mapping[str, set[str]]) -> Iterator[str]:
    """Yield a message for each lower bound for users that the lowest `versions` do not try."""
    for line in declared_for_users():
        requirement = Requirement(line)
        bound = next(s.version for s in requirement.specifier if s.operator == ">=")
        lowest = min(map(Version, versions[canonicalize_name(requirement.name)]))
        if lowest != Version(bound):
            advice = f"the lowest that is tested is {lowest}; declare that"
            yield f"{requirement.name}: declared >={bound}, {advice}"


def moves(before: Mapping[str, set[str]], after: Mapping[str, set[str]]) -> Iterator[str]:
    """Yield a line for each package whose versions differ: `httpx 0.27.2 -> 0.28.1`."""
    for name in sorted({*before, *after}):
        old, new = (", ".join(sorted(versions.get(name, ()))) or "none" for versions in (before, after))
        if old != new:
            yield f"{name} {old} -> {new}"
