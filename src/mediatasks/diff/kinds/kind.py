"""One kind of change, and what a row of the table holds."""

from __future__ import annotations

from dataclasses import dataclass

BREAKING, COMPATIBLE = True, False

# id, what changed, breaking for clients, breaking for servers, why.
Row = tuple[str, str, bool, bool, str]


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
