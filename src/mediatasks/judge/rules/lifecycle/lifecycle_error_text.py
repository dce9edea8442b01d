"""A resource that failed says why, where the contract says that it does.

Only replies whose schema has the text are judged, and only a missing or empty one is wrong: nothing
says that a resource which has not failed shows none.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.lifecycle_trace import survey, visit
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import quoted
from mediatasks.judge.facts import lifecycle_fact
from mediatasks.judge.history import History
from mediatasks.judge.observation import Observation, shows
from mediatasks.judge.observed_resource import ObservedResource
from mediatasks.judge.violation import Verdict, Violation

# Failed resources that are read one by one.
_READ = 2


def applies(contract: Contract) -> bool:
    """Whether there are failed states, and a place for the error text."""
    task = contract.task
    pointer = task.fields.get("error") if task else None
    states = task.states.values() if task else ()
    # Where the text itself tells that a resource has failed, it is always there.
    return any(pointer and _is_failed(s.phase) and pointer not in s.data["when"] for s in states)


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each resource that has surely failed."""
    for observed in seen.resources:
        pointer = observed.resource.fields.get("error")
        if pointer is None or not _has_failed(observed) or not shows(seen, observed, pointer):
            continue
        text = get(observed.value, pointer)
        if text not in (MISSING, None, "", [], {}):
            yield None
            continue
        state = observed.state.name if observed.state else ""
        got = "no such member" if text is MISSING else quoted(text)
        fact = lifecycle_fact(seen.operation.contract, observed.resource, state)
        yield Violation(observed.place + pointer, f"why the resource is in `{state}`", got, fact)


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Look through the lists for a resource that failed, and read it where the list does not say why."""
    visit(client)
    for resource in client.contract.resources.values():
        pointer = resource.fields.get("error")
        for seen in survey(client, resource).lists:
            silent = (s for s in seen.resources if _has_failed(s) and not shows(seen, s, pointer or ""))
            for observed in islice(silent, _READ):
                client.read(observed)
    yield from ()


def _has_failed(observed: ObservedResource) -> bool:
    return bool(observed.states) and all(_is_failed(state.phase) for state in observed.states)


def _is_failed(phase: str) -> bool:
    return phase == "failed"
