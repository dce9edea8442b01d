"""The resources that a run has met: how each was shown last, and which of them the run made itself."""

from collections.abc import Sequence
from typing import Any

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import Key, ObservedResource, key_of

# Resources of one type that are remembered: scenarios look at a few of those that were met first.
_MOST = 2000


class KnownResources:
    """What scenarios know of a server.

    `exclusive`: nobody but this run uses the server. `foreign` are the resources that are known to be
    another account's. Of each resource the newest reply of each operation is kept.
    """

    def __init__(self, exclusive: bool = True, foreign: Sequence[ObservedResource] = ()) -> None:
        self.exclusive, self.foreign = exclusive, foreign
        self._shown: dict[str, dict[Key, dict[str, ObservedResource]]] = {}
        self._made: set[tuple[str, Key]] = set()

    def take(self, seen: Observation) -> None:
        """Remember the resources that a reply shows; those of a creation or a copy are the run's own."""
        for observed in seen.resources:
            name = observed.resource.name
            if seen.effect["action"] in ("create", "copy"):
                self._made.add((name, observed.key))
            known = self._shown.setdefault(name, {})
            if observed.key in known or len(known) < _MOST:
                shown = known.setdefault(observed.key, {})
                # The newest stands last.
                shown.pop(seen.operation.id, None)
                shown[seen.operation.id] = observed

    def newest(self, resource: Resource) -> list[ObservedResource]:
        """Return each resource of a type as it was shown last, in the order in which they were met."""
        return [list(shown.values())[-1] for shown in self._shown.get(resource.name, {}).values()]

    def told(self, resource: Resource, value: Any, pointer: str) -> Any:
        """Return what a resource shows at a pointer, or what it showed last; `MISSING` where nothing."""
        key = key_of(resource, value)
        shown = self._shown.get(resource.name, {}).get(key, {}) if key is not None else {}
        values = [value, *(observed.value for observed in reversed(shown.values()))]
        return next((v for v in (get(v, pointer) for v in values) if v is not MISSING), MISSING)

    def is_own(self, observed: ObservedResource) -> bool:
        """Whether nobody but this run changes the resource: it was made here, or the server is ours."""
        return self.exclusive or (observed.resource.name, observed.key) in self._made
