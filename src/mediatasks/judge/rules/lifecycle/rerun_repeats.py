"""A rerun repeats the parameters of a resource under one id of its own, and the old one is done with."""

from collections.abc import Iterator
from dataclasses import dataclass

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import quoted
from mediatasks.judge.evidence.listing import Listing
from mediatasks.judge.evidence.stability import holds, lasting
from mediatasks.judge.facts import effect_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import ObservedResource
from mediatasks.judge.violation import Verdict, Violation


@dataclass(frozen=True)
class Rerun:
    """An accepted rerun (`acted`) of the resource that was read directly `before`.

    `copied` is the read of the new resource, `left` that of the old one, both after it; `listed` and
    `listed_later` are the whole list before and after. None: there is no such read or list.
    `exclusive`: nobody else makes resources meanwhile.
    """

    before: ObservedResource
    acted: Observation
    copied: Observation | None
    listed: Listing | None
    listed_later: Listing | None
    left: Observation | None
    exclusive: bool


def applies(contract: Contract) -> bool:
    """Whether something can be run again as another resource."""
    return any(contract.effects("copy"))


def judge_rerun(rerun: Rerun) -> Iterator[tuple[Observation, Verdict]]:
    """Judge the id of the new resource, its members, how many came, and what became of the old one."""
    before, acted, new = rerun.before, rerun.acted, rerun.acted.resources[0]
    fact = effect_fact(acted.operation, "reply")
    got, place = f"the old one, `{before.name}`", new.place + before.resource.key[-1]
    yield acted, Violation(place, "an id of its own", got, fact) if new.key == before.key else None
    yield from _repeated(rerun, new)
    yield from _alone(rerun)
    yield from _left(rerun)


NEEDS = {"reruns": judge_rerun}


def _repeated(rerun: Rerun, new: ObservedResource) -> Iterator[tuple[Observation, Verdict]]:
    """Judge the members that requests write: nothing else need be the same."""
    before, read, operation = rerun.before, rerun.copied, rerun.acted.operation
    found = read.find(new.key) if read is not None else None
    if read is None or found is None:
        return
    own = {*_unlike(before.resource), *before.resource.operations[operation.id].get("sets", {})}
    for pointer in lasting(before.resource):
        old, kept = get(before.value, pointer), get(found.value, pointer)
        if pointer in own or old is MISSING:
            continue
        expected = f"{quoted(old)} as in `{before.name}`, which was run again"
        wrong = Violation(found.place + pointer, expected, quoted(kept), effect_fact(operation))
        yield read, None if holds(kept, old) and holds(old, kept) else wrong


def _alone(rerun: Rerun) -> Iterator[tuple[Observation, Verdict]]:
    """Judge what is in the list that was not there before: the one that the reply names."""
    before, after, made = rerun.listed, rerun.listed_later, rerun.acted.resources
    if before is None or after is None:
        return
    known = {*before.keys, *(s.key for s in made)}
    extra = [s for s in after.resources if s.key not in known]
    if not rerun.exclusive:
        # Others make resources too: only what looks like this one counts.
        extra = [s for s in extra if _is_like(s, rerun.before)]
    got = f"`{extra[0].name}` too" if extra else ""
    fact = effect_fact(rerun.acted.operation, "action")
    wrong = Violation(after.place, f"one new resource, `{made[0].name}`", got, fact)
    yield after.seen, wrong if extra else None


def _is_like(observed: ObservedResource, subject: ObservedResource) -> bool:
    """Whether a resource shows what the other one does, of what requests write."""
    pointers = [p for p in lasting(subject.resource) if p not in _unlike(subject.resource)]
    pairs = [(get(observed.value, p), get(subject.value, p)) for p in pointers]
    told = [(new, old) for new, old in pairs if new is not MISSING and old is not MISSING]
    return bool(told) and all(holds(new, old) for new, old in told)


def _unlike(resource: Resource) -> set[str | None]:
    """Return the members that each resource has of its own: its key, and when it was made."""
    return {*resource.key, resource.fields.get("timestamps", {}).get("created", {}).get("at")}


def _left(rerun: Rerun) -> Iterator[tuple[Observation, Verdict]]:
    """Judge what became of the old one."""
    resource, to, read = rerun.before.resource, rerun.acted.effect.get("to"), rerun.left
    now = read.find(rerun.before.key) if read is not None else None
    if to is None or read is None or now is None or now.state is None:
        return
    fact = effect_fact(rerun.acted.operation, "to")
    place = now.place + str(resource.fields.get("state", ""))
    wrong = Violation(place, f"the state `{to}` after a rerun", f"`{now.state.name}`", fact)
    yield read, None if now.state.name in resource.reachable(to, ()) else wrong
