"""What a run gives: per provider and operation the cases, the accepted ones, and the findings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mediatasks.judge.finding import Finding
from mediatasks.judge.verdicts import NotJudged


@dataclass(frozen=True)
class OperationResult:
    """One operation of a run; `note` says why no accepted case was expected; `withheld`
    that it was not sent since it may write, on a server that is only read.

    `known` are the deviations that the baseline accepts, with its reasons as notes;
    `exercised` what was reached (`Exercise.as_data`), `judged` the verdicts by check id.
    """

    operation: str
    cases: int
    accepted: int
    findings: tuple[Finding, ...]
    note: str = ""
    withheld: bool = False
    known: tuple[Finding, ...] = ()
    exercised: Mapping[str, Any] = field(default_factory=dict)
    judged: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ProviderResult:
    """One provider of a run. `seconds` is its wall time, `reports` are the files written.

    `advice` says what to do about the findings, where that is known. `phases` is the seconds of each.
    `not_judged` are the checks that could say nothing, or not all, with the reason.
    """

    provider: str
    url: str
    seconds: float
    operations: tuple[OperationResult, ...]
    reports: tuple[str, ...] = ()
    advice: str = ""
    phases: Mapping[str, float] = field(default_factory=dict)
    not_judged: tuple[NotJudged, ...] = ()

    @property
    def silences(self) -> list[str]:
        """A line for each reason why checks said nothing, or (in part) not all."""
        said = {rule for operation in self.operations for rule in operation.judged}
        by_reason: dict[str, dict[str, None]] = {}
        for silent in self.not_judged:
            name = f"{silent.rule} (in part)" if silent.rule in said else silent.rule
            by_reason.setdefault(silent.reason, {})[name] = None
        return [f"{', '.join(rules)}: {reason}" for reason, rules in by_reason.items()]

    @property
    def findings(self) -> list[Finding]:
        """The findings of all operations, errors first."""
        found = [f for o in self.operations for f in o.findings]
        return sorted(found, key=lambda f: f.sort_key)

    def as_data(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        operations = [
            {
                "operation": o.operation,
                "cases": o.cases,
                "accepted": o.accepted,
                "findings": [f.as_data() for f in o.findings],
                "note": o.note,
                "withheld": o.withheld,
                "exercised": dict(o.exercised),
                "judged": dict(o.judged),
                "known": [f.as_data() for f in o.known],
            }
            for o in self.operations
        ]
        return {
            "provider": self.provider,
            "url": self.url,
            "seconds": round(self.seconds, 2),
            "phases": {name: round(seconds, 2) for name, seconds in self.phases.items()},
            "operations": operations,
            "not_judged": [silent._asdict() for silent in self.not_judged],
            "reports": list(self.reports),
            "advice": self.advice,
        }


def summarise(results: Iterable[ProviderResult]) -> dict[str, Any]:
    """Return the totals: providers, operations, cases, accepted, and findings by level."""
    found = list(results)
    operations = [o for r in found for o in r.operations]
    severities = [f.severity for o in operations for f in o.findings]
    return {
        "providers": len(found),
        "operations": len(operations),
        "cases": sum(o.cases for o in operations),
        "accepted": sum(o.accepted for o in operations),
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "drift": severities.count("drift"),
        "known": sum(len(o.known) for o in operations),
    }


def has_failed(results: Iterable[ProviderResult], fail_on: str) -> bool:
    """Whether there is a finding at or above `fail_on`: `error`, or `warning` for any."""
    return any(f.fails(fail_on) for r in results for f in r.findings)
