"""Defaults are the documented ones: what is left out counts as its default.

A list without its limit holds as many as the default says; a request without a parameter is answered
as one with its default; a resource has the default of what its request left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.schema.request_parts import in_body, optional_defaults, written_default
from mediatasks.contracts.wording import count_of, quoted
from mediatasks.judge.evidence.creation import Creation
from mediatasks.judge.evidence.listing import Listing
from mediatasks.judge.evidence.stability import holds, still
from mediatasks.judge.facts import effect_fact, request_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.violation import Verdict, Violation


@dataclass(frozen=True)
class UnlimitedList:
    """A list asked for no number of elements in particular, and the whole list directly before."""

    plain: Listing
    whole: Listing


@dataclass(frozen=True)
class ComparedReplies:
    """The replies to a request `without` a part and with its default, and to both `again` in turn.

    `expression` reads the part. None were asked for again where the first two agree.
    """

    expression: str
    default: Any
    without: Observation
    given: Observation
    again: tuple[Observation, Observation] | None = None

    @cached_property
    def agree(self) -> bool:
        """Whether both replies show the same."""
        return _lasting(self.without) == _lasting(self.given)

    @cached_property
    def stood_still(self) -> bool:
        """Whether each request was answered as before, so that a difference is no matter of time."""
        first = [_lasting(self.without), _lasting(self.given)]
        return self.again is not None and first == [_lasting(seen) for seen in self.again]


def applies(contract: Contract) -> bool:
    """Whether a request has a default."""
    return any(
        "default_limit" in effect
        or any(optional_defaults(operation))
        or (effect["action"] in ("create", "upsert") and effect.get("sets"))
        for operation, _, effect in contract.effects()
    )


def judge_creation(case: Creation) -> Iterator[tuple[Observation, Verdict]]:
    """Judge what a new resource shows of what its request left out."""
    effect, operation = case.seen.effect, case.seen.operation
    for seen, observed in case.read[:1]:
        for pointer, expression in effect.get("sets", {}).items():
            default, kept = written_default(operation, effect, expression), get(observed.value, pointer)
            # A server may leave out what it was not sent.
            if default is MISSING or kept is MISSING or kept is None:
                continue
            fact = request_fact(operation, in_body(effect, expression), default=True)
            expected = f"the default {quoted(default)}, since nothing was sent"
            wrong = Violation(observed.place + pointer, expected, quoted(kept), fact)
            yield seen, None if holds(kept, default) else wrong


def judge_limit(case: UnlimitedList) -> Iterator[tuple[Observation, Verdict]]:
    """Judge how many a list holds that is asked for none in particular."""
    seen, count, whole = case.plain.seen, case.plain.count, case.whole.count
    wanted = min(int(seen.effect["default_limit"]), whole)
    expected = f"{wanted} of {count_of(whole, 'element')} where no limit is sent"
    fact = effect_fact(seen.operation, "default_limit")
    yield seen, None if count == wanted else Violation(case.plain.place, expected, str(count), fact)


def judge_replies(case: ComparedReplies) -> Iterator[tuple[Observation, Verdict]]:
    """Judge whether the reply is the same without a part and with its default."""
    if case.agree:
        yield case.without, None
    elif case.stood_still:
        fact = request_fact(case.without.operation, case.expression, default=True)
        expected = f"the reply as with {quoted(case.default)}, the default of `{fact.name.split()[1]}`"
        yield case.without, Violation(case.without.place or "(body)", expected, "another one", fact)


NEEDS = {
    "creations-without-defaults": judge_creation,
    "unlimited-lists": judge_limit,
    "defaults": judge_replies,
}


def _lasting(seen: Observation) -> list[Any]:
    """Return what a reply shows that time does not change: of what is not at rest the ids."""
    rests = all(s.state is None or s.state.final for s in seen.resources)
    return [(s.key, still(s.resource, s.value) if rests else None) for s in seen.resources]
