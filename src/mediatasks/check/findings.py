"""A finding: which rule an operation breaks, where, what was expected, what came."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

# A documented or published fact broken is an error, one that was only inferred a warning.
SOURCED = ("documented", "published", "observed")
# Broken whatever the contract's source says about the operation.
_ERRORS = (
    "not-a-server-error",
    "status-code-conformance",
    "ignored-auth",
    "reply-received",
    "cases-generated",
    "operation-reached",
    "operation-accepted",
)
# Rules of HTTP that no contract here states.
_WARNINGS = ("unsupported-method", "allow-header-conformance")


@dataclass(frozen=True)
class Finding:
    """One deviation of a server from its contract.

    `rule` is a kebab-case id. `place` is a JSON Pointer in the reply's body (the empty pointer is
    written `(body)`), `status`, `header NAME` or `request`. `fact_status` is the provenance of the
    fact that is broken. `reproduce` is a shell command in which variables stand for secrets. `times`
    counts the cases that showed it.
    """

    provider: str
    operation: str
    rule: str
    severity: str
    place: str
    expected: str
    got: str
    fact_status: str
    reproduce: str = ""
    times: int = 1

    def as_data(self) -> dict[str, Any]:
        """Return the finding as JSON data."""
        return asdict(self)

    @property
    def sort_key(self) -> tuple[str, ...]:
        """Errors first, then by operation, rule and place."""
        return (self.severity, self.operation, self.rule, self.place, self.expected)


def severity_of(rule: str, fact_status: str) -> str:
    """Return `error` or `warning`."""
    if rule in _ERRORS:
        return "error"
    if rule in _WARNINGS or fact_status not in SOURCED:
        return "warning"
    return "error"


def deduplicate(findings: Iterable[Finding]) -> list[Finding]:
    """Return each finding once, with the number of times; places in arrays count as one."""
    merged: dict[tuple[str, ...], Finding] = {}
    for finding in findings:
        place = re.sub(r"/\d+(?=/|$)", "/*", finding.place)
        key = (finding.operation, finding.rule, place, finding.expected)
        seen = merged.get(key)
        if seen is None:
            merged[key] = finding
        else:
            merged[key] = replace(seen, times=seen.times + finding.times)
    return sorted(merged.values(), key=lambda f: f.sort_key)
