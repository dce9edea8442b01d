"""The table of change kinds (kinds.txt): the only ones that a comparison reports, each with what it breaks.

Breaking for clients: a client written against the old contract may fail against a server of the new
one. Breaking for servers: a server that satisfies the old contract may fail a client of the new one,
or its check. docs/contract-changes.md is generated from this table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Kind:
    """One kind: its id, the section of the table, what changed, whom it breaks, and why."""

    id: str
    section: str
    what: str
    clients: bool
    servers: bool
    why: str

    def breaks(self, audience: str) -> bool:
        """Whether the kind is breaking for `clients`, `servers` or `any` of them."""
        return (self.clients and audience != "servers") or (self.servers and audience != "clients")


def _read_kinds() -> Iterator[Kind]:
    """Yield the kinds in the order of the table; a line `## NAME` begins a section."""
    section = ""
    for line in Path(__file__).with_name("kinds.txt").read_text("utf-8").splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        elif line and not line.startswith("#"):
            id, broken, what, why = line.split(" | ")
            yield Kind(id, section, what, "clients" in broken, "servers" in broken, why)


KINDS: dict[str, Kind] = {kind.id: kind for kind in _read_kinds()}
SECTIONS: dict[str, list[Kind]] = {}
for _kind in KINDS.values():
    SECTIONS.setdefault(_kind.section, []).append(_kind)
