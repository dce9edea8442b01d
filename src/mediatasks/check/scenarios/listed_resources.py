"""Resources of each list, read one by one, and lists that are asked for one resource."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.lifecycle_trace import LifecycleTrace, follow, survey
from mediatasks.judge.observed_resource import addressed_keys
from mediatasks.judge.rules.lists.list_read_agreement import KeyedList, ListedResource, differing


def read_listed(client: ProbeClient) -> Iterator[ListedResource]:
    """Yield a ListedResource for the first few of each list."""
    for resource in client.contract.resources.values():
        for listed in survey(client, resource).entries:
            if listed.read is None:
                continue
            is_own = client.known.is_own(listed.observed)
            case = ListedResource(listed.seen, listed.observed, listed.read, is_own)
            if case.as_read is not None and differing(case):
                later = client.found(client.call(listed.request), listed.observed.key)
                again = client.found(client.read(case.as_read), listed.observed.key)
                if later is not None and again is not None:
                    case = replace(case, again=(later, again))
            yield case


def ask_for_followed(client: ProbeClient) -> Iterator[KeyedList]:
    """Yield a KeyedList for each list that takes the key of the resource that was followed to its end."""
    for resource in client.contract.resources.values():
        trace, lists = follow(client, resource), survey(client, resource).lists
        for seen in lists if trace is not None and _is_there(client, trace) else ():
            if trace is not None and trace.last.key in addressed_keys(resource, seen.effect, seen.scope):
                yield KeyedList(seen, trace.last.key)


def _is_there(client: ProbeClient, trace: LifecycleTrace) -> bool:
    """Whether one of the ways to read the resource showed it when it was read last."""
    newest = trace.reads[-len(client.readings(trace.last)) :]
    return any(client.found(seen, trace.last.key) is not None for seen in newest)
