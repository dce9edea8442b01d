"""What was seen so far: a track of each resource, by its type and key."""

from collections.abc import Sequence
from typing import Any

from mediatasks.contracts.pointer import MISSING
from mediatasks.exchange.credentials import Credentials
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import Key, ObservedResource, addressed_keys
from mediatasks.judge.tracks.track import Track, UnnamedActs


class History:
    """The tracks of one account's resources on one server.

    `exclusive`: nobody but the observed callers uses the server, so that what changes was changed by
    them or by time. `credentials` are those of the callers; `foreign` are the resources that are known
    to be another account's.
    """

    def __init__(
        self,
        exclusive: bool = True,
        credentials: Credentials | None = None,
        foreign: Sequence[ObservedResource] = (),
    ) -> None:
        self.exclusive, self.credentials, self.foreign = exclusive, credentials, foreign
        self._tracks: dict[tuple[str, Key], Track] = {}
        self._unnamed: dict[str, UnnamedActs] = {}

    def act(self, observation: Observation) -> None:
        """Remember what an accepted request did: before it is judged, since the calls of one request
        may be carried out in any order."""
        resource, effect = observation.resource, observation.effect
        if not observation.accepted or resource is None or effect["action"] in ("read", "list"):
            return
        operation, action, span = observation.operation.id, effect["action"], observation.span
        shown = {s.key for s in observation.resources}
        keys = {*shown, *addressed_keys(resource, effect, observation.scope)}
        for key in keys:
            # What a copy names is not what it makes.
            self.track(resource.name, key).act(operation, action, span, makes=key in shown)
        if not keys:
            self._of_type(resource.name).add(operation, effect, observation.scope, span)

    def enter(self, observation: Observation) -> None:
        """Remember what an accepted observation shows: after it was judged."""
        for shown in observation.shown:
            self.track(shown.resource.name, shown.key).show(shown)

    def track(self, resource: str, key: Key) -> Track:
        """Return the track of a resource; a new one where it was never met."""
        found = self._tracks.get((resource, key))
        if found is None:
            found = self._tracks[resource, key] = Track(self._of_type(resource))
        return found

    def chain_of(self, resource: str, key: Key) -> Any:
        """Return what a resource showed last of its chain; `MISSING` where nothing."""
        found = self._tracks.get((resource, key))
        return MISSING if found is None else found.chain

    def _of_type(self, resource: str) -> UnnamedActs:
        return self._unnamed.setdefault(resource, UnnamedActs(self.exclusive))
