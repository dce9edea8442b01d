"""What a run has seen of each resource so far, and what it did to it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.exchange.credentials import Credentials
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import Key, ObservedResource, addressed_keys, key_of, may_address
from mediatasks.judge.sent import Sent

# A run sees each resource many times; the newest tell most.
_KEPT = 200


@dataclass(frozen=True)
class Seen:
    """An observed resource and the observation in which it stands."""

    observation: Observation
    observed: ObservedResource


class _Unnamed:
    """The acts on one type of resource that name no key; of old ones the last of each operation."""

    def __init__(self) -> None:
        self._newest: deque[Observation] = deque()
        self._old: dict[str, Observation] = {}

    def add(self, act: Observation) -> None:
        self._newest.append(act)
        if len(self._newest) > _KEPT:
            old = self._newest.popleft()
            self._old[old.operation.id] = old

    def since(self, number: int, value: Any) -> Iterator[Observation]:
        """Yield the acts after exchange `number` that may have meant the resource that shows `value`."""
        yield from (o for o in self._old.values() if o.number > number)
        for act in self._newest:
            if act.number > number and may_address(act.effect, act.scope, value):
                yield act


class History:
    """The memory of one run, by resource and key.

    `exclusive`: nobody but this run uses the server, so that what changes was changed by it or by
    time. `credentials` are those of the run; `foreign` are the resources that are known to be another
    account's; `sent` is what stood in requests. When rules read it, the resources of the exchange that
    they judge are not in it yet.
    """

    def __init__(
        self,
        exclusive: bool = True,
        credentials: Credentials | None = None,
        foreign: Sequence[ObservedResource] = (),
    ) -> None:
        self.exclusive, self.credentials, self.foreign = exclusive, credentials, foreign
        self.sent = Sent()
        self._seen: dict[tuple[str, Key], list[Seen]] = defaultdict(list)
        self._acts: dict[tuple[str, Key], list[Observation]] = defaultdict(list)
        self._unnamed: dict[str, _Unnamed] = defaultdict(_Unnamed)
        self._made: set[tuple[str, Key]] = set()

    def act(self, observation: Observation) -> None:
        """Remember what an accepted request did: before it is judged, since the calls of one request
        may be carried out in any order."""
        if not observation.index:
            self.sent.take(observation)
        resource = observation.resource
        if not observation.accepted or resource is None:
            return
        action = observation.effect["action"]
        if action in ("read", "list"):
            return
        keys = {s.key for s in observation.resources}
        if action in ("create", "copy"):
            self._made.update((resource.name, key) for key in keys)
        keys.update(addressed_keys(resource, observation.effect, observation.scope))
        for key in keys:
            self._acts[resource.name, key].append(observation)
        if not keys:
            self._unnamed[resource.name].add(observation)

    def enter(self, observation: Observation) -> None:
        """Remember what an accepted observation shows: after it was judged."""
        resource = observation.resource
        if not observation.accepted or resource is None:
            return
        for observed in observation.resources:
            found = self._seen[resource.name, observed.key]
            found.append(Seen(observation, observed))
            del found[:-_KEPT]

    def seen(self, observed: ObservedResource) -> list[Seen]:
        """Return the earlier resources of the same resource, oldest first."""
        return self._seen.get((observed.resource.name, observed.key), [])

    def last(self, observed: ObservedResource) -> Seen | None:
        """Return the newest earlier observation of the same resource whose state is known."""
        return next((s for s in reversed(self.seen(observed)) if s.observed.state is not None), None)

    def told(self, resource: Resource, value: Any, pointer: str) -> Any:
        """Return what a resource shows at a pointer, or what it showed last; `MISSING` where nothing."""
        key = key_of(resource, value)
        earlier = self._seen.get((resource.name, key), []) if key is not None else []
        values = [value, *(seen.observed.value for seen in reversed(earlier))]
        return next((v for v in (get(v, pointer) for v in values) if v is not MISSING), MISSING)

    def acts(self, observed: ObservedResource, since: int) -> list[Observation]:
        """Return the accepted requests that changed the resource after exchange number `since`.

        Where a request names no key, those that may have meant it count.
        """
        resource = observed.resource.name
        acts = self._acts.get((resource, observed.key), [])
        named = [o for o in acts if o.number > since]
        return [*named, *self._unnamed[resource].since(since, observed.value)]

    def called(self, last: Seen, observed: ObservedResource) -> set[str] | None:
        """Return the ids of the operations that may have acted since `last`; None where others act.

        A reply may show what was there before its own operation acted, and a server with a time of
        its own may have let an older call wait.
        """
        if not self.is_own(observed):
            return None
        since = last.observation.number - 1 if self.exclusive else 0
        return {act.operation.id for act in self.acts(observed, since)}

    def is_anew(self, observed: ObservedResource, since: int) -> bool:
        """Whether the resource may have been made after exchange number `since`, under an old key."""
        actions = ((act.effect["action"], act.number) for act in self.acts(observed, since - 1))
        return any(a == "delete" or (a == "create" and number > since) for a, number in actions)

    def is_own(self, observed: ObservedResource) -> bool:
        """Whether nobody but this run changes the resource: it was made here, or the server is ours."""
        return self.exclusive or (observed.resource.name, observed.key) in self._made

    def known(self, resource: str) -> Iterator[tuple[Key, Seen]]:
        """Yield (key, newest observed) of each resource seen so far."""
        for (name, key), seen in list(self._seen.items()):
            if name == resource and seen:
                yield key, seen[-1]
