"""Deviations that are known and accepted: a file of entries, each with its reason and date.

    - provider: acme
      operation: get_job
      rule: response-schema-conformance
      place: /state
      reason: the vendor has promised a fix
      date: 2026-11-25

An entry that a run could have met and did not is stale, and reported: it would hide the next
deviation at its place.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from mediatasks.contracts.compose.files import read_yaml
from mediatasks.errors import UsageError, nearest
from mediatasks.judge.finding import Finding

STALE = "baseline-stale"
_ENTRIES = 10_000


@dataclass(frozen=True)
class Entry:
    """One accepted deviation; `place` is that of the finding, in which `*` stands for any index."""

    provider: str
    operation: str
    rule: str
    place: str
    reason: str
    date: str

    def accepts(self, finding: Finding) -> bool:
        """Whether it is this deviation."""
        place = "/".join("*" if t.isdecimal() else t for t in finding.place.split("/"))
        own = (self.provider, self.operation, self.rule)
        same = own == (finding.provider, finding.operation, finding.rule)
        return same and self.place in (finding.place, place)


def read_baseline(path: Path) -> list[Entry]:
    """Return the entries of a file. Raises ContractError where it is no YAML.

    Raises UsageError for an entry that lacks something, naming its place.
    """
    data = read_yaml(path)
    if not isinstance(data, list) or len(data) > _ENTRIES:
        raise UsageError(
            f"{path}: expected a list of at most {_ENTRIES} entries, got {type(data).__name__}"
        )
    return [_entry(f"{path}: entry {i}", item) for i, item in enumerate(data, 1)]


def _entry(place: str, item: Any) -> Entry:
    names = [f.name for f in fields(Entry)]
    if not isinstance(item, dict):
        raise UsageError(f"{place}: expected an object with {', '.join(names)}")
    for name in item:
        if name not in names:
            raise UsageError(f"{place}: no member `{name}`; {nearest(str(name), names)}")
    # YAML reads a bare date as one.
    values = {n: str(item.get(n, "")).strip() for n in names}
    for name, value in values.items():
        if not value:
            raise UsageError(f"{place}: `{name}` is missing; an entry needs {', '.join(names)}")
    try:
        datetime.date.fromisoformat(values["date"])
    except ValueError:
        raise UsageError(f"{place}: `date` is `{values['date'][:40]}`; expected YYYY-MM-DD") from None
    return Entry(**values)


def split_findings(
    found: Iterable[Finding], entries: Iterable[Entry]
) -> tuple[list[Finding], list[Finding], list[Entry]]:
    """Return (not accepted, accepted with their reasons as notes, entries that accepted nothing)."""
    unused = list(entries)
    left: list[Finding] = []
    known: list[Finding] = []
    used = []
    for finding in found:
        entry = next((e for e in unused if e.accepts(finding)), None)
        if entry is None:
            left.append(finding)
        else:
            used.append(entry)
            known.append(replace(finding, note=f"accepted {entry.date}: {entry.reason}"))
    return left, known, [e for e in unused if e not in used]


def stale_findings(entries: Iterable[Entry], provider: str, operations: Collection[str]) -> list[Finding]:
    """Return a warning for each entry of operations that were tested and no longer deviate there."""
    return [
        Finding(
            provider,
            entry.operation,
            STALE,
            "warning",
            entry.place,
            f"the accepted deviation of `{entry.rule}` ({entry.date}: {entry.reason})",
            "none any more; remove the entry",
            "inferred",
            fact="baseline",
        )
        for entry in entries
        if entry.provider == provider and entry.operation in operations
    ]
