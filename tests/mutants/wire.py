"""Requests and replies of a mock as the calls of operations that they are, and copies with changes."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlencode

from msgspec.structs import replace

from mediatasks.contracts.expression import Scope
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.model.router import Router
from mediatasks.contracts.pointer import MISSING, drop, get, put, split
from mediatasks.exchange.exchange import Exchange
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observer import Observer
from mediatasks.mock.http.messages import MockReply, MockRequest

# What becomes of a value; `MISSING` stands for none, before and after.
Change = Callable[[Any], Any]
_BODY = "$request.body#"


class Wire:
    """The traffic of one provider."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._observer = Observer(contract)
        self._router: Router[Operation] = Router()
        for operation in contract.operations.values():
            self._router.add(operation.method, operation.path, operation)

    def is_of(self, request: MockRequest, operation: Operation) -> bool:
        """Whether a request is one of the operation, or carries a call of it."""
        if operation.rpc_method is not None:
            return bool(self.calls(request, operation))
        match = self._router.match(self.path(request))
        return match is not None and match.methods.get(request.method) is operation

    def declared(self, request: MockRequest) -> list[Operation]:
        """Return the operations at a request's path, whatever its method."""
        match = self._router.match(self.path(request))
        return list(match.methods.values()) if match else []

    def calls(self, request: MockRequest, operation: Operation) -> list[str]:
        """Return where the calls of an RPC method stand in a request's body."""
        envelope = self.contract.envelope
        if envelope is None or request.method != operation.method:
            return []
        body = decode(request.body)
        return [c.place for c in envelope.calls(body) if c.method == operation.rpc_method]

    def scope(self, request: MockRequest, operation: Operation) -> Scope:
        """Return what a request of the operation says (RPC: its first call of it)."""
        seen = self._observer.observe(operation, _exchange(request, MockReply(599, {}, b"null")))
        return next((s.scope for s in seen if s.operation.id == operation.id), Scope())

    def observe(self, request: MockRequest, reply: MockReply, operation: Operation) -> list[Observation]:
        """Return what the accepted calls of an operation show."""
        if reply.delivery is not None or not self.is_of(request, operation):
            return []
        seen = self._observer.observe(operation, _exchange(request, reply))
        return [s for s in seen if s.accepted and s.operation.id == operation.id]

    def change(
        self, request: MockRequest, operation: Operation, expression: str, change: Change
    ) -> MockRequest:
        """Return the request with another value where a runtime expression points, or itself.

        Values of query, path and headers are texts. In a body `*` stands for each element, and in an
        RPC request each call of the method is changed.
        """
        if expression.startswith(_BODY):
            return self._change_body(request, operation, expression.removeprefix(_BODY), change)
        _, _, rest = expression.partition(".")
        place, _, name = rest.partition(".")
        if place == "query":
            return _change_query(request, name, change)
        if place == "header":
            return _change_header(request, name.lower(), change)
        return self._change_path(request, operation, name, change)

    def _change_body(
        self, request: MockRequest, operation: Operation, pointer: str, change: Change
    ) -> MockRequest:
        body = decode(request.body)
        changed, envelope = body, self.contract.envelope
        starts = [""]
        if envelope is not None:
            starts = [place + envelope.request["params"] for place in self.calls(request, operation)]
        for start in starts:
            for place in list(places(body, start + pointer, missing=True)):
                changed = changed_at(changed, place, change)
        return request if changed is body else replace(request, body=encode(changed))

    def _change_path(
        self, request: MockRequest, operation: Operation, name: str, change: Change
    ) -> MockRequest:
        pattern, segments = operation.path.split("/"), self.path(request).split("/")
        for i, segment in enumerate(pattern):
            if segment == "{" + name + "}":
                value = change(unquote(segments[i]))
                if value is not MISSING and str(value) != unquote(segments[i]):
                    segments[i] = quote(str(value), safe="")
                    return replace(request, path=f"/{self.contract.provider}" + "/".join(segments))
        return request

    def path(self, request: MockRequest) -> str:
        """Return the path of a request below the provider's segment."""
        _, slash, rest = request.path.removeprefix("/").partition("/")
        return slash + rest


def decode(body: bytes) -> Any:
    """Return the JSON value of a body, or `MISSING`."""
    try:
        return json.loads(body) if body else MISSING
    except (ValueError, RecursionError):
        return MISSING


def encode(document: Any) -> bytes:
    """Return a JSON value as a body."""
    return json.dumps(document).encode()


def changed_at(document: Any, pointer: str, change: Change) -> Any:
    """Return a copy of the document with another value at a place, or itself where nothing changes."""
    before = get(document, pointer)
    after = change(before if before is MISSING else copy.deepcopy(before))
    parent = get(document, pointer.rpartition("/")[0]) if pointer else document
    alike = before == after and type(before) is type(after)
    if alike or not _has_place(parent, pointer):
        return document
    fresh = copy.deepcopy(document)
    if after is not MISSING:
        return put(fresh, pointer, after)
    if isinstance(parent, list):
        del get(fresh, pointer.rpartition("/")[0])[int(split(pointer)[-1])]
    else:
        drop(fresh, pointer)
    return fresh


def _has_place(parent: Any, pointer: str) -> bool:
    last = split(pointer)[-1] if pointer else ""
    return not pointer or isinstance(parent, dict) or (isinstance(parent, list) and last.isdecimal())


def with_body(reply: MockReply, document: Any) -> MockReply:
    """Return the reply with another JSON body."""
    return replace(reply, body=encode(document))


def places(document: Any, pattern: str, missing: bool = False) -> Iterator[str]:
    """Yield the pointers of what exists where a pattern points: `*` stands for each element.

    With `missing` a last member need not be there.
    """
    head, star, rest = pattern.partition("/*")
    if not star:
        if missing or get(document, pattern) is not MISSING:
            yield pattern
        return
    found = get(document, head)
    for i in range(len(found)) if isinstance(found, list) else ():
        yield from places(document, f"{head}/{i}{rest}", missing)


def _change_query(request: MockRequest, name: str, change: Change) -> MockRequest:
    given = [value for n, value in request.query if n == name]
    before = given[0] if given else MISSING
    after = change(before)
    if after is before or after == before:
        return request
    rest = [pair for pair in request.query if pair[0] != name]
    return replace(request, query=rest if after is MISSING else [*rest, (name, str(after))])


def _change_header(request: MockRequest, name: str, change: Change) -> MockRequest:
    before = request.headers.get(name, MISSING)
    after = change(before)
    if after is before or after == before:
        return request
    headers = {n: v for n, v in request.headers.items() if n != name}
    return replace(request, headers=headers if after is MISSING else {**headers, name: str(after)})


def _exchange(request: MockRequest, reply: MockReply) -> Exchange:
    query = f"?{urlencode(request.query)}" if request.query else ""
    headers: Mapping[str, list[str]] = {n: [v] for n, v in request.headers.items()}
    received = {n: [v] for n, v in reply.headers.items()}
    url = f"http://mock{request.path}{query}"
    return Exchange(request.method, url, headers, request.body, reply.status, received, reply.body)
