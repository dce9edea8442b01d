"""Compare the contracts with those that landed last: `[--base REV] [--require-base]`.

Fails on a breaking change that `## Unreleased` of CHANGELOG.md does not name. Without `--base`, the
last state is where this branch left origin/main; on origin/main itself, the commit before. Where
there is no such commit, that is said, and is no failure unless `--base` or `--require-base` is given.
Exit codes: 0 nothing breaking, or named; 1 breaking; 2 could not run.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from mediatasks.cli.main import main as run_command
from mediatasks.contracts.compose.repository import Repository
from mediatasks.contracts.compose.store import VARIABLE
from mediatasks.errors import UsageError

ROOT = Path(__file__).resolve().parents[1]
LANDED = "origin/main"
# What GitHub gives as the state before the first push of a branch.
NOTHING = "0" * 40


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--base", metavar="REV", help=f"default: where HEAD left {LANDED}, else HEAD~1")
    parser.add_argument("--require-base", action="store_true", help="exit with 2 where there is none")
    parsed = parser.parse_args(arguments)
    os.chdir(ROOT)
    try:
        base, reason = find_base(Repository(ROOT), parsed.base)
    except UsageError as error:
        base, reason = None, str(error)
    if base is None:
        strict = parsed.require_base or (parsed.base and parsed.base != NOTHING)
        print(f"{'error' if strict else 'not compared'}: {reason}", file=sys.stderr)
        return 2 if strict else 0
    print(f"comparing with {base} ({reason})", file=sys.stderr)
    # The contracts of this repository, whatever the environment names.
    os.environ.pop(VARIABLE, None)
    return run_command(["diff", base, "--changelog", "CHANGELOG.md"])


def find_base(repository: Repository, given: str | None) -> tuple[str | None, str]:
    """Return (id of the commit to compare with, what it is), or (None, why there is none).

    Raises UsageError where there is no git, or no repository.
    """
    deepen = "; the clone is shallow: git fetch --unshallow" if repository.shallow else ""
    if given and given != NOTHING:
        commit = repository.commit(given)
        return commit, given if commit else f"`{given}` is no commit of this clone{deepen}"
    common = repository.merge_base("HEAD", LANDED)
    if common is not None and common != repository.commit("HEAD"):
        return common, f"where this branch left {LANDED}"
    before = repository.commit("HEAD~1")
    return before, "the commit before" if before else f"there is no commit before this one{deepen}"


if __name__ == "__main__":
    sys.exit(main())
