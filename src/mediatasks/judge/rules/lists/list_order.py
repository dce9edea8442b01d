"""A list is in its documented order, and in the one that a parameter asks for.

Orders that were only inferred, from an example say, bind nobody. What moves while it is listed may
stand wrong once, so it must be so each time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import quoted
from mediatasks.judge.evidence.listing import Listing
from mediatasks.judge.evidence.sorting import comes_before, ordered
from mediatasks.judge.facts import Fact, effect_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.violation import Verdict, Violation


@dataclass(frozen=True)
class ListOrder:
    """An order of a list: `by` is a pointer in a resource, `fact` where it is stated."""

    by: str
    descending: bool
    fact: Fact

    @property
    def words(self) -> str:
        """The order as a message names it."""
        return f"`{self.by}` {'falling' if self.descending else 'rising'}"


@dataclass(frozen=True)
class OrderedList:
    """A list that was asked for in an order, and directly after its `top`: the first few of it."""

    order: ListOrder
    whole: Listing
    top: Listing | None


def applies(contract: Contract) -> bool:
    """Whether a list has an order that a source states."""
    ordered_by = (operation for operation, _, effect in contract.effects() if "order" in effect)
    return any(effect_fact(operation, "order").status != "inferred" for operation in ordered_by)


def judge_order(case: OrderedList) -> Iterator[tuple[Observation, Verdict]]:
    """Judge the whole list; where that is right, the one that was cut short."""
    whole, top = case.whole, case.top
    seen, verdict = whole.seen, _disorder(whole, case.order)
    if verdict is None and top is not None:
        seen, verdict = top.seen, _disorder(top, case.order) or _not_first(top, whole, case.order)
    yield seen, verdict


NEEDS = {"ordered-lists": judge_order}


def _disorder(listing: Listing, order: ListOrder) -> Verdict:
    """Judge each two neighbours that show the member; where it is absent a resource has no place."""
    placed = [(s, get(s.value, order.by)) for s in listing.resources]
    placed = [(s, value) for s, value in placed if value is not MISSING and value is not None]
    for (_, before), (observed, value) in pairwise(placed):
        if not ordered(before, value, order.descending):
            place = observed.place + order.by
            return Violation(place, f"{order.words}", f"{quoted(value)} after {quoted(before)}", order.fact)
    return None


def _not_first(top: Listing, whole: Listing, order: ListOrder) -> Verdict:
    """Judge whether a list that was cut short begins where the whole one does."""
    kept = set(top.keys)
    values = [get(s.value, order.by) for s in top.resources]
    values = [value for value in values if value is not MISSING and value is not None]
    for observed in whole.resources:
        value = get(observed.value, order.by)
        if observed.key in kept or value is MISSING or value is None or not values:
            continue
        if comes_before(value, values[-1], order.descending):
            expected = f"the first ones by {order.words}, among them {quoted(value)}"
            return Violation(top.place, expected, " and ".join(map(quoted, values)), order.fact)
    return None
