"""A resource that failed says why, where the contract says that it does.

Only replies whose schema has the text are judged, and only a missing or empty one is wrong: nothing
says that a resource which has not failed shows none.
"""

from collections.abc import Iterator

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import quoted
from mediatasks.judge.facts import lifecycle_fact
from mediatasks.judge.observation.observation import Observation, shows
from mediatasks.judge.tracks.history import History
from mediatasks.judge.violation import Verdict, Violation

NEEDS = {"lifecycle-trace": None}


def applies(contract: Contract) -> bool:
    """Whether there are failed states, and a place for the error text."""
    task = contract.task
    pointer = task.fields.get("error") if task else None
    states = task.states.values() if task else ()
    # Where the text itself tells that a resource has failed, it is always there.
    return any(pointer and s.phase == "failed" and pointer not in s.data["when"] for s in states)


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each resource that has surely failed."""
    for observed in seen.resources:
        pointer = observed.resource.fields.get("error")
        if pointer is None or not observed.has_failed or not shows(seen, observed, pointer):
            continue
        text = get(observed.value, pointer)
        if text not in (MISSING, None, "", [], {}):
            yield None
            continue
        state = observed.state.name if observed.state else ""
        fact = lifecycle_fact(seen.operation.contract, observed.resource, state)
        yield Violation(observed.place + pointer, f"why the resource is in `{state}`", quoted(text), fact)
