"""A resource goes only from a state to one that the contract says may follow.

A poller skips states, so every state that can be reached from the last one seen is right. Moves that
an operation causes count where that operation was called in between, or where others use the server.
"""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.claim import Claim, Verdict
from mediatasks.check.ledger import Ledger, Seen
from mediatasks.check.observation import Observation
from mediatasks.check.sighting import Sighting
from mediatasks.check.sources import lifecycle_fact
from mediatasks.contracts.document import Contract
from mediatasks.contracts.lifecycle import State


def applies(contract: Contract) -> bool:
    """Whether a resource has states."""
    return contract.task is not None


def judge(seen: Observation, ledger: Ledger) -> Iterator[Verdict]:
    """Judge each resource against its last sighting."""
    for sighting in seen.sightings:
        last, state = ledger.last(sighting), sighting.state
        if last is None or state is None or last.sighting.state is None:
            continue
        before = last.sighting.state
        # Final states have a rule of their own.
        if before.final:
            continue
        reachable = _reachable(before, sighting, ledger, last, seen)
        if state.name in reachable:
            yield None
            continue
        field = sighting.resource.fields.get("state", "")
        expected = f"one of the states that may follow `{before.name}`: {', '.join(sorted(reachable))}"
        fact = lifecycle_fact(seen.operation.contract, sighting.resource, before.name)
        yield Claim(sighting.place + field, expected, f"`{state.name}`", fact)


def _reachable(
    before: State, sighting: Sighting, ledger: Ledger, last: Seen, seen: Observation
) -> set[str]:
    if not ledger.is_own(sighting):
        return sighting.resource.reachable(before.name)
    acts = [*ledger.acts(sighting, last.observation.number), seen]
    return sighting.resource.reachable(before.name, {o.operation.id for o in acts})
