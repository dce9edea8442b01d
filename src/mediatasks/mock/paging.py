"""Which page of a list a request asks for: order, limit, page number or cursor."""

from __future__ import annotations

import base64
import binascii
import copy
import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mediatasks.contracts.document import Operation
from mediatasks.contracts.expression import Scope, evaluate
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.mock.lifecycle import Item
from mediatasks.mock.shape import Shape

_RANKS = (type(None), bool, int | float, str)


@dataclass(slots=True)
class Page:
    """One page of `total` resources; `next_page`: query parameters that lead to the next one."""

    items: list[Item]
    total: int
    next_page: Mapping[str, str] | None = None


class Paging:
    """`order`, `limit` and `default_limit` of an effect, with `x-paging` of the operation."""

    def __init__(self, operation: Operation, effect: Mapping[str, Any]) -> None:
        order = effect.get("order", {})
        self.by: str | None = order.get("by")
        self.descending = bool(order.get("descending"))
        self.limit = effect.get("limit", MISSING)
        self.default_limit: int | None = effect.get("default_limit", _default(operation, self.limit))
        paging = operation.data.get("x-paging", {})
        style = paging.get("style")
        self.page_name = paging.get("page") if style == "page-number" else None
        self.first = paging.get("first", 0)
        stop = paging.get("stop") or {"cursor": ""}
        self.cursor, self.stop = next(iter(stop.items()))
        self.links = style == "link-header"
        self.size_name = paging.get("size")

    def as_given(self) -> Paging:
        """Return the same paging of resources that are in order already."""
        other = copy.copy(self)
        other.by = None
        return other

    def page(self, items: list[Item], scope: Scope) -> Page:
        """Return the page of `items` that `scope` asks for."""
        limit = self._limit(scope)
        total = len(items)
        if self.links:
            return self._linked(self._sorted(items, None), limit, scope)
        number = scope.query.get(self.page_name, self.first) if self.page_name else self.first
        skip = 0
        if limit is not None and isinstance(number, int):
            skip = max(number - self.first, 0) * limit
        ordered = self._sorted(items, None if limit is None else skip + limit)
        return Page(ordered[skip:] if limit is None else ordered[skip : skip + limit], total)

    def _limit(self, scope: Scope) -> int | None:
        value = MISSING if self.limit is MISSING else evaluate(self.limit, scope)
        if isinstance(value, int) and not isinstance(value, bool):
            return max(value, 0)
        return self.default_limit

    def _sorted(self, items: list[Item], most: int | None) -> list[Item]:
        """Return the first `most` items in order; those without the member come last."""
        if self.by is None:
            return items
        if most is not None and most * 4 < len(items):
            pick = heapq.nlargest if self.descending else heapq.nsmallest
            return pick(most, items, key=self._rank)
        return sorted(items, key=self._rank, reverse=self.descending)

    def _rank(self, item: Item) -> tuple[int, Any, int]:
        value = get(item.value, self.by or "")
        for rank, kind in enumerate(_RANKS):
            if isinstance(value, kind):
                return rank, 0 if value is None else value, item.number
        return (-1 if self.descending else len(_RANKS)), 0, item.number

    def _linked(self, items: list[Item], limit: int | None, scope: Scope) -> Page:
        """Return the page after the cursor. A cursor that is not ours leads to the first page."""
        after = _number(scope.query.get(self.cursor))
        start = next((i + 1 for i, item in enumerate(items) if item.number == after), 0)
        end = len(items) if limit is None else start + limit
        chosen = items[start:end]
        if not chosen:
            return Page([], len(items))
        last = end >= len(items)
        if last and not self.stop:
            return Page(chosen, len(items))
        cursor = str(self.stop) if last else _cursor(chosen[-1].number)
        return Page(chosen, len(items), {self.cursor: cursor})


def _default(operation: Operation, limit: Any) -> int | None:
    """Return the documented default of the parameter that holds the limit."""
    prefix = "$request.query."
    if isinstance(limit, str) and limit.startswith(prefix):
        name = limit.removeprefix(prefix)
        for parameter in operation.parameters:
            if parameter.name == name and parameter.place == "query":
                default = Shape(operation.contract, parameter.schema).first("default")
                return default if isinstance(default, int) else None
    return None


def _cursor(number: int) -> str:
    return base64.urlsafe_b64encode(f"after:{number}".encode()).decode().rstrip("=")


def _number(cursor: Any) -> int | None:
    if not isinstance(cursor, str):
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        return int(text.removeprefix("after:")) if text.startswith("after:") else None
    except (binascii.Error, UnicodeError, ValueError):
        return None
