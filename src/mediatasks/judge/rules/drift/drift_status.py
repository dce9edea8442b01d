"""A failure is answered with a status that the contract declares.

Which level an undeclared status belongs to: a client understands any 4xx as a failed request, whatever
the number, so that is drift, reported here. An undeclared success or redirect cannot be read, which
breaks the contract: `status-code-conformance` (schemathesis) reports those, and no 4xx. A 5xx is an
error in any case: `not-a-server-error`. The failures of RPC calls have rules of their own.

What HTTP itself answers to a message that is too large, too slow or misdirected is no drift.
"""

from collections.abc import Iterator

from mediatasks.contracts.model.contract import Contract
from mediatasks.exchange.replies import OF_THE_MESSAGE, is_declared
from mediatasks.judge.facts import operation_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.tracks.history import History
from mediatasks.judge.violation import Verdict, Violation

NEEDS = {"smoke": None}


def applies(contract: Contract) -> bool:
    """Whether failures have statuses of their own."""
    return contract.envelope is None


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each reply with a 4xx."""
    exchange, operation = seen.exchange, seen.operation
    if not 400 <= exchange.status < 500 or exchange.status in OF_THE_MESSAGE:
        return
    if is_declared(operation, exchange.status):
        yield None
        return
    declared = ", ".join(operation.responses)
    yield Violation("status", f"a declared status: {declared}", exchange.answer, operation_fact(operation))
