"""What a run came to: findings and counts put to the operations that they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mediatasks.check.reports.result import OperationResult
from mediatasks.check.requests.request_policy import RequestPolicy
from mediatasks.check.runner.options import PHASES, Options
from mediatasks.judge.baseline import Entry, stale_findings
from mediatasks.judge.coverage import Coverage
from mediatasks.judge.finding import Finding
from mediatasks.judge.judgement import Judgement

_WITHHELD = "not sent, for it may write; `--allow-writes` sends it"


def find_stale(
    unused: Sequence[Entry],
    provider: str,
    coverage: Mapping[str, Coverage],
    options: Options,
    policy: RequestPolicy,
) -> list[Finding]:
    """Return the entries of the baseline that this run could have met, and did not."""
    if policy.is_closed or set(PHASES) - set(options.phases):
        return []
    met = [e for e in unused if not options.rules or e.rule in options.rules]
    tested = [name for name, counted in coverage.items() if counted.cases]
    return stale_findings(met, provider, tested)


def by_operation(
    coverage: Mapping[str, Coverage],
    found: Sequence[Finding],
    known: Sequence[Finding],
    judgement: Judgement,
    policy: RequestPolicy,
) -> Iterator[OperationResult]:
    """Yield the result of each operation; `known` are the findings that the baseline accepts."""
    for name, counted in coverage.items():
        own = tuple(f for f in found if f.operation == name)
        is_sent = policy.allows(counted.operation)
        note = counted.note if is_sent else _WITHHELD
        accepted = tuple(f for f in known if f.operation == name)
        exercised = judgement.exercises[name].as_data()
        counts = {rule: n for (rule, at), n in sorted(judgement.judged.items()) if at == name}
        numbers = (counted.cases, counted.accepted)
        yield OperationResult(name, *numbers, own, note, not is_sent, accepted, exercised, counts)
    # What belongs to no operation (a link that cannot be followed) must not be lost.
    loose = [f for f in found if f.operation not in coverage]
    for name in dict.fromkeys(f.operation for f in loose):
        own = tuple(f for f in loose if f.operation == name)
        yield OperationResult(name, 0, 0, own)
