"""A resource that failed says why, where the contract says that it does.

Only replies whose schema has the text are judged, and only a missing or empty one is wrong: nothing
says that a resource which has not failed shows none.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from mediatasks.check.requests.probe_client import Session
from mediatasks.check.scenarios.lifecycle_trace import survey, visit
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import quoted
from mediatasks.judge.facts import lifecycle_fact
from mediatasks.judge.history import Ledger
from mediatasks.judge.observation import Observation, shows
from mediatasks.judge.observed_resource import Sighting
from mediatasks.judge.violation import Claim, Verdict

# Failed resources that are read one by one.
_READ = 2


def applies(contract: Contract) -> bool:
    """Whether there are failed states, and a place for the error text."""
    task = contract.task
    pointer = task.fields.get("error") if task else None
    states = task.states.values() if task else ()
    # Where the text itself tells that a resource has failed, it is always there.
    return any(pointer and _is_failed(s.phase) and pointer not in s.data["when"] for s in states)


def judge(seen: Observation, ledger: Ledger) -> Iterator[Verdict]:
    """Judge each resource that has surely failed."""
    for sighting in seen.sightings:
        pointer = sighting.resource.fields.get("error")
        if pointer is None or not _has_failed(sighting) or not shows(seen, sighting, pointer):
            continue
        text = get(sighting.value, pointer)
        if text not in (MISSING, None, "", [], {}):
            yield None
            continue
        state = sighting.state.name if sighting.state else ""
        got = "no such member" if text is MISSING else quoted(text)
        fact = lifecycle_fact(seen.operation.contract, sighting.resource, state)
        yield Claim(sighting.place + pointer, f"why the resource is in `{state}`", got, fact)


def probe(session: Session) -> Iterator[tuple[Observation, Verdict]]:
    """Look through the lists for a resource that failed, and read it where the list does not say why."""
    visit(session)
    for resource in session.contract.resources.values():
        pointer = resource.fields.get("error")
        for seen in survey(session, resource).lists:
            silent = (s for s in seen.sightings if _has_failed(s) and not shows(seen, s, pointer or ""))
            for sighting in islice(silent, _READ):
                session.read(sighting)
    yield from ()


def _has_failed(sighting: Sighting) -> bool:
    return bool(sighting.states) and all(_is_failed(state.phase) for state in sighting.states)


def _is_failed(phase: str) -> bool:
    return phase == "failed"
