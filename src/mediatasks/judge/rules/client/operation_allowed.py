"""A client asks for an operation only in a state in which the contract allows it.

The state is the one that the client was shown last. A task may have moved on unseen: a request that the
server carries out is right, and one that it refuses is wrong where the last state forbade it. Where the
contract declares no refusal, it is wrong if no state that allows it can have followed.
"""

from collections.abc import Iterator

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.wording import quoted
from mediatasks.judge.evidence.refusal import is_refused_as_declared, refused_keys
from mediatasks.judge.facts import effect_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import Key, addressed_keys, text_of_key
from mediatasks.judge.tracks.allowed_states import allowed_by, changing
from mediatasks.judge.tracks.history import History
from mediatasks.judge.violation import Verdict, Violation

BLAMES = "client"


def applies(contract: Contract) -> bool:
    """Whether some state forbids an operation."""
    return any(changing(resource) for resource in contract.resources.values())


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each resource that a request names by its key, if its state was ever shown."""
    resource, effect = seen.resource, seen.effect
    if resource is None or seen.operation.id not in changing(resource):
        return
    is_refused = is_refused_as_declared(seen)
    allowed = allowed_by(seen.operation.id, resource, seen.scope)
    if allowed is None or not (seen.accepted or is_refused):
        return
    refused = refused_keys(seen)
    can_refuse = "refused" in effect or "refused" in seen.operation.failures
    for key in addressed_keys(resource, effect, seen.scope):
        was_refused = is_refused or key in refused
        if was_refused or not can_refuse:
            yield from _judge_key(seen, history, resource, key, allowed, was_refused)


def _judge_key(
    seen: Observation,
    history: History,
    resource: Resource,
    key: Key,
    allowed: frozenset[str],
    was_refused: bool,
) -> Iterator[Verdict]:
    track = history.track(resource.name, key)
    track.settle(seen.span.begin)
    last = track.state
    if last is None:
        return
    states = [state.name for state in last.states]
    may_be = {name for state in states for name in resource.reachable(state)}
    if not allowed.isdisjoint(states) or not (was_refused or allowed.isdisjoint(may_be)):
        yield None
        return
    names = " or ".join(f"`{name}`" for name in sorted(allowed))
    expected = f"`{seen.operation.id}` only for a {resource.name} in {names}: read it before"
    shown = f"it was `{states[-1]}` when `{last.operation}` showed it last"
    got = f"it for {quoted(text_of_key(key))}: {shown}"
    yield Violation("request", expected, got, effect_fact(seen.operation))
