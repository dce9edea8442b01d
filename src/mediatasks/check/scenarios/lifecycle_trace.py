"""What several probes want to know of a resource, found out once a run.

Nothing is judged here: the rules judge every exchange that comes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mediatasks.check.requests.probe_client import Session
from mediatasks.check.requests.request import Request
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import Sighting

# So many resources of each list are read one by one.
_READ = 4


@dataclass(frozen=True)
class Life:
    """A resource that this run made, followed to its end.

    `request` made it, `made` is what that brought; `stages` are its sightings, the creation first,
    and `reads` the observations of the others.
    """

    request: Request
    made: Observation
    stages: tuple[Sighting, ...]
    reads: tuple[Observation, ...]

    @property
    def last(self) -> Sighting:
        """The resource as it was seen last."""
        return self.stages[-1]

    @property
    def states(self) -> set[str]:
        """The states in which it was seen."""
        return {stage.state.name for stage in self.stages if stage.state is not None}


@dataclass(frozen=True)
class Listed:
    """A resource as a list shows it, and what its own read brought directly after (None: it has none).

    `request` is the one for the list.
    """

    request: Request
    seen: Observation
    sighting: Sighting
    read: Observation | None


@dataclass(frozen=True)
class Survey:
    """The lists of one type of resource, and the first entries of each, read one by one."""

    lists: list[Observation]
    entries: list[Listed]


def follow(session: Session, resource: Resource) -> Life | None:
    """Return the life of the first documented creation; None where nothing can be created."""
    key = ("follow", resource.name)
    if key not in session.shared:
        session.shared[key] = None
        session.shared[key] = next(_lives(session, resource), None)
    life: Life | None = session.shared[key]
    return life


def survey(session: Session, resource: Resource) -> Survey:
    """Return what the lists show: each as documented, and each that takes the key of the followed one."""
    key = ("survey", resource.name)
    if key not in session.shared:
        found = session.shared[key] = Survey([], [])
        for request in _lists(session, resource):
            seen = session.call(request)
            found.lists.append(seen)
            # A read may be a list of one: what it shows stands in both.
            for sighting in seen.sightings[:_READ]:
                found.entries.append(Listed(request, seen, sighting, session.read(sighting)))
    survey: Survey = session.shared[key]
    return survey


def visit(session: Session) -> None:
    """Follow one resource of each type, and survey the lists: what any run does once."""
    for resource in session.contract.resources.values():
        follow(session, resource)
        survey(session, resource)


def _lives(session: Session, resource: Resource) -> Iterator[Life]:
    # What no reply shows could not be followed.
    makers = (resource.operations[n] for a in ("create", "upsert") for n in resource.operations_with(a))
    if not any(_shows_key(resource, effect) for effect in makers):
        return
    for request, made in session.create(resource):
        stages, reads = [made.sightings[0]], []
        shown = None
        for seen in session.watch(made.sightings[0]):
            reads.append(seen)
            found = session.found(seen, stages[0].key)
            if found is not None:
                stages.append(found)
                if found.state is not shown:
                    shown = found.state
                    _look(session, resource)
            if not resource.states and len(reads) >= len(session.readings(stages[0])):
                break
        yield Life(request, made, tuple(stages), tuple(reads))


def _look(session: Session, resource: Resource) -> None:
    """Ask for each list as documented: what it shows meanwhile is judged like any reply."""
    for name in resource.operations_with("list"):
        request = session.request(name) if name not in resource.readers else None
        if request is not None:
            session.call(request)


def _shows_key(resource: Resource, effect: Mapping[str, Any]) -> bool:
    reply = effect.get("reply", {})
    return not reply or all(f"$resource#{pointer}" in reply.values() for pointer in resource.key)


def _lists(session: Session, resource: Resource) -> Iterator[Request]:
    life = follow(session, resource)
    for name in resource.operations_with("list"):
        request = session.request(name)
        if request is not None:
            yield request
        named = session.naming(name, life.last) if life else None
        reading = session.reading(life.last) if life else None
        if named is not None and reading is not None and named.operation is not reading.operation:
            yield named
