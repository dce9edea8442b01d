"""Break the client in known ways and check that the named tests see it: `[--write] [NAME…]`.

Each mutant runs the one test that must catch it, in a process of its own; all those tests must pass
on the client as it is. `--write` writes docs/client-mutants.md. Exit codes: 0 all caught, 1 a mutant
lives or a test fails, 2 could not run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "client-mutants.md"
PLUGIN = "tests.client_contract.mutants"
LONGEST = 180.0
PASSED, FAILED = 0, 1

sys.path.insert(0, str(ROOT))

from mediatasks.errors import nearest  # noqa: E402
from tests.client_contract.mutants import VARIABLE, Mutant, load  # noqa: E402


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="mutants to run; all where none is given")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    parsed = parser.parse_args(arguments)
    mutants = load()
    unknown = [name for name in parsed.names if name not in mutants]
    if unknown:
        print(f"error: no mutant `{unknown[0]}`; {nearest(unknown[0], mutants)}", file=sys.stderr)
        return 2
    chosen = {name: mutants[name] for name in parsed.names or mutants}
    code = run_all(chosen)
    if parsed.write and code == 0 and not parsed.names:
        PAGE.write_text(page(mutants))
        print(f"wrote {PAGE.relative_to(ROOT)}", file=sys.stderr)
    return code


def run_all(mutants: Mapping[str, Mutant]) -> int:
    """Run every mutant, print one line for each, and return the exit code."""
    status, output = run_tests(sorted({m.test for m in mutants.values()}), "")
    if status != PASSED:
        print(f"error: the tests fail without a mutant\n{output}", file=sys.stderr)
        return 1 if status == FAILED else 2
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        runs = pool.map(lambda name: run_tests([mutants[name].test], name), mutants)
        worst = 0
        for name, (status, output) in zip(mutants, runs, strict=True):
            print(f"{'caught' if status == FAILED else 'LIVES'}  {name}", flush=True)
            if status != FAILED:
                print(f"  {mutants[name].defect}: `{mutants[name].test}` ended with {status}\n{output}")
                worst = max(worst, 1 if status == PASSED else 2)
    print(f"{len(mutants)} mutants: {'all caught' if not worst else 'not all caught'}")
    return worst


def run_tests(tests: Iterable[str], mutant: str) -> tuple[int, str]:
    """Return pytest's exit code and the end of its output; -1 where it does not end."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=line", "-p", "no:cacheprovider"]
    environment = {**os.environ, VARIABLE: mutant}
    if not mutant:
        del environment[VARIABLE]
    try:
        ended = subprocess.run(
            [*command, "-p", PLUGIN, *tests],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -1, f"no end after {LONGEST:g} s"
    return ended.returncode, (ended.stdout + ended.stderr)[-2000:]


def page(mutants: Mapping[str, Mutant]) -> str:
    """Return the page that lists all mutants."""
    rows = [f"| `{name}` | {mutant.defect} | `{_short(mutant.test)}` |" for name, mutant in mutants.items()]
    return "\n".join(
        [
            "# Mutants of the client",
            "",
            "<!-- Written by `nox -s client_mutants -- --write`; do not edit. -->",
            "",
            "Each is one defect put into the client on purpose, and the test that catches it; without the",
            "defect the same test passes. `nox -s client_mutants` runs them all.",
            "",
            "| mutant | defect | caught by |",
            "| --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _short(test: str) -> str:
    return test.removeprefix("tests/")


if __name__ == "__main__":
    sys.exit(main())
