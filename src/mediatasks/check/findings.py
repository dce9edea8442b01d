"""A finding: which rule an operation breaks, where, what was expected, what came."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from mediatasks.check.wording import count_of

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
    counts the cases that showed it, `note` says what else is to be known.
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
    note: str = ""

    def as_data(self) -> dict[str, Any]:
        """Return the finding as JSON data."""
        return asdict(self)

    @property
    def sort_key(self) -> tuple[str, ...]:
        """Errors first, documented facts before inferred ones, then by place."""
        sourced = "0" if self.fact_status in SOURCED else "1"
        where = (self.provider, self.operation, self.rule, self.place, self.expected)
        return (self.severity, sourced, *where)

    def fails(self, fail_on: str) -> bool:
        """Whether it is at or above `fail_on`: `error`, or `warning` for any."""
        return fail_on == "warning" or self.severity == "error"

    def lines(self) -> list[str]:
        """Return the finding for people, the first line as its heading, without the command."""
        note = f": {self.note}" if self.note else ""
        heading = f"{self.severity}[{self.rule}] {self.provider} {self.operation}: {self.place}{note}"
        seen = f"  the fact is {self.fact_status}; seen in {count_of(self.times, 'case')}"
        return [heading, f"  expected {self.expected}", f"  got {self.got}", seen]


def severity_of(rule: str, fact_status: str) -> str:
    """Return `error` or `warning`."""
    if rule in _ERRORS:
        return "error"
    if rule in _WARNINGS or fact_status not in SOURCED:
        return "warning"
    return "error"
