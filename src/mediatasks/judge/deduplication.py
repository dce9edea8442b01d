"""Findings of one cause as one finding."""

import re
from collections.abc import Iterable
from dataclasses import replace

from mediatasks.contracts.wording import count_of
from mediatasks.judge.finding import Finding

_METHOD_RULE = "unsupported-method"
_ACCESS_RULE = "credentials-required"


def deduplicate(findings: Iterable[Finding]) -> list[Finding]:
    """Return one finding per cause, with the number of times, errors first.

    Places in arrays count as one; an operation that lets strangers in does so by one fault, however
    they come; how a server answers undeclared methods is decided in one place for all operations.
    """
    causes: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        causes.setdefault(_cause(finding), []).append(finding)
    return sorted(map(_fold, causes.values()), key=lambda f: f.sort_key)


def _cause(finding: Finding) -> tuple[str, ...]:
    if finding.rule == _METHOD_RULE:
        return (finding.provider, finding.rule, finding.place)
    place = re.sub(r"/\d+(?=/|$)", "/*", finding.place)
    if finding.rule == _ACCESS_RULE:
        return (finding.provider, finding.operation, finding.rule, place)
    return (finding.provider, finding.operation, finding.rule, place, finding.expected)


def _fold(findings: list[Finding]) -> Finding:
    first, note = findings[0], findings[0].note
    if first.rule == _ACCESS_RULE:
        # No credentials at all say more than wrong ones.
        first = next((f for f in findings if " without " in f.expected), first)
    elif first.rule == _METHOD_RULE:
        operations = count_of(len({f.operation for f in findings}), "operation")
        missing = first.place.startswith("header")
        note = f"{'no Allow header with 405' if missing else 'another status than 405'}: {operations}"
    return replace(first, times=sum(f.times for f in findings), note=note)
