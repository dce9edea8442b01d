"""An operation has the effect that the contract says: it moves, copies or deletes, or is refused.

A moved resource enters the named state or is further on; one whose state forbids the operation stays
as it is, and the request is refused as declared; a deleted one cannot be read any more; a copy has a
key of its own. A server with a time of its own is watched for as long as any task is.
"""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.aftermath import has_changed, is_refused, later
from mediatasks.check.scenarios.deletions import judge_deletion
from mediatasks.check.scenarios.operation_cases import Refusal, Trial, find, forbidden, trials_of
from mediatasks.contracts.model.contract import Contract
from mediatasks.judge.facts import effect_fact, lifecycle_fact, link_fact, reply_fact
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import ObservedResource
from mediatasks.judge.violation import Verdict, Violation

Judged = tuple[Observation, Verdict]
_ACTIONS = ("move", "copy", "update", "delete")


def applies(contract: Contract) -> bool:
    """Whether an operation changes what is there."""
    effects = (e for resource in contract.resources.values() for e in resource.operations.values())
    return any(effect["action"] in _ACTIONS for effect in effects)


def probe(client: ProbeClient) -> Iterator[Judged]:
    """Put each operation to the test on resources of this run."""
    for resource in client.contract.resources.values():
        # First, while what was followed is still in its final state.
        for refusal in forbidden(client, resource):
            yield refusal.acted, _refused(refusal)
        for trial in trials_of(client.contract, resource):
            subject = find(client, resource, trial.allowed)
            request = trial.request(client, subject) if subject else None
            if subject is not None and request is not None:
                yield from _carried_out(client, trial, subject, client.call(request))
        for name in resource.operations_with("delete"):
            yield from judge_deletion(client, resource, name)


def _carried_out(
    client: ProbeClient, trial: Trial, subject: ObservedResource, acted: Observation
) -> Iterator[Judged]:
    fact, state = effect_fact(trial.operation, trial.resource), subject.state
    assert state is not None
    if is_refused(acted):
        now = client.found(client.read(subject), subject.key)
        # It may have moved on before the request came.
        if now is not None and now.state is not None and now.state.name in trial.allowed:
            expected = f"an accepted request: the state `{state.name}` allows it"
            yield acted, Violation("status", expected, acted.exchange.answer, fact)
        return
    if trial.effect["action"] == "copy":
        yield from _copied(client, subject, acted)
    if trial.to is None:
        return
    right, shown = trial.resource.reachable(trial.to, ()), state.name
    for found in later(client, subject):
        shown = found.state.name if found.state else "unknown"
        if any(s.name in right for s in found.states) and has_changed(subject, found):
            yield acted, None
            return
        if not client.target.is_mock and found.state is not None and found.state.final:
            # It ended before the request came to it.
            return
    yield acted, Violation("request", f"the resource in `{trial.to}` after it", f"it in `{shown}`", fact)


def _copied(client: ProbeClient, subject: ObservedResource, acted: Observation) -> Iterator[Judged]:
    reading = client.reading(subject)
    fact = link_fact(acted.operation, reading.operation if reading else None)
    for copy in acted.resources:
        key = ", ".join(copy.key)
        if copy.key == subject.key:
            place = copy.place + subject.resource.key[-1]
            yield (
                acted,
                Violation(place, "the key of the new resource", f"that of the old one: `{key}`", fact),
            )
        elif client.found(client.read(copy), copy.key) is None:
            yield (
                acted,
                Violation("request", f"a new resource, `{key}`", "nothing to be read under that key", fact),
            )
        else:
            yield acted, None


def _refused(refusal: Refusal) -> Verdict:
    trial, acted, state = refusal.trial, refusal.acted, refusal.subject.state
    assert state is not None
    contract, fact = trial.operation.contract, effect_fact(trial.operation, trial.resource)
    after = refusal.after.states if refusal.after else refusal.subject.states
    if not any(s.name in trial.resource.reachable(state.name, ()) for s in after):
        expected = f"the resource left in `{state.name}`, from which the operation leads nowhere"
        forbids = fact if "from" in trial.effect else lifecycle_fact(contract, trial.resource, state.name)
        return Violation("request", expected, f"it in `{after[-1].name}`", forbids)
    if "refused" in trial.effect and not is_refused(acted):
        expected = f"a refusal: the state `{state.name}` forbids it"
        return Violation("request", expected, acted.exchange.answer, fact)
    status = trial.operation.failures.get("refused", {}).get("status")
    if contract.envelope is None and status not in (None, str(acted.exchange.status)):
        expected = f"{status}: the state `{state.name}` forbids it"
        return Violation("status", expected, acted.exchange.answer, reply_fact(trial.operation, status))
    return None
