"""One request makes one resource, one with n elements makes n, and an upsert none twice."""

from collections.abc import Iterator

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import count_of
from mediatasks.judge.evidence.creation import Creation, written
from mediatasks.judge.evidence.listing import Listing
from mediatasks.judge.evidence.stability import holds
from mediatasks.judge.facts import Fact, effect_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import ObservedResource
from mediatasks.judge.violation import Verdict, Violation


def applies(contract: Contract) -> bool:
    """Whether something can be made."""
    return any(contract.effects("create", "upsert"))


def judge_creation(case: Creation) -> Iterator[tuple[Observation, Verdict]]:
    """Judge how many resources there are, and what was there once the same request came twice."""
    if case.seen.resources:
        yield case.seen, _number(case)
    if case.repeats is None:
        return
    first, lists = case.repeats.first, case.repeats.lists
    if first.resources and case.resources:
        yield case.seen, _keys(first, case)
    if lists is not None:
        yield lists[1].seen, _count(case, first, *lists)


NEEDS = {"creations": judge_creation}


def _number(case: Creation) -> Verdict:
    """Judge how many resources a reply names: one, or one per element."""
    wanted, got = len(case.parts), len({s.key for s in case.resources})
    if wanted == got == len(case.resources):
        return None
    place = (case.seen.place + str(case.seen.effect.get("items", ""))) or "(body)"
    expected = f"{count_of(wanted, 'resource')} of one request"
    return Violation(place, expected, f"{got} with ids of their own", _fact(case))


def _keys(first: Creation, second: Creation) -> Verdict:
    """Judge the keys of a second request: those of the first for an upsert, else others."""
    keys, old = {s.key for s in first.resources}, first.resources[0].name
    wrong = [s for s in second.resources if (s.key in keys) is not second.is_upsert]
    if not wrong:
        return None
    expected, got = f"`{old}` again: the request names a resource that is there", f"`{wrong[0].name}`"
    if not second.is_upsert:
        expected = "another id than the request before got: it makes a resource each time"
        got += " again"
    place = wrong[0].place + wrong[0].resource.key[-1]
    return Violation(place, expected, got, _fact(second))


def _count(second: Creation, first: Creation, before: Listing, after: Listing) -> Verdict:
    """Judge what is in the list that was not there before: only what the replies name."""
    assert second.repeats is not None
    made, old = (first, second), set(before.keys)
    named = {s.key for m in made for s in m.resources}
    new = [s for s in after.resources if s.key not in old]
    if not (second.repeats.exclusive and before.is_whole and after.is_whole):
        # Others make resources too, and old ones come into view: only what looks like ours counts.
        new = [s for s in new if s.key in named or any(_is_like(m, s) for m in made)]
    wanted = len(named) if named else 1 if first.is_upsert else sum(len(m.parts) for m in made)
    extra = [s for s in new if s.key not in named] if named else new[wanted:]
    if not extra:
        return None
    expected = f"{count_of(wanted, 'new resource')} at most after the same request twice"
    got = f"{len(new)}, among them `{extra[0].name}`"
    return Violation(after.place, expected, got, _fact(first))


def _is_like(made: Creation, observed: ObservedResource) -> bool:
    """Whether a resource shows everything that a request wrote, and shows some of it."""
    for scope in made.parts:
        sent = written(made.seen.effect, scope)
        shown = {p: get(observed.value, p) for p in sent if get(observed.value, p) is not MISSING}
        if shown and all(holds(kept, sent[p]) for p, kept in shown.items()):
            return True
    return False


def _fact(made: Creation) -> Fact:
    return effect_fact(made.seen.operation, "action")
