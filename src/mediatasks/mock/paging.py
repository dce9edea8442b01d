"""Which page of a list a request asks for: order, limit, page number or cursor."""

from __future__ import annotations

import base64
import binascii
import copy
from collections.abc import Mapping, Sized
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mediatasks.contracts.document import Operation
from mediatasks.contracts.expression import Scope, evaluate
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.shape import Shape
from mediatasks.mock.index import CREATION, Entry, Matches, Order
from mediatasks.mock.lifecycle import Item


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
        self.order = Order(order.get("by"), "by" in order and bool(order.get("descending")))
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
        other.order = CREATION
        return other

    def page(self, found: list[Item] | Matches, scope: Scope) -> Page:
        """Return the page of what was found that `scope` asks for; a list is sorted here."""
        limit = self._limit(scope)
        if isinstance(found, Matches) and found.order == self.order:
            matches = found
        else:
            matches = self._sorted(list(found))
        if self.links:
            return self._linked(matches, limit, scope)
        number = scope.query.get(self.page_name, self.first) if self.page_name else self.first
        skip = 0
        if limit is not None and isinstance(number, int):
            skip = max(number - self.first, 0) * limit
        return Page(matches.page(skip, limit), matches)

    def _limit(self, scope: Scope) -> int | None:
        value = MISSING if self.limit is MISSING else evaluate(self.limit, scope)
        if isinstance(value, int) and not isinstance(value, bool):
            return max(value, 0)
        return self.default_limit

    def _sorted(self, items: list[Item]) -> Matches:
        """Return items that were asked for one by one; without an order they stay as they are."""
        if self.order == CREATION:
            entries: list[Entry] = [(0, place, item.number, item) for place, item in enumerate(items)]
        else:
            entries = sorted(self.order.entry(item) for item in items)
        return Matches([entries], self.order, {entry[2]: entry for entry in entries})

    def _linked(self, matches: Matches, limit: int | None, scope: Scope) -> Page:
        """Return the page after the cursor. A cursor that is not ours leads to the first page."""
        rest = matches.after(_number(scope.query.get(self.cursor)))
        chosen = list(rest if limit is None else islice(rest, min(limit, len(matches))))
        if not chosen:
            return Page([], matches)
        last = next(rest, None) is None
        if last and not self.stop:
            return Page(chosen, matches)
        cursor = str(self.stop) if last else _cursor(chosen[-1].number)
        return Page(chosen, matches, {self.cursor: cursor})


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
