"""The pages of a list, one after the other: what to ask for next, and when to stop."""

from collections.abc import Mapping
from typing import Any

from mediatasks.client.operation import OperationSpec
from mediatasks.client.replies.reply import Reply
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.errors import UsageError
from mediatasks.exchange.http.link_header import next_query

MAX_PAGES = 10_000
PAGE_SIZE = 100


class Pager:
    """Walks the pages of one list (`x-paging`). It ends for certain: every page must bring a new item."""

    def __init__(
        self, rules: Mapping[str, Any], operation: OperationSpec[Any], arguments: tuple[Any, ...]
    ) -> None:
        self.rules, self.operation = rules, operation
        self._names = [p.name for p in operation.parameters]
        self.arguments = list(arguments)
        self._seen: set[str] = set()
        self._pages = 0
        if rules["style"] == "page-number":
            self._default(rules["page"], rules.get("first", 0))
            self._default(rules["size"], PAGE_SIZE)

    def _default(self, name: str, value: Any) -> None:
        place = self._names.index(name)
        if self.arguments[place] is None:
            self.arguments[place] = value

    def take(self, reply: Reply[Any]) -> bool:
        """Whether `reply` holds an item that was not seen before."""
        items = get(reply.json(), self.rules["items"])
        keys = {repr(get(i, self.rules["key"])) for i in items} if isinstance(items, list) else set()
        new = keys - self._seen
        self._seen |= new
        return bool(new)

    def advance(self, reply: Reply[Any]) -> bool:
        """Turn to the page after `reply`; false where there is none."""
        self._pages += 1
        if self._pages >= MAX_PAGES:
            raise UsageError(f"`{self.operation.id}` did not end after {MAX_PAGES} pages")
        if self.rules["style"] == "page-number":
            place = self._names.index(self.rules["page"])
            self.arguments[place] = self._number(self.arguments[place]) + 1
            total = get(reply.json(), self.rules["total"]) if "total" in self.rules else MISSING
            return not isinstance(total, int) or len(self._seen) < total
        return self._follow(reply.headers.get("link", ""))

    def _number(self, page: Any) -> int:
        try:
            return int(page)
        except (TypeError, ValueError, OverflowError):
            raise UsageError(f"`{self.rules['page']}` is the number of a page, got {page!r}") from None

    def _follow(self, header: str) -> bool:
        """Take the query of the next link; host and path stay ours, and so the credentials."""
        query = next_query([header])
        if query is None:
            return False
        if any(query.get(name) == value for name, value in self.rules.get("stop", {}).items()):
            return False
        following = [query.get(n, old) for n, old in zip(self._names, self.arguments, strict=True)]
        changed = following != self.arguments
        self.arguments = following
        return changed


def start_pager(
    paging: Mapping[str, Any], operation: OperationSpec[Any], arguments: tuple[Any, ...]
) -> Pager:
    """Return the pager of `operation`. Raises UsageError if it has no pages."""
    if operation.id not in paging:
        raise UsageError(f"`{operation.id}` has no pages; those that have: {', '.join(paging) or 'none'}")
    return Pager(paging[operation.id], operation, arguments)
