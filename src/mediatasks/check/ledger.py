"""What a run has seen of each resource so far, and what it did to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from mediatasks.check.observation import Observation
from mediatasks.check.sighting import Key, Sighting, addressed_keys

# A run sees each resource many times; the newest tell most.
_KEPT = 200


@dataclass(frozen=True)
class Seen:
    """A sighting and the observation in which it stands."""

    observation: Observation
    sighting: Sighting


class Ledger:
    """The memory of one run, by resource and key.

    `exclusive`: nobody but this run uses the server, so that what changes was changed by it or by
    time. Rules read it before an observation is entered.
    """

    def __init__(self, exclusive: bool = True) -> None:
        self.exclusive = exclusive
        self._seen: dict[tuple[str, Key], list[Seen]] = defaultdict(list)
        self._acts: dict[tuple[str, Key], list[Observation]] = defaultdict(list)
        self._made: set[tuple[str, Key]] = set()

    def enter(self, observation: Observation) -> None:
        """Remember an accepted observation."""
        resource = observation.resource
        if not observation.accepted or resource is None:
            return
        action = observation.effect["action"]
        keys = {s.key for s in observation.sightings}
        if action not in ("read", "list"):
            named = addressed_keys(resource, observation.effect, observation.scope)
            for key in {*keys, *named}:
                self._acts[resource.name, key].append(observation)
        if action in ("create", "copy"):
            self._made.update((resource.name, key) for key in keys)
        for sighting in observation.sightings:
            found = self._seen[resource.name, sighting.key]
            found.append(Seen(observation, sighting))
            del found[:-_KEPT]

    def seen(self, sighting: Sighting) -> list[Seen]:
        """Return the earlier sightings of the same resource, oldest first."""
        return self._seen.get((sighting.resource.name, sighting.key), [])

    def last(self, sighting: Sighting) -> Seen | None:
        """Return the newest earlier sighting of the same resource whose state is known."""
        return next((s for s in reversed(self.seen(sighting)) if s.sighting.state is not None), None)

    def acts(self, sighting: Sighting, since: int) -> list[Observation]:
        """Return the accepted requests that changed the resource after exchange number `since`."""
        acts = self._acts.get((sighting.resource.name, sighting.key), [])
        return [o for o in acts if o.number > since]

    def is_own(self, sighting: Sighting) -> bool:
        """Whether nobody but this run changes the resource: it was made here, or the server is ours."""
        return self.exclusive or (sighting.resource.name, sighting.key) in self._made

    def known(self, resource: str) -> Iterator[tuple[Key, Seen]]:
        """Yield (key, newest sighting) of each resource seen so far."""
        for (name, key), seen in list(self._seen.items()):
            if name == resource and seen:
                yield key, seen[-1]
