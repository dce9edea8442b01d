"""The result for people: a table per provider and operation, then every finding."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from mediatasks.check.reports.result import OperationResult, ProviderResult, summarise
from mediatasks.contracts.wording import count_of
from mediatasks.judge.finding import SEVERITIES, Finding

# A command longer than this is found in the JSON result.
_SHOWN = 1500
# So many checks that judged nothing are named in a line.
_NAMED = 5


def build_json(results: Sequence[ProviderResult], seed: int) -> str:
    """Return the result as JSON."""
    providers = [r.as_data() for r in results]
    data = {"seed": seed, "providers": providers, "summary": summarise(results)}
    return json.dumps(data, indent=2, ensure_ascii=False)


def print_result(results: Sequence[ProviderResult], seed: int, console: Any) -> None:
    """Print the table, the findings and the totals to a rich console."""
    console.print(_table(results))
    for finding in sorted((f for r in results for f in r.findings), key=lambda f: f.sort_key):
        _print_finding(finding, console)
    for result in results:
        if result.advice or any(o.known or o.note for o in result.operations):
            console.print()
        if result.advice:
            console.print(f"advice: {result.provider}: {result.advice}", soft_wrap=True)
        for operation in result.operations:
            for finding in operation.known:
                place = f"{result.provider} {operation.operation}"
                console.print(
                    f"known: {place}: {finding.rule} {finding.place}: {finding.note}", soft_wrap=True
                )
            if operation.note:
                place = f"{result.provider} {operation.operation}"
                console.print(f"note: {place}: {operation.note}", soft_wrap=True)
        for file in result.reports:
            console.print(f"report: {file}", soft_wrap=True)
    if reached := _reached(results):
        console.print(f"\nreached: {reached}", soft_wrap=True)
    for line in _silences(results):
        console.print(f"not judged: {line}", soft_wrap=True)
    console.print(_totals(results, seed))


def _reached(results: Sequence[ProviderResult]) -> str:
    """Return how much of what the contracts declare was exercised, by kind."""
    totals: dict[str, list[int]] = {}
    for result in results:
        for operation in result.operations:
            for kind, data in operation.exercised.items():
                total = totals.setdefault(kind, [0, 0])
                total[0] += data["covered"]
                total[1] += data["of"]
    return ", ".join(f"{done} of {count_of(of, kind)}" for kind, (done, of) in totals.items())


def _silences(results: Sequence[ProviderResult]) -> Iterator[str]:
    """Yield a line for each reason why checks said nothing; of many checks their number."""
    by_reason: dict[str, tuple[set[str], set[str]]] = {}
    for result in results:
        for silent in result.not_judged:
            rules, providers = by_reason.setdefault(silent.reason, (set(), set()))
            rules.add(silent.rule)
            providers.add(result.provider)
    for reason, (rules, providers) in by_reason.items():
        named = ", ".join(sorted(rules))
        if len(rules) > _NAMED:
            named = f"{count_of(len(rules), 'check')} (named by --format json)"
        yield f"{named} of {', '.join(sorted(providers))}: {reason}"


def _table(results: Sequence[ProviderResult]) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("provider", "operation", "cases", "accepted", "findings"):
        justify = "right" if heading in ("cases", "accepted") else "left"
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for result in results:
        name = result.provider
        for operation in result.operations:
            style = "red" if operation.findings else None
            numbers = (str(operation.cases), str(operation.accepted))
            table.add_row(name, operation.operation, *numbers, _found(operation), style=style)
            name = ""
    return table


def _found(operation: OperationResult) -> str:
    if operation.withheld:
        return "not sent"
    severities = [f.severity for f in operation.findings]
    counts = [(severities.count(s), s) for s in SEVERITIES]
    return ", ".join(count_of(n, s) for n, s in counts if n) or "none"


def _print_finding(finding: Finding, console: Any) -> None:
    style = "bold red" if finding.severity == "error" else "bold yellow"
    heading, *lines = finding.lines()
    console.print(f"\n{heading}", style=style, soft_wrap=True)
    for line in lines:
        console.print(line, soft_wrap=True)
    if finding.reproduce:
        command = finding.reproduce
        if len(command) > _SHOWN:
            command = command[:_SHOWN] + "… (the whole command: --format json)"
        console.print(f"  {command}", soft_wrap=True)


def _totals(results: Sequence[ProviderResult], seed: int) -> str:
    total = summarise(results)
    found = f"{count_of(total['errors'], 'error')}, {count_of(total['warnings'], 'warning')}"
    if total["drift"]:
        found += f", {total['drift']} × drift"
    if total["known"]:
        found += f", {total['known']} known"
    tested = f"{count_of(total['providers'], 'provider')}, {count_of(total['operations'], 'operation')}"
    return f"\n{tested}, {count_of(total['cases'], 'case')}: {found} (seed {seed})"
