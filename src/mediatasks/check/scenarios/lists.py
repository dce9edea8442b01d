"""Each list with few elements, in each of its orders, and page after page; beside each the whole list."""

from collections.abc import Iterator
from functools import partial
from itertools import islice

from mediatasks.check.requests.lister import Lister, listers
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.scenario import Attempt
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.evidence.filter_case import scalars
from mediatasks.judge.facts import effect_fact, request_fact
from mediatasks.judge.rules.lists.list_limit import LimitedList
from mediatasks.judge.rules.lists.list_order import ListOrder, OrderedList
from mediatasks.judge.rules.lists.paging_complete import PagedList
from mediatasks.judge.rules.resources.parameter_default import UnlimitedList

# Resources that a list is filled with, to see its limit or its order, and its pages.
_FEW, _SEVERAL = 3, 5
# No more resources are made to see a default limit; below that only where it is free.
_MOST_MADE = 25
# The number of resources that a list is cut to.
_TOP = 2
# The pages of a walk, the most that one holds, and the walks made until the list stands still meanwhile.
_PAGES, _PAGE, _WALKS = 4, 25, 3


def ask_limited_lists(client: ProbeClient) -> Iterator[Attempt]:
    """Yield a LimitedList for one resource, for two, and for more than there are."""
    for lister in listers(client):
        listing = lister.filled(_FEW) if lister.limit is not None else None
        if listing is not None and listing.count:
            for asked in (1, 2, *([listing.count + 2] if listing.is_whole else [])):
                if asked <= lister.widest:
                    yield Attempt(partial(_limited, lister, asked))


def _limited(lister: Lister, asked: int) -> LimitedList | None:
    listing, whole = lister.fetch(lister.base, asked), lister.whole()
    return LimitedList(asked, listing, whole) if listing is not None and whole is not None else None


def ask_unlimited_lists(client: ProbeClient) -> Iterator[Attempt]:
    """Yield an UnlimitedList for each list that has a default limit."""
    for lister in listers(client):
        default = int(lister.effect.get("default_limit", 0))
        if client.target.is_mock and 0 < default < _MOST_MADE:
            lister.filled(default + 1)
        if default:
            yield Attempt(partial(_unlimited, lister))


def _unlimited(lister: Lister) -> UnlimitedList | None:
    whole, plain = lister.whole(), lister.fetch(lister.base)
    return UnlimitedList(plain, whole) if whole is not None and plain is not None else None


def ask_ordered_lists(client: ProbeClient) -> Iterator[Attempt]:
    """Yield an OrderedList for the order of each list, and for each that a parameter asks for."""
    for lister in listers(client):
        listing = lister.filled(_FEW) if "order" in lister.effect else None
        for request, order in _orders(lister) if listing is not None else ():
            if listing is not None and len(scalars(listing.resources, order.by)) > 1:
                yield Attempt(partial(_ordered, lister, request, order))


def _ordered(lister: Lister, request: DocumentedRequest, order: ListOrder) -> OrderedList | None:
    whole = lister.whole(request)
    if whole is None:
        return None
    return OrderedList(order, whole, lister.fetch(request, _TOP) if lister.limit is not None else None)


def _orders(lister: Lister) -> Iterator[tuple[DocumentedRequest, ListOrder]]:
    """Yield the orders of a list with the requests for them; none where no source states its order."""
    base, order = lister.base, lister.effect["order"]
    fact = effect_fact(lister.operation, "order")
    if fact.status == "inferred":
        return
    yield base, ListOrder(order["by"], order["descending"], fact)
    ways = (("ascending", False), ("descending", True))
    if direction := order.get("direction"):
        stated = request_fact(lister.operation, direction["from"])
        for name, descending in ways:
            request = base.having(direction["from"], direction[name])
            yield request, ListOrder(order["by"], descending, stated)
    if keys := order.get("keys"):
        stated = request_fact(lister.operation, keys["from"])
        for word, pointer in lister.effect["names"].items():
            for name, descending in ways:
                request = base.having(keys["from"], keys[name].replace("{name}", word))
                yield request, ListOrder(pointer, descending, stated)


def ask_pages(client: ProbeClient) -> Iterator[PagedList]:
    """Yield a PagedList for each list that has pages."""
    for lister in listers(client):
        if lister.paging and lister.limit is not None:
            lister.filled(_SEVERAL)
            walks = (_walk(lister) for _ in range(_WALKS))
            yield from islice(filter(None, walks), 1)


def _walk(lister: Lister) -> PagedList | None:
    """Return the pages of a list; None where it has but one resource, or moves meanwhile."""
    request = lister.steady
    before = lister.whole(request)
    if before is None or len(before.keys) < 2:
        return None
    size = min(-(-len(before.keys) // _PAGES), _PAGE)
    # Of a list that is longer than what is looked at, only the first pages.
    is_whole = before.is_whole and not lister.goes_on(request)
    most = -(-len(before.keys) // size) + 2 if is_whole else _PAGES
    pages = list(lister.pages(request, size, most))
    counted = lister.fetch(lister.counting, 1) if is_whole else None
    after = lister.whole(request)
    if after is None or after.keys != before.keys or not all(page.seen.accepted for page in pages):
        return None
    return PagedList(before, pages, size, most if is_whole else None, counted)
