"""A finding: which rule an operation breaks, where, what was expected, what came."""

from dataclasses import asdict, dataclass
from typing import Any

from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.wording import count_of
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.redaction import Redactor
from mediatasks.judge.violation import Violation

# The worst first.
SEVERITIES = ("error", "warning", "drift")
# A documented or published fact broken is an error, one that was only inferred a warning.
SOURCED = ("documented", "published", "observed")
# Broken whatever the contract's source says about the operation.
_ERRORS = (
    "not-a-server-error",
    "status-code-conformance",
    "reply-received",
    "cases-generated",
    "operation-reached",
    "operation-accepted",
)
# What the contract does not know, and what is therefore not wrong.
_DRIFT = "drift-"
# Rules of HTTP that no contract here states.
_WARNINGS = ("unsupported-method", "allow-header-conformance", "documented-member")


@dataclass(frozen=True)
class Finding:
    """One deviation of a server from its contract.

    `rule` is a kebab-case id. `place` is a JSON Pointer in the reply's body (the empty pointer is
    written `(body)`), `status`, `header NAME` or `request`. `fact` names what is broken, `fact_status` is
    its provenance, `source` the document and place that state it. `reproduce` is a shell
    command in which variables stand for secrets. `times` counts the cases that showed it, `note` says
    what else is to be known.
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
    fact: str = ""
    source: str = ""

    def as_data(self) -> dict[str, Any]:
        """Return the finding as JSON data."""
        return asdict(self)

    @property
    def sort_key(self) -> tuple[str, ...]:
        """Errors first, documented facts before inferred ones, then by place."""
        sourced = "0" if self.fact_status in SOURCED else "1"
        where = (self.provider, self.operation, self.rule, self.place, self.expected)
        return (str(SEVERITIES.index(self.severity)), sourced, *where)

    def fails(self, fail_on: str) -> bool:
        """Whether it is at or above `fail_on`: `error`, `warning`, or `drift` for any."""
        return SEVERITIES.index(self.severity) <= SEVERITIES.index(fail_on)

    def lines(self) -> list[str]:
        """Return the finding for people, the first line as its heading, without the command."""
        note = f": {self.note}" if self.note else ""
        heading = f"{self.severity}[{self.rule}] {self.provider} {self.operation}: {self.place}{note}"
        fact = f"`{self.fact}` is {self.fact_status}" if self.fact else f"the fact is {self.fact_status}"
        origin = f" ({self.source})" if self.source else ""
        seen = f"  {fact}{origin}; seen in {count_of(self.times, 'case')}"
        return [heading, f"  expected {self.expected}", f"  got {self.got}", seen]


def severity_of(rule: str, fact_status: str) -> str:
    """Return `error`, `warning` or `drift`."""
    if rule.startswith(_DRIFT):
        return "drift"
    if rule in _ERRORS:
        return "error"
    if rule in _WARNINGS or fact_status not in SOURCED:
        return "warning"
    return "error"


def finding_of(
    operation: Operation,
    rule: str,
    violation: Violation,
    exchange: Exchange | None,
    redactor: Redactor | None = None,
    note: str = "",
) -> Finding:
    """Return a violation as a finding; `exchange` is redacted, absent where none shows it."""
    fact, hidden = violation.fact, redactor or Redactor([])
    return Finding(
        operation.contract.provider,
        operation.id,
        rule,
        "error" if violation.is_error else severity_of(rule, fact.status),
        violation.place,
        hidden.text(violation.expected),
        hidden.text(violation.got),
        fact.status,
        exchange.command(hidden) if exchange else "",
        note=hidden.text(note),
        fact=fact.name,
        source=fact.origin,
    )
