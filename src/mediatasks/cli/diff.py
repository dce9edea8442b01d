"""`mediatasks diff OLD [NEW]`: what changed between contracts, and whom it breaks."""

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from mediatasks.contracts.compose.sources import Source, read_source, read_store, read_working_tree
from mediatasks.contracts.compose.store import VARIABLE, open_store
from mediatasks.contracts.model.contract import Contract
from mediatasks.diff import compare_sets
from mediatasks.diff.changelog import read_changelog
from mediatasks.diff.report import build_json, describe_changes, describe_unnamed
from mediatasks.errors import UsageError, nearest

_WORDS = "a contract file, a folder of contracts, or a git revision (REV, REV:PATH)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("old", metavar="OLD", help=_WORDS)
    parser.add_argument(
        "new",
        metavar="NEW",
        nargs="?",
        help="the same (default: the working tree where OLD is a revision, else the installed contracts)",
    )
    parser.add_argument(
        "--provider", metavar="NAME", action="append", default=[], help="only this provider"
    )
    parser.add_argument(
        "--breaking-for",
        choices=("clients", "servers", "any"),
        default="any",
        help="whom a change has to break to make the exit code 1 (default: %(default)s)",
    )
    parser.add_argument(
        "--changelog",
        type=Path,
        metavar="FILE",
        help="accept the breaking changes that the section `## Unreleased` of FILE names",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace) -> int:
    """Print every change; return 1 if one is breaking and the changelog does not name it."""
    old = read_source(arguments.old)
    new = _read_new(arguments, old)
    changelog = read_changelog(arguments.changelog) if arguments.changelog else None
    changes = compare_sets(*_paired(old, new, arguments.provider))
    breaking = [change for change in changes if change.kind.breaks(arguments.breaking_for)]
    failing = [change for change in breaking if not (changelog and changelog.names(change))]
    if arguments.format == "json":
        print(build_json(old.name, new.name, changes, failing, changelog is not None))
    else:
        lines = [*describe_changes(changes)]
        lines += describe_unnamed(failing, str(arguments.changelog)) if changelog else []
        print("\n".join(lines))
    return 1 if failing else 0


def _read_new(arguments: argparse.Namespace, old: Source) -> Source:
    if arguments.new is not None:
        return read_source(arguments.new)
    if old.path is None or arguments.contracts or os.environ.get(VARIABLE):
        return read_store(open_store(arguments.contracts))
    return read_working_tree(old.path)


def _paired(
    old: Source, new: Source, chosen: list[str]
) -> tuple[Mapping[str, Contract], Mapping[str, Contract]]:
    """Return both sides by provider. One contract and one other are compared whatever they are called."""
    befores, afters = dict(old.contracts), dict(new.contracts)
    if old.single and new.single:
        befores = dict(zip(afters, befores.values(), strict=True))
    elif old.single:
        # One contract against a set: the others of the set are not meant.
        afters = {name: contract for name, contract in afters.items() if name in befores}
    elif new.single:
        befores = {name: contract for name, contract in befores.items() if name in afters}
    for name in chosen:
        if name not in befores and name not in afters:
            raise UsageError(f"no provider `{name}`; {nearest(name, {*befores, *afters})}")
    for name in befores.keys() & afters.keys():
        _note(name, befores[name], afters[name])
    wanted = set(chosen) or {*befores, *afters}
    return tuple({n: c for n, c in side.items() if n in wanted} for side in (befores, afters))  # type: ignore[return-value]


def _note(name: str, old: Contract, new: Contract) -> None:
    """Say where an RPC contract stands alone, without the view that has an operation a method."""
    for contract in (old, new):
        if "x-rpc" in contract.plain and contract.envelope is None:
            text = "is an RPC provider whose methods are not beside it; its calls are compared as one"
            print(f"note: `{name}` {text}", file=sys.stderr)
            return
