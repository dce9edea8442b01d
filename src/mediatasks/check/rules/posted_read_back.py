"""What was posted can be read back: every member that a request writes is in the resource."""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.claim import Claim, Verdict
from mediatasks.check.observation import Observation, shows
from mediatasks.check.session import Session
from mediatasks.check.sighting import Sighting
from mediatasks.check.sources import effect_fact
from mediatasks.contracts.document import Contract
from mediatasks.contracts.effect import is_left_open
from mediatasks.contracts.expression import evaluate
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.shape import alike
from mediatasks.errors import shown


def applies(contract: Contract) -> bool:
    """Whether the contract says what a creation writes into a resource."""
    return any(_creations(contract))


def probe(session: Session) -> Iterator[tuple[Observation, Verdict]]:
    """Create by each documented request, read the resource, and compare."""
    for resource in session.contract.resources.values():
        for _, made in session.create(resource):
            for sighting in made.sightings[:1]:
                seen = session.read(sighting)
                found = session.found(seen, sighting.key)
                if seen is not None and found is not None:
                    yield from ((seen, verdict) for verdict in _compare(made, seen, found))


def _compare(made: Observation, seen: Observation, found: Sighting) -> Iterator[Verdict]:
    for pointer, expression in made.effect.get("sets", {}).items():
        if not shows(seen, found, pointer) or is_left_open(made.effect, pointer, made.scope):
            continue
        posted = evaluate(expression, made.scope) if str(expression).startswith("$request.") else MISSING
        if posted is not MISSING:
            kept = get(found.value, pointer)
            yield None if _kept(posted, kept) else _claim(made, found.place + pointer, posted, kept)


def _creations(contract: Contract) -> Iterator[object]:
    for resource in contract.resources.values():
        for name in [*resource.operations_with("create"), *resource.operations_with("upsert")]:
            yield from resource.operations[name].get("sets", {})


def _kept(posted: object, kept: object) -> bool:
    return posted == kept or alike(kept, posted)


def _claim(made: Observation, place: str, posted: object, kept: object) -> Claim:
    assert made.resource is not None
    expected = f"what was posted: `{shown(str(posted).encode())}`"
    got = "no such member" if kept is MISSING else f"`{shown(str(kept).encode())}`"
    return Claim(place, expected, got, effect_fact(made.operation, made.resource))
