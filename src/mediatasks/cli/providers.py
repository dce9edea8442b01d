"""`mediatasks providers`: what each provider has, and where its credentials come from."""

import argparse
import json
from typing import Any

from mediatasks.cli.console import open_console, print_table
from mediatasks.contracts.compose.store import open_store
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.provenance.facts import count, facts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace) -> int:
    """Print the providers."""
    found = [describe_provider(c) for c in open_store(arguments.contracts).choose([])]
    if arguments.format == "json":
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        _print_table(found)
    return 0


def describe_provider(contract: Contract) -> dict[str, Any]:
    """Return one provider as data: names, operations, base URL, credentials, provenance counts."""
    return {
        "name": contract.provider,
        "class": contract.name,
        "base_url": contract.base_url,
        "operations": list(contract.operations),
        "credentials": [
            {name: getattr(c, name) for name in ("argument", "variable", "scheme", "required")}
            for c in contract.credentials
        ],
        "provenance": count(facts(contract)),
    }


def _print_table(found: list[dict[str, Any]]) -> None:
    statuses = list(dict.fromkeys(status for p in found for status in p["provenance"]))
    rows = []
    for provider in found:
        counts = [provider["provenance"].get(status, 0) for status in statuses]
        variables = [
            c["variable"] + ("" if c["required"] else " (optional)") for c in provider["credentials"]
        ]
        lines = [provider["base_url"] or "(no base URL)", *variables]
        rows.append(((provider["name"], len(provider["operations"]), *counts), lines))
    print_table(open_console(), ("provider", "operations", *statuses), rows)
