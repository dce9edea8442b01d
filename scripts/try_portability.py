"""Read the plain contracts with tools that are not ours (`nox -s portability [-- --tool NAME…]`).

The node tools are installed at pinned versions into `--tools`, a temporary folder where none is
given. A tool whose runtime is missing is skipped, and said to be.
Exit codes: 0 clean, 1 findings, 2 could not run (nothing at all was tried, for one).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from portability_process import CouldNotRun
from portability_tools import TOOLS, Place, Tool, install
from rich.console import Console
from rich.table import Table

from mediatasks.contracts.compose.store import open_store
from mediatasks.contracts.model.contract import Contract
from mediatasks.errors import MediatasksError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parsed = _parser().parse_args(arguments)
    chosen = [tool for tool in TOOLS if not parsed.tool or tool.name in parsed.tool]
    try:
        contracts = open_store(parsed.contracts).choose(parsed.providers)
        with tempfile.TemporaryDirectory() as scratch:
            return _try(chosen, contracts, Path(scratch), parsed.tools)
    except (MediatasksError, CouldNotRun) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _try(chosen: list[Tool], contracts: list[Contract], scratch: Path, folder: Path | None) -> int:
    present = [tool for tool in chosen if not tool.lacks()]
    if not present:
        lacking = "; ".join(f"{tool.name}: {tool.lacks()}" for tool in chosen)
        raise CouldNotRun(f"no tool can run here ({lacking})")
    node = (folder or scratch / "node").resolve()
    install(present, node)
    cases = [(tool, contract) for tool in present for contract in contracts]

    def read(case: tuple[Tool, Contract]) -> list[str]:
        tool, contract = case
        place = Place(scratch / tool.name / contract.provider, node)
        place.folder.mkdir(parents=True)
        place.document.write_text(json.dumps(contract.plain, indent=1), "utf-8")
        problems = tool.read(place, contract)
        print(f"{tool.name} has read {contract.provider}", file=sys.stderr)
        return problems

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = list(pool.map(read, cases))
    results = {(tool.name, c.provider): problems for (tool, c), problems in zip(cases, found, strict=True)}
    _print(chosen, [c.provider for c in contracts], results)
    return int(any(found))


def _print(chosen: list[Tool], providers: list[str], results: dict[tuple[str, str], list[str]]) -> None:
    table = Table("tool", *providers)
    for tool in chosen:
        if tool.lacks():
            table.add_row(tool.name, *(["skipped"] * len(providers)))
        else:
            cells = ["error" if results[tool.name, p] else "ok" for p in providers]
            table.add_row(tool.name, *cells)
    Console().print(table)
    for tool in chosen:
        if tool.lacks():
            print(f"note: {tool.name} was skipped: {tool.lacks()}")
    for (name, provider), problems in results.items():
        for problem in problems:
            print(f"error[{name}] {provider}: {problem}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Read the plain contracts with tools that are not ours.")
    parser.add_argument("providers", metavar="PROVIDER", nargs="*", help="all where none is named")
    names = [tool.name for tool in TOOLS]
    parser.add_argument("--tool", metavar="NAME", action="append", choices=names, help=", ".join(names))
    parser.add_argument("--tools", metavar="DIR", type=Path, help="where the node tools are kept")
    parser.add_argument("--contracts", metavar="DIR", type=Path, help="contracts of your own")
    return parser


if __name__ == "__main__":
    sys.exit(main())
