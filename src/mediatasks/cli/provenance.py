"""`mediatasks provenance [PROVIDER…]`: where each fact of a contract comes from.

With `--check --documents DIR`, whether the source documents bear the facts out.
"""

import argparse
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mediatasks.cli.console import open_console, print_line, print_table
from mediatasks.contracts.compose.store import open_store
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.provenance.facts import (
    UNSTATED,
    ContractFact,
    Contradiction,
    contradictions,
    count,
    facts,
    left_out,
)
from mediatasks.contracts.provenance.source_check import SourceReport, check_sources
from mediatasks.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("providers", metavar="PROVIDER", nargs="*", help="all where none is named")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--check",
        action="store_true",
        help="compare the facts with their source documents; exit 1 where one is not borne out",
    )
    parser.add_argument(
        "--documents",
        metavar="DIR",
        type=Path,
        help="with --check: the folder with the source documents as text, named by `document` in x-sources",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print counts by status, then what is inferred, contradictory and left out; or what the check found.

    Raises UsageError, ContractError.
    """
    if arguments.check != (arguments.documents is not None):
        raise UsageError("give --check and --documents DIR together, or neither")
    contracts = open_store(arguments.contracts).choose(arguments.providers)
    if arguments.check:
        return _check(contracts, arguments.documents, arguments.format)
    if arguments.format == "json":
        print(json.dumps([_report(c) for c in contracts], indent=2, ensure_ascii=False))
        return 0
    console = open_console()
    found = {contract.provider: list(facts(contract)) for contract in contracts}
    _print_counts(console, found)
    for contract in contracts:
        _print_inferred(console, contract.provider, found[contract.provider])
        _print_contradictions(console, contract.provider, list(contradictions(contract)))
        _print_left_out(console, contract.provider, left_out(contract))
    return 0


def _check(contracts: Iterable[Contract], folder: Path, style: str) -> int:
    """Print what the source documents do not bear out, and what could not be compared."""
    reports = [check_sources(contract, folder) for contract in contracts]
    if not any(report.documents for report in reports):
        raise UsageError(
            f"`{folder}` has no source document of these contracts; `document` in `x-sources` names them"
        )
    if style == "json":
        print(json.dumps([_told(report) for report in reports], indent=2, ensure_ascii=False))
    else:
        console = open_console()
        for report in reports:
            _print_check(console, report)
    return int(any(report.disagreements for report in reports))


def _told(report: SourceReport) -> dict[str, Any]:
    numbers = {"checked": dict(report.checked), "unchecked": dict(report.unchecked)}
    found = [asdict(entry) for entry in report.disagreements]
    return {"provider": report.provider, "documents": report.documents, **numbers, "disagreements": found}


def _print_check(console: Any, report: SourceReport) -> None:
    found, compared = report.disagreements, sum(report.checked.values())
    print_line(console, f"{report.provider}: {compared} checked, {len(found)} not in the source")
    for kind, number in report.checked.items():
        print_line(console, f"  {number} checked: {kind}")
    for reason, number in report.unchecked.items():
        print_line(console, f"  {number} not checked: {reason}")
    for entry in found:
        print_line(console, f"  {entry.kind} {entry.name} ({entry.source}, {entry.place})")
        print_line(console, f"    expected {entry.expected}, got {entry.got}")
        print_line(console, f"    {entry.advice}")
    print_line(console, "")


def _report(contract: Contract) -> dict[str, Any]:
    found = list(facts(contract))
    info = contract.document["info"]
    return {
        "provider": contract.provider,
        "version": info.get("version"),
        "sources": info.get("x-sources", {}),
        "counts": count(found),
        "facts": [asdict(fact) for fact in found],
        "contradictions": [asdict(entry) for entry in contradictions(contract)],
        "left_out": left_out(contract),
    }


def _print_counts(console: Any, found: Mapping[str, list[ContractFact]]) -> None:
    counts = {provider: count(some) for provider, some in found.items()}
    statuses = list(dict.fromkeys(status for c in counts.values() for status in c))
    rows = []
    for provider, numbers in counts.items():
        row = [numbers.get(status, 0) for status in statuses]
        rows.append(((provider, *row, sum(row)), ()))
    print_table(console, ("facts", *statuses, "all"), rows)
    print_line(console, "")


def _print_inferred(console: Any, provider: str, found: list[ContractFact]) -> None:
    """Print the inferred facts; those with the same note stand together."""
    by_note: dict[str, list[ContractFact]] = {}
    for fact in found:
        if fact.status in ("inferred", UNSTATED):
            by_note.setdefault(fact.note or "(no note)", []).append(fact)
    print_line(console, f"{provider}: inferred" if by_note else f"{provider}: nothing is inferred")
    for note, some in by_note.items():
        print_line(console, f"  {note}")
        for fact in some:
            print_line(console, f"    {fact.kind} {fact.name}")


def _print_contradictions(console: Any, provider: str, found: list[Contradiction]) -> None:
    if found:
        print_line(console, f"\n{provider}: contradictions")
    for entry in found:
        print_line(console, f"  {entry.place or '(the whole contract)'}")
        for word in ("here", "there", "accepts"):
            print_line(console, f"    {word}: {getattr(entry, word)}")


def _print_left_out(console: Any, provider: str, entries: list[Mapping[str, str]]) -> None:
    print_line(console, f"\n{provider}: left out" if entries else f"\n{provider}: nothing is left out")
    for entry in entries:
        print_line(console, f"  {entry['what']} ({entry['source']}, {entry['locator']})")
        print_line(console, f"    {entry['reason']}")
    print_line(console, "")
