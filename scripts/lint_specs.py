"""Hold the contracts to the project's rules: `python scripts/lint_specs.py [--specs DIR] [PROVIDER…]`.

Exit codes: 0 clean, 1 problems, 2 could not run.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from types import ModuleType

import spec_rules
from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.compose.composition import find_contracts
from mediatasks.contracts.compose.extensions import STUMBLES
from mediatasks.errors import ContractError, MediatasksError, UsageError, nearest

ROOT = Path(__file__).resolve().parents[1]
SPECS = ROOT / "specs"
# Run first: a document that breaks one of these need not have the shape that the others rely on.
FOUNDATIONS = (
    "openapi-valid",
    "openrpc-valid",
    "no-external-ref",
    "extension-known",
    "extension-place",
    "extension-shape",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parsed = _parser().parse_args(arguments)
    try:
        if parsed.rules:
            for name, module in load_rules().items():
                print(f"{name}: {(module.__doc__ or '').splitlines()[0]}")
            return 0
        load_rules()  # what is missing is said before a contract is read
        folders = _choose(parsed.specs, parsed.providers)
        return _lint(folders, parsed.format)
    except MediatasksError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def load_rules() -> dict[str, ModuleType]:
    """Return rule id → module, the foundations first. Raises UsageError where a package is missing."""
    names = [m.name for m in pkgutil.iter_modules(spec_rules.__path__)]
    ids = sorted((name.replace("_", "-") for name in names), key=lambda i: (i not in FOUNDATIONS, i))
    try:
        return {i: importlib.import_module(f"spec_rules.{i.replace('-', '_')}") for i in ids}
    except ModuleNotFoundError as error:
        groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
        packages = " ".join(f"'{package}'" for package in (*groups["specs"], "PyYAML"))
        advice = f"pip install {packages} (or run: nox -s specs)"
        module = (error.name or "").partition(".")[0]
        raise UsageError(f"the lint needs the module `{module}`: {advice}") from None


def check_source(source: Source) -> Iterator[Problem]:
    """Yield every problem of one provider, each once, and a note for a rule that could not be applied."""
    seen: set[Problem] = set()
    for rule, module in load_rules().items():
        try:
            for problem in module.check(source):
                found = replace(problem, rule=rule)
                if found not in seen:
                    seen.add(found)
                    yield found
        except (MediatasksError, *STUMBLES) as error:
            yield Problem(
                source.place(""),
                "a contract that the rule can read",
                f"{type(error).__name__}: {error}",
                "mend the other problems first, then run the lint again",
                rule,
            )


def _lint(folders: list[Path], form: str) -> int:
    problems: list[Problem] = []
    broken = 0
    for folder in folders:
        try:
            problems += check_source(Source(folder))
        except ContractError as error:
            broken += 1
            print(f"error: {error}", file=sys.stderr)
    if form == "json":
        print(json.dumps([asdict(p) for p in problems], indent=2, ensure_ascii=False))
    else:
        print("".join(f"{p}\n\n" for p in problems), end="")
    counts = f"{len(folders)} providers, {len(load_rules())} rules, {len(problems)} problems"
    print(counts + (f", {broken} could not be read" if broken else ""), file=sys.stderr)
    return 2 if broken else min(len(problems), 1)


def _choose(specs: Path, providers: list[str]) -> list[Path]:
    found = {folder.name: folder for folder in find_contracts(specs)}
    for name in providers:
        if name not in found:
            raise UsageError(f"no provider `{name}` in {specs}; {nearest(name, found)}")
    return [found[name] for name in dict.fromkeys(providers)] or list(found.values())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Hold the contracts to the project's rules.")
    parser.add_argument("providers", metavar="PROVIDER", nargs="*", help="all where none is named")
    parser.add_argument("--specs", metavar="DIR", type=Path, default=SPECS, help="one folder a provider")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--rules", action="store_true", help="list the rules and exit")
    return parser


if __name__ == "__main__":
    sys.exit(main())
