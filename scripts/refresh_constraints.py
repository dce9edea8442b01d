"""Resolve every package that a session installs anew, and say which moved (`nox -s constraints`).

`--trial newest|oldest --output FILE` resolves the project's set only, to the newest or the lowest
versions that the declared ranges allow, and leaves the committed files alone. Exit codes: 0 done,
1 a resolution left a declared range or did not try its lower bound, 2 could not resolve.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from constraint_files import (
    FOLDER,
    SEPARATE,
    moves,
    outside_of_range,
    resolve,
    untested_bounds,
    versions_in,
)

TRIALS = {"newest": ("--resolution", "highest"), "oldest": ("--resolution", "lowest-direct")}
NPM_LOCK = ["npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--trial", choices=TRIALS, help="resolve to one end of the declared ranges")
    parser.add_argument("--output", type=Path, help="where the versions of a trial go")
    parsed = parser.parse_args(arguments)
    if bool(parsed.trial) != bool(parsed.output):
        parser.error("give --trial and --output together, or neither")
    try:
        if parsed.trial:
            return _resolve("project", parsed.output, *TRIALS[parsed.trial])
        left = [_resolve(name, FOLDER / f"{name}.txt") for name in (*SEPARATE, "project")]
        for folder in ("node", "node-official"):
            lock_node(FOLDER / folder)
        return max(left)
    except subprocess.CalledProcessError as error:
        print(f"error: `{error.cmd[0]}` could not resolve the declared versions", file=sys.stderr)
        return 2


def _resolve(name: str, output: Path, *options: str) -> int:
    """Resolve one set, print which packages moved, and return 1 where one is not as declared."""
    committed = FOLDER / f"{name}.txt"
    before = versions_in(committed.read_text("utf-8")) if committed.is_file() else {}
    resolve(name, output, *options)
    after = versions_in(output.read_text("utf-8"))
    moved = list(moves(before, after))
    print(f"{name}: {len(moved)} of {len(after)} packages differ from {committed.name}")
    for line in moved:
        print(f"  {line}")
    left = list(outside_of_range(name, after))
    if options == TRIALS["oldest"]:
        left += untested_bounds(after)
    for line in left:
        print(f"error: {line}", file=sys.stderr)
    return int(bool(left))


def lock_node(folder: Path) -> None:
    """Write package-lock.json for the npm packages of package.json, without any address."""
    if not shutil.which("npm"):
        print("note: npm is not installed, so the npm packages stay as they are", file=sys.stderr)
        return
    lock = folder / "package-lock.json"
    lock.unlink(missing_ok=True)
    subprocess.run([*NPM_LOCK, "--prefix", str(folder)], check=True, stdout=subprocess.DEVNULL)
    document = json.loads(lock.read_text("utf-8"))
    for package in document["packages"].values():
        # npm finds the archive by name and version, and holds it to `integrity`.
        package.pop("resolved", None)
        package.pop("funding", None)
    lock.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
