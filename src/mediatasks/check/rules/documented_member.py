"""A resource shows each member that the contract knows to be present, in general or in its state.

No source promises such a member, or the schema would require it: it was in every documented reply of
the kind. That it is gone is drift that a client notices, and a warning; one for each schema and state.
Replies whose schema lacks the member, and parts taken from a resource, are not judged.
"""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.claim import Claim, Verdict
from mediatasks.check.ledger import Ledger
from mediatasks.check.lives import visit
from mediatasks.check.observation import Observation, shows
from mediatasks.check.session import Session
from mediatasks.check.sighting import Sighting
from mediatasks.check.sources import member_fact
from mediatasks.check.tour import tour
from mediatasks.contracts.document import Contract
from mediatasks.contracts.pointer import MISSING, get


def applies(contract: Contract) -> bool:
    """Whether the contract says of a resource which members are present."""
    return any(
        resource.present or any(state.present for state in resource.states.values())
        for resource in contract.resources.values()
    )


def judge(seen: Observation, ledger: Ledger) -> Iterator[Verdict]:
    """Judge each resource that a read or a list shows whole."""
    for sighting in seen.sightings if seen.effect.get("action") in ("read", "list") else ():
        known = [p for p in _present(sighting) if shows(seen, sighting, p)]
        if not known or not sighting.whole:
            continue
        gone = [pointer for pointer in known if get(sighting.value, pointer) is MISSING]
        if not gone:
            yield None
            continue
        names = ", ".join(f"`{pointer.lstrip('/')}`" for pointer in gone)
        state = f" in the state `{sighting.states[-1].name}`" if sighting.states else ""
        fact = member_fact(seen.operation, str(seen.exchange.status), sighting.place + gone[0])
        place = sighting.place or "(body)"
        yield Claim(place, f"{names} of a {sighting.resource.name}{state}", "no such member", fact)


def probe(session: Session) -> Iterator[tuple[Observation, Verdict]]:
    """Have resources of each kind and state come."""
    yield from tour(session)
    visit(session)


def _present(sighting: Sighting) -> Iterator[str]:
    """Yield the pointers of what the resource shows: always, and in every state that it may be in."""
    yield from sighting.resource.present
    states = sighting.states
    if states:
        first, *others = states
        yield from (p for p in first.present if all(p in other.present for other in others))
