"""`info` names the client class, the sources and a licence; a server is stated."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

_NEEDED = ("title", "version", "description", "license", "x-name", "x-sources")


def check(source: Source) -> Iterator[Problem]:
    """Yield what is missing."""
    info = source.contract.document["info"]
    for member in _NEEDED:
        if not info.get(member):
            place = source.place("/info")
            yield Problem(place, f"`info.{member}`", "none", "see the other contracts for its form")
    servers = source.contract.document.get("servers", [])
    if not servers or not all(server.get("description") for server in servers):
        place = source.place("/servers" if servers else "")
        advice = "state the real base URL; a host that is not known is a server variable"
        yield Problem(place, "`servers`, each with a description", f"{len(servers)} servers", advice)
