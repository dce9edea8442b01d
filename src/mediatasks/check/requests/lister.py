"""Lists as rules ask for them: as much as one page holds, a page of a given size, page after page."""

from collections.abc import Iterator
from typing import Any

from mediatasks.check.requests.own_resources import make_more
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.request_parts import is_optional, shape_of
from mediatasks.contracts.schema.shape import Shape, parse
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.exchange.http.link_header import next_query
from mediatasks.judge.evidence.listing import Listing
from mediatasks.judge.observation.observation import Observation

# What is asked for where everything is meant. More than this a rule does not look at.
_WIDE = 500


class Lister:
    """One operation that lists resources.

    `base` is its documented request without anything optional, which lists everything; where the
    operation wants ids, everything that its wildcard stands for.
    """

    def __init__(
        self, client: ProbeClient, resource: Resource, operation: Operation, base: DocumentedRequest
    ) -> None:
        self.client, self.resource, self.operation, self.base = client, resource, operation, base
        self.effect = resource.operations[operation.id]
        self.paging: dict[str, Any] = operation.data.get("x-paging", {})
        self.limit: str | None = self.effect.get("limit")

    @property
    def steady(self) -> DocumentedRequest:
        """The request for everything in an order in which nothing moves, as far as the contract has one."""
        created = self.resource.fields.get("timestamps", {}).get("created", {}).get("at")
        keys = self.effect.get("order", {}).get("keys")
        for name, pointer in self.effect.get("names", {}).items() if keys else ():
            if pointer == created or [pointer] == self.resource.key:
                return self.base.having(keys["from"], keys["ascending"].replace("{name}", name))
        return self.base

    @property
    def counting(self) -> DocumentedRequest:
        """The request whose reply tells the number of resources on all pages, if any does."""
        asked_by = self.paging.get("total_asked_by")
        return self.base.having(f"$request.query.{asked_by}", True) if asked_by else self.base

    def is_optional(self, expression: Any) -> bool:
        """Whether an expression reads a part of the request that may be left out."""
        return is_optional(self.operation, str(expression))

    def shape(self, expression: Any) -> Shape:
        """Return the schema of what an expression reads in the request; a free one for anything else."""
        return shape_of(self.operation, str(expression))

    def member(self, pointer: str) -> Shape:
        """Return the schema of a member of the resource; a free one where it does not say."""
        contract = self.operation.contract
        whole = Shape(contract, contract.schemas.get(self.resource.name))
        return whole.at(pointer) or Shape(contract, {})

    def limited(self, request: DocumentedRequest, count: int) -> DocumentedRequest:
        """Return the request for at most `count` resources, of the first page."""
        if self.limit is None:
            return request
        if "page" in self.paging and "size" in self.paging:
            # A page number may need a size, and the other way round.
            request = request.having(f"$request.query.{self.paging['page']}", self.paging.get("first", 0))
        return request.having(self.limit, count)

    @property
    def widest(self) -> int:
        """The most that a page is asked to hold."""
        shape = self.shape(self.limit)
        most = shape.first("maximum")
        return min(int(most), _WIDE) if isinstance(most, int | float) else _WIDE

    def fetch(self, request: DocumentedRequest, asked: int | None = None) -> Listing | None:
        """Send a request, for at most `asked` resources where that is said; None where it is refused.

        Raises Unanswered.
        """
        if asked is not None:
            request = self.limited(request, asked)
        seen = self.client.call(request)
        return Listing(seen, asked if self.limit is not None else None) if seen.accepted else None

    def whole(self, request: DocumentedRequest | None = None) -> Listing | None:
        """Return as much as one page holds; None where the request is refused. Raises Unanswered."""
        return self.fetch(request or self.base, self.widest)

    def filled(self, count: int) -> Listing | None:
        """Return the whole list once it holds `count` resources, made where too few exist and that is free.

        It may hold fewer: where nothing can be made, or what a run may spare is used up. Raises Unanswered.
        """
        listing = self.whole()
        missing = count - len(listing.keys) if listing is not None and listing.is_whole else 0
        return self.whole() if missing > 0 and make_more(self.client, self.resource, missing) else listing

    def pages(self, request: DocumentedRequest, size: int, most: int) -> Iterator[Listing]:
        """Yield page after page of `size`, the last (or `most`) included. Raises Unanswered."""
        request = self.limited(request, size)
        number = self.paging.get("first", 0)
        for i in range(most):
            page = Listing(self.client.call(request), size)
            yield page
            if not page.seen.accepted or not page.count:
                return
            if self.paging["style"] == "page-number":
                if page.count < size:
                    return
                request = request.having(f"$request.query.{self.paging['page']}", number + i + 1)
                continue
            following = self._next(page.seen)
            if following is None:
                return
            request = following

    def goes_on(self, request: DocumentedRequest) -> bool:
        """Whether a page follows the widest one; a server may give less than it is asked for."""
        request = self.limited(request, self.widest)
        if self.paging["style"] != "page-number":
            return self._next(self.client.call(request)) is not None
        number = self.paging.get("first", 0) + 1
        second = self.fetch(request.having(f"$request.query.{self.paging['page']}", number))
        return second is not None and second.count > 0

    def _next(self, seen: Observation) -> DocumentedRequest | None:
        """Return the request that the link to the next page leads to; None where it means the end."""
        query = next_query((seen.exchange.reply_headers or {}).get("link", []))
        if query is None:
            return None
        if any(query.get(name) == str(value) for name, value in self.paging.get("stop", {}).items()):
            return None
        known = {p.name: p for p in self.operation.parameters if p.place == "query"}
        shapes = {name: Shape(self.operation.contract, p.schema) for name, p in known.items()}
        return DocumentedRequest(
            self.operation, query={n: parse(t, shapes[n]) for n, t in query.items() if n in shapes}
        )


def listers(client: ProbeClient, resource: Resource | None = None) -> Iterator[Lister]:
    """Yield the operations that list a type of resource (None: each), and can be asked for everything."""
    chosen = [resource] if resource is not None else client.contract.resources.values()
    for listed, name in ((r, name) for r in chosen for name in r.operations_with("list")):
        operation, base = client.contract.operations[name], client.request(name)
        effect = listed.operations[name]
        keyed = [effect.get("where", {}).get(pointer) for pointer in listed.key]
        wildcard = effect.get("wildcard", {}).get("value", MISSING)
        if base is None or not client.may(name):
            continue
        if None not in keyed and wildcard is not MISSING:
            yield Lister(client, listed, operation, base.having(str(keyed[-1]), wildcard))
        elif None in keyed or all(is_optional(operation, str(expression)) for expression in keyed):
            # A parameter that need not be sent is not in the documented request.
            yield Lister(client, listed, operation, base)
