"""The changes for people and for programs."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mediatasks.contracts.pointer import MISSING
from mediatasks.diff.change import Change
from mediatasks.diff.changelog import write_entries

_SHOWN = 60
_LISTED = 4


def describe_changes(changes: Sequence[Change]) -> Iterator[str]:
    """Yield the lines of the report: by provider, by the operations that changes touch, one a line."""
    yield from map(_printable, _lines(changes))


def _lines(changes: Sequence[Change]) -> Iterator[str]:
    for provider in dict.fromkeys(change.provider for change in changes):
        own = [change for change in changes if change.provider == provider]
        breaking = sum(change.kind.breaks("any") for change in own)
        yield f"{provider}: {_count(len(own), 'change')}, {breaking or 'none'} breaking"
        for operations in dict.fromkeys(change.operations for change in own):
            yield f"  {_operations(operations)}"
            for change in own:
                if change.operations == operations:
                    yield f"    {_line(change)}"
        yield ""
    clients, servers = (sum(c.kind.breaks(side) for c in changes) for side in ("clients", "servers"))
    if changes:
        yield f"{_count(len(changes), 'change')}: {clients} breaking for clients, {servers} for servers"
    else:
        yield "no change"


def describe_unnamed(unnamed: Sequence[Change], changelog: str) -> Iterator[str]:
    """Yield the entries that the changelog lacks."""
    if unnamed:
        yield ""
        number = _count(len(unnamed), "breaking change")
        yield f"{changelog} does not name {number}; under `## Unreleased`, add:"
        yield from (_printable(f"  {entry}") for entry in write_entries(unnamed))


def build_json(
    old: str, new: str, changes: Sequence[Change], failing: Sequence[Change], unnamed: bool
) -> str:
    """Return the report as JSON; `failing` are the changes that make the exit code 1.

    `unnamed` says that they fail because a changelog does not name them.
    """
    report: dict[str, Any] = {
        "old": old,
        "new": new,
        "changes": [{**change.as_data(), "fails": change in failing} for change in changes],
        "entries": write_entries(failing) if unnamed else [],
    }
    return json.dumps(report, indent=2, ensure_ascii=False)


def _line(change: Change) -> str:
    values = f" {_value(change.old)} → {_value(change.new)}"
    if change.old is MISSING and change.new is MISSING:
        values = ""
    where = f"{change.place or '/'}{' (old)' if change.gone else ''}"
    return f"{change.kind.id} `{change.subject}`{values} — {_effect(change)} — {where}"


def _effect(change: Change) -> str:
    sides = [side for side in ("clients", "servers") if change.kind.breaks(side)]
    return f"breaks {' and '.join(sides)}" if sides else "compatible"


def _value(value: Any) -> str:
    if value is MISSING:
        return "(none)"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _printable(line: str) -> str:
    """Return a line in which no name of a contract can move the cursor or begin another line."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)


def _operations(names: Iterable[str]) -> str:
    listed = list(names)
    if not listed:
        return "(the whole contract)"
    more = len(listed) - _LISTED
    return ", ".join(listed[:_LISTED]) + (f" and {more} more" if more > 0 else "")


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
