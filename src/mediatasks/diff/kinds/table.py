"""The table of change kinds: the only ones that a comparison reports, each with what it breaks.

Breaking for clients: a client written against the old contract may fail against a server of the new
one. Breaking for servers: a server that satisfies the old contract may fail a client of the new one,
or its check. docs/contract-changes.md is generated from this table.
"""

from __future__ import annotations

from mediatasks.diff.kinds.exchange import BODIES, PARAMETERS, STATUSES
from mediatasks.diff.kinds.kind import Kind, Row
from mediatasks.diff.kinds.lifecycle import LIFECYCLE
from mediatasks.diff.kinds.operation import CONTRACT, OPERATIONS, SECURITY, WEBHOOKS
from mediatasks.diff.kinds.schema import SCHEMAS

SECTIONS: dict[str, tuple[Row, ...]] = {
    "Contracts": CONTRACT,
    "Operations": OPERATIONS,
    "Parameters": PARAMETERS,
    "Request bodies and content types": BODIES,
    "Statuses and headers": STATUSES,
    "Security": SECURITY,
    "Webhooks and callbacks": WEBHOOKS,
    "Schemas of requests and replies": SCHEMAS,
    "Lifecycles": LIFECYCLE,
}
KINDS: dict[str, Kind] = {
    row[0]: Kind(row[0], section, *row[1:]) for section, rows in SECTIONS.items() for row in rows
}
