"""One resource of each type that is followed to its end, and the lists: what any run does once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.observation.observation import Observation, shows
from mediatasks.judge.observation.observed_resource import ObservedResource

# So many resources of each list are read one by one, and so many failed ones besides.
_READ, _READ_FAILED = 4, 2


@dataclass(frozen=True)
class LifecycleTrace:
    """A resource that this run made, followed to its end.

    `request` made it, `made` is what that brought; `stages` are its resources, the creation first,
    and `reads` the observations of the others.
    """

    request: DocumentedRequest
    made: Observation
    stages: tuple[ObservedResource, ...]
    reads: tuple[Observation, ...]

    @property
    def last(self) -> ObservedResource:
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

    request: DocumentedRequest
    seen: Observation
    observed: ObservedResource
    read: Observation | None


@dataclass(frozen=True)
class Survey:
    """The lists of one type of resource, and the first entries of each, read one by one."""

    lists: list[Observation]
    entries: list[Listed]


def follow(client: ProbeClient, resource: Resource) -> LifecycleTrace | None:
    """Return the trace of the first documented creation; None where nothing can be created."""
    key = ("follow", resource.name)
    if key not in client.shared:
        client.shared[key] = None
        client.shared[key] = next(_traces(client, resource), None)
    trace: LifecycleTrace | None = client.shared[key]
    return trace


def survey(client: ProbeClient, resource: Resource) -> Survey:
    """Return what the lists show: each as documented, and each that takes the key of the followed one."""
    key = ("survey", resource.name)
    if key not in client.shared:
        found = client.shared[key] = Survey([], [])
        for request in _lists(client, resource):
            seen = client.call(request)
            found.lists.append(seen)
            # A read may be a list of one: what it shows stands in both.
            for observed in seen.resources[:_READ]:
                found.entries.append(Listed(request, seen, observed, client.read(observed)))
    survey: Survey = client.shared[key]
    return survey


def trace_lifecycles(client: ProbeClient) -> None:
    """Follow one resource of each type, survey the lists, and read what failed where they are silent."""
    for resource in client.contract.resources.values():
        follow(client, resource)
        lists, error = survey(client, resource).lists, resource.fields.get("error", "")
        for seen in lists if error else ():
            silent = (s for s in seen.resources if s.has_failed and not shows(seen, s, error))
            for observed in islice(silent, _READ_FAILED):
                client.read(observed)


def _traces(client: ProbeClient, resource: Resource) -> Iterator[LifecycleTrace]:
    # What no reply shows could not be followed.
    makers = (resource.operations[n] for a in ("create", "upsert") for n in resource.operations_with(a))
    if not any(_shows_key(resource, effect) for effect in makers):
        return
    for request, made in client.create(resource):
        stages, reads = [made.resources[0]], []
        shown = None
        for seen in client.watch(made.resources[0]):
            reads.append(seen)
            found = client.found(seen, stages[0].key)
            if found is not None:
                stages.append(found)
                if found.state is not shown:
                    shown = found.state
                    _look(client, resource)
            if not resource.states and len(reads) >= len(client.readings(stages[0])):
                break
        yield LifecycleTrace(request, made, tuple(stages), tuple(reads))


def _look(client: ProbeClient, resource: Resource) -> None:
    """Ask for each list as documented: what it shows meanwhile is judged like any reply."""
    for name in resource.operations_with("list"):
        request = client.request(name) if name not in resource.readers else None
        if request is not None:
            client.call(request)


def _shows_key(resource: Resource, effect: Mapping[str, Any]) -> bool:
    reply = effect.get("reply", {})
    return not reply or all(f"$resource#{pointer}" in reply.values() for pointer in resource.key)


def _lists(client: ProbeClient, resource: Resource) -> Iterator[DocumentedRequest]:
    trace = follow(client, resource)
    for name in resource.operations_with("list"):
        request = client.request(name)
        if request is not None:
            yield request
        named = client.naming(name, trace.last) if trace else None
        reading = client.reading(trace.last) if trace else None
        if named is not None and reading is not None and named.operation is not reading.operation:
            yield named
