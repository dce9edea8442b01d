"""A filter lists what it asks for: everything that fits, and nothing else.

Each filter is sent with values that known resources have, with one that none has, and with another
filter. Resources change while they are listed, so what is wrong must be so each time it is asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import quoted
from mediatasks.judge.evidence.filter_case import FilterCase
from mediatasks.judge.evidence.listing import Listing
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import ObservedResource
from mediatasks.judge.violation import Verdict, Violation

FILTERS = ("where", "ranges", "search", "conditions")


@dataclass(frozen=True)
class FilteredList:
    """A list that was asked for with filters.

    `left_out` are resources, as they were read directly after, that every filter fits and that the
    whole list does not hold.
    """

    listing: Listing
    cases: Sequence[FilterCase]
    left_out: Sequence[ObservedResource]


def applies(contract: Contract) -> bool:
    """Whether a list has a filter."""
    return any(not effect.keys().isdisjoint(FILTERS) for _, _, effect in contract.effects("list"))


def judge_filter(case: FilteredList) -> Iterator[tuple[Observation, Verdict]]:
    """Judge what is listed, and what is not."""
    for verdict in (_unasked(case), _lost(case)):
        yield case.listing.seen, verdict


NEEDS = {"filtered-lists": judge_filter}


def _unasked(case: FilteredList) -> Verdict:
    for observed in case.listing.resources:
        for asked in case.cases:
            if asked.refuses(observed.value):
                shown = get(observed.value, asked.pointer)
                got = "one that does not show it" if shown is MISSING else quoted(shown)
                expected = f"only what the filter asks for: {asked.words}"
                return Violation(observed.place + asked.pointer, expected, got, asked.fact)
    return None


def _lost(case: FilteredList) -> Verdict:
    for observed in case.left_out:
        words = " and ".join(asked.words for asked in case.cases)
        expected = f"`{observed.name}` too, which the filter asks for: {words}"
        got = f"{len(set(case.listing.keys))} without it"
        return Violation(case.listing.place, expected, got, case.cases[0].fact)
    return None
