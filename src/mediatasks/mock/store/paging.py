"""Which page of a list a request asks for: order, limit, page number or cursor."""

import re
from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass
from typing import Any

from mediatasks.contracts.equality import equal_on_wire
from mediatasks.contracts.expression import Scope, evaluator
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.request_parts import shape_of
from mediatasks.mock.store.index import CREATION, Matches, SortOrder
from mediatasks.mock.store.lifecycle import Item

# It says how many resources the pages so far hold.
_CURSOR = re.compile("skip([0-9]{1,15})")


@dataclass(slots=True)
class Page:
    """One page of what was `found`; `next_page`: query parameters that lead to the next one."""

    items: list[Item]
    found: Sized
    next_page: Mapping[str, str] | None = None


class Paging:
    """`order`, `limit` and `default_limit` of an effect, with `x-paging` of the operation."""

    def __init__(self, operation: Operation, effect: Mapping[str, Any]) -> None:
        order = effect.get("order", {})
        self.order = SortOrder(order.get("by"), "by" in order and bool(order.get("descending")))
        self.direction: Mapping[str, Any] = order.get("direction", {})
        self.keys: Mapping[str, Any] = order.get("keys", {})
        self.names: Mapping[str, str] = effect.get("names", {})
        self.asked_way = evaluator(self.direction.get("from", MISSING))
        self.asked_keys = evaluator(self.keys.get("from", MISSING))
        limit = effect.get("limit", MISSING)
        self.asked_limit = evaluator(limit)
        default = shape_of(operation, str(limit)).first("default")
        default = default if isinstance(default, int) else None
        self.default_limit: int | None = effect.get("default_limit", default)
        paging = operation.data.get("x-paging", {})
        style = paging.get("style")
        self.page_name = paging.get("page") if style == "page-number" else None
        self.first = paging.get("first", 0)
        stop = paging.get("stop") or {"cursor": ""}
        self.cursor, self.stop = next(iter(stop.items()))
        self.links = style == "link-header"
        self.total_header: str | None = paging.get("total_header")
        self.total_asked_by: str | None = paging.get("total_asked_by")

    def orders(self, scope: Scope) -> list[SortOrder]:
        """Return the orders that `scope` asks for, the first counting most."""
        asked = self.asked_keys(scope)
        if isinstance(asked, str):
            known = [order for part in asked.split(self.keys["separator"]) for order in self._key(part)]
            if known:
                return known
        way = self.asked_way(scope)
        for name in ("ascending", "descending"):
            if way is not MISSING and equal_on_wire(way, self.direction[name]):
                return [SortOrder(self.order.by, name == "descending")]
        return [self.order]

    def _key(self, text: str) -> Iterator[SortOrder]:
        for name, pointer in self.names.items():
            for way in ("ascending", "descending"):
                if text == self.keys[way].replace("{name}", name):
                    yield SortOrder(pointer, way == "descending")

    def headers(self, total: int, scope: Scope) -> Mapping[str, str]:
        """Return the headers that a page has besides the link: the number of resources on all pages."""
        unasked = self.total_asked_by is not None and self.total_asked_by not in scope.query
        return {} if self.total_header is None or unasked else {self.total_header.lower(): str(total)}

    def page(self, found: list[Item] | Matches, scope: Scope) -> Page:
        """Return the page of what was found that `scope` asks for; a list is sorted here."""
        limit = self._limit(scope)
        orders = self.orders(scope)
        if isinstance(found, Matches) and [found.order] == orders:
            matches = found
        else:
            matches = _sorted(list(found), orders)
        if self.links:
            return self._linked(matches, limit, scope)
        number = scope.query.get(self.page_name, self.first) if self.page_name else self.first
        skip = 0
        if limit is not None and isinstance(number, int):
            skip = max(number - self.first, 0) * limit
        return Page(matches.page(skip, limit), matches)

    def _limit(self, scope: Scope) -> int | None:
        value = self.asked_limit(scope)
        if isinstance(value, int) and not isinstance(value, bool):
            return max(value, 0)
        return self.default_limit

    def _linked(self, matches: Matches, limit: int | None, scope: Scope) -> Page:
        """Return the page at the cursor, `skip20` say. One that is not ours leads to the first page."""
        given = _CURSOR.fullmatch(str(scope.query.get(self.cursor, "")))
        skip = int(given[1]) if given else 0
        chosen = matches.page(skip, limit)
        if not chosen:
            return Page([], matches)
        last = skip + len(chosen) >= len(matches)
        if last and not self.stop:
            return Page(chosen, matches)
        cursor = str(self.stop) if last else f"skip{skip + len(chosen)}"
        return Page(chosen, matches, {self.cursor: cursor})


def _sorted(items: list[Item], orders: list[SortOrder]) -> Matches:
    """Return items that stand in no order of an index; of creation means as they are."""
    order = orders[0] if len(orders) == 1 else CREATION
    if order != CREATION:
        entries = sorted(order.entry(item) for item in items)
        return Matches([entries], order)
    for key in reversed(orders):
        if key != CREATION:
            items = sorted(items, key=lambda item: key.entry(item)[:2], reverse=key.descending)
    entries = [(0, place, item.number, item) for place, item in enumerate(items)]
    return Matches([entries], CREATION)
