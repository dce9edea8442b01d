"""A list is in its documented order, and in the one that a parameter asks for.

Orders that were only inferred, from an example say, bind nobody. What moves while it is listed may
stand wrong once, so it must be so each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.lister import Lister, fill, listers
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import quoted
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.facts import Fact, effect_fact, request_fact
from mediatasks.judge.filter_case import scalars
from mediatasks.judge.listing import Listing
from mediatasks.judge.observation import Observation
from mediatasks.judge.sorting import comes_before, ordered
from mediatasks.judge.violation import Verdict, Violation

_NEEDED = 3
_TOP = 2
_TIMES = 3


@dataclass(frozen=True)
class _Order:
    """One order of a list, and the request for it."""

    request: DocumentedRequest = field(repr=False)
    by: str
    descending: bool
    fact: Fact

    @property
    def words(self) -> str:
        return f"`{self.by}` {'falling' if self.descending else 'rising'}"


def applies(contract: Contract) -> bool:
    """Whether a list has an order that a source states."""
    return any(
        "order" in effect and effect_fact(contract.operations[name], resource, "order").status != "inferred"
        for resource in contract.resources.values()
        for name, effect in resource.operations.items()
    )


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Ask for each order, whole and cut short."""
    for lister in listers(client):
        if "order" not in lister.effect:
            continue
        listing = fill(lister, _NEEDED)
        if listing is None:
            continue
        for order in _orders(lister):
            if len(scalars(listing.resources, order.by)) > 1:
                yield from _judge(lister, order)


def _orders(lister: Lister) -> Iterator[_Order]:
    base, order = lister.base, lister.effect["order"]
    assert base is not None
    fact = effect_fact(lister.operation, lister.resource, "order")
    if fact.status == "inferred":
        return
    yield _Order(base, order["by"], order["descending"], fact)
    ways = (("ascending", False), ("descending", True))
    if direction := order.get("direction"):
        stated = request_fact(lister.operation, direction["from"])
        for name, descending in ways:
            request = base.having(direction["from"], direction[name])
            yield _Order(request, order["by"], descending, stated)
    if keys := order.get("keys"):
        stated = request_fact(lister.operation, keys["from"])
        for word, pointer in lister.effect["names"].items():
            for name, descending in ways:
                request = base.having(keys["from"], keys[name].replace("{name}", word))
                yield _Order(request, pointer, descending, stated)


def _judge(lister: Lister, order: _Order) -> Iterator[tuple[Observation, Verdict]]:
    for _ in range(_TIMES):
        whole = lister.whole(order.request)
        if whole is None or not whole.seen.accepted:
            return
        top = lister.fetch(order.request, _TOP) if lister.limit is not None else None
        seen, verdict = whole.seen, _disorder(whole, order)
        if verdict is None and top is not None and top.seen.accepted:
            seen, verdict = top.seen, _disorder(top, order) or _not_first(top, whole, order)
        if verdict is None:
            break
    yield seen, verdict


def _disorder(listing: Listing, order: _Order) -> Verdict:
    """Judge each two neighbours that show the member; where it is absent a resource has no place."""
    placed = [(s, get(s.value, order.by)) for s in listing.resources]
    placed = [(s, value) for s, value in placed if value is not MISSING and value is not None]
    for (_, before), (observed, value) in pairwise(placed):
        if not ordered(before, value, order.descending):
            place = observed.place + order.by
            return Violation(place, f"{order.words}", f"{quoted(value)} after {quoted(before)}", order.fact)
    return None


def _not_first(top: Listing, whole: Listing, order: _Order) -> Verdict:
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
