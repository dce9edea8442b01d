"""What a run reached: cases and accepted cases per operation, compared with the contract."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.wording import count_of
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.replies import has_declared_body
from mediatasks.judge.facts import operation_fact
from mediatasks.judge.finding import Finding, finding_of
from mediatasks.judge.violation import Violation


@dataclass
class Coverage:
    """One operation's share of a run: cases sent, accepted ones, cases by status (0: no reply).

    `answers` counts the statuses of the cases with the operation's own method and the right credentials.
    """

    operation: Operation
    cases: int = 0
    accepted: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)

    def count(self, exchange: Exchange, is_known: bool = True) -> None:
        """Count one exchange; `is_known`: it was sent with the right credentials."""
        self.cases += 1
        self.statuses[exchange.status] += 1
        if exchange.method == self.operation.method and is_known:
            self.answers[exchange.status] += 1
        self.accepted += is_accepted(self.operation, exchange)

    @property
    def note(self) -> str:
        """Why the contract expects no accepted case, or that this is no longer true."""
        reason = str(self.operation.data.get("x-no-success", ""))
        if reason and self.accepted:
            return f"`x-no-success` is out of date; accepted: {count_of(self.accepted, 'case')}: {reason}"
        return reason

    def findings(self, cut_short: str = "") -> Iterator[Finding]:
        """Yield a finding where the run did not reach the operation, or no case was accepted.

        `cut_short` says in words why the run ended early, where it did.
        """
        if not self.cases:
            got = f"none was sent: {cut_short}" if cut_short else "none was sent"
            yield self._finding("operation-reached", "at least one case", got)
        elif not self.accepted and "x-no-success" not in self.operation.data:
            counts = ", ".join(f"{n} × {s or 'no reply'}" for s, n in sorted(self.statuses.items()))
            expected = "at least one accepted case"
            if self.operation.contract.envelope is None:
                expected += ": a 2xx status and the declared body"
            yield self._finding("operation-accepted", expected, counts)

    def _finding(self, rule: str, expected: str, got: str) -> Finding:
        violation = Violation("operation", expected, got, operation_fact(self.operation))
        return finding_of(self.operation, rule, violation, None)


def is_accepted(operation: Operation, exchange: Exchange) -> bool:
    """Whether the server did what was asked: 2xx with the declared body, and no error of an RPC call."""
    if not 200 <= exchange.status < 300 or exchange.method != operation.method:
        return False
    if not has_declared_body(operation, exchange):
        return False
    envelope = operation.contract.envelope
    if envelope is None:
        return True
    body = exchange.json
    if envelope.request_error(body) is not MISSING:
        return False
    replies = envelope.replies(body)
    return bool(replies) and all(r.result is not MISSING and r.error is MISSING for r in replies)
