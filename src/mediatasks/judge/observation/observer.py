"""Read exchanges: which operation each one is, and what it shows. A pure map, without memory."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from mediatasks.contracts.expression import Scope
from mediatasks.contracts.model.contract import Contract, Operation, Parameter
from mediatasks.contracts.model.router import Router
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.shape import Shape, parse
from mediatasks.exchange.exchange import Exchange
from mediatasks.judge.coverage import is_accepted
from mediatasks.judge.observation.events import Span
from mediatasks.judge.observation.observation import Observation

_NOWHERE = Span()
_TEMPLATE = re.compile(r"{([^}]*)}")

Parser = Callable[[list[str]], Any]


class Observer:
    """Read the exchanges of one provider.

    `bases` are the paths under which its server may be found, besides that of the contract's own URL.
    """

    def __init__(self, contract: Contract, bases: Sequence[str] = ()) -> None:
        self.contract = contract
        own = urlsplit(contract.base_url).path
        self._bases = sorted({*(base.rstrip("/") for base in bases), own, ""}, key=len, reverse=True)
        self._methods = {o.rpc_method: o for o in contract.operations.values() if o.rpc_method}
        self._router: Router[Operation] = Router()
        for operation in contract.operations.values():
            self._router.add(operation.method, operation.path, operation)

    def operation_of(self, exchange: Exchange) -> Operation | None:
        """Return the operation that a request is; None for no known one. Of RPC calls the first counts."""
        path = urlsplit(exchange.url).path
        for base in self._bases:
            match = self._router.match(path.removeprefix(base)) if path.startswith(base) else None
            found = match.methods.get(exchange.method) if match is not None else None
            if found is not None:
                return self._called(exchange) or found
        return None

    def observe(
        self, operation: Operation | None, exchange: Exchange, span: Span = _NOWHERE
    ) -> list[Observation]:
        """Return what an exchange shows; nothing where its method is not that of `operation`.

        The operation is found where None is given.
        """
        operation = operation or self.operation_of(exchange)
        if operation is None or exchange.method != operation.method or not exchange.status:
            return []
        envelope = self.contract.envelope
        if envelope is None:
            accepted = is_accepted(operation, exchange)
            scope = self.contract.compiled(_ScopeReader, operation).read(exchange, accepted)
            return [Observation(span, operation, exchange, scope, accepted)]
        body = exchange.asked
        calls = envelope.calls(body) if body is not MISSING else []
        if not calls:
            return [Observation(span, operation, exchange, Scope(body=body), accepted=False)]
        replies = envelope.pair(calls, envelope.replies(exchange.json))
        found = []
        for i, (call, reply) in enumerate(zip(calls, replies, strict=True)):
            known = self._methods.get(call.method) if isinstance(call.method, str) else None
            fits = reply is not None and reply.result is not MISSING and reply.error is MISSING
            accepted = 200 <= exchange.status < 300 and fits and known is not None
            result = reply.result if reply and accepted else MISSING
            found.append(
                Observation(
                    span,
                    known or operation,
                    exchange,
                    Scope(body=call.params, response=result),
                    accepted,
                    reply.place if reply else "",
                    reply.errors if reply else MISSING,
                    call,
                    reply,
                    i,
                )
            )
        return found

    def _called(self, exchange: Exchange) -> Operation | None:
        envelope = self.contract.envelope
        if envelope is None or exchange.asked is MISSING:
            return None
        methods = (call.method for call in envelope.calls(exchange.asked))
        known = (self._methods.get(method) for method in methods if isinstance(method, str))
        return next(filter(None, known), None)


class _ScopeReader:
    """Read the parameters of one operation's requests, in the types of their schemas."""

    def __init__(self, operation: Operation) -> None:
        contract = operation.contract
        self._names = _TEMPLATE.findall(operation.path)
        parts = _TEMPLATE.split(operation.path)[::2]
        self._path = re.compile("([^/]*)".join(map(re.escape, parts)) + "$")
        self._parsers: dict[str, dict[str, Parser]] = {"path": {}, "query": {}, "header": {}}
        for parameter in operation.parameters:
            if parameter.place in self._parsers:
                lower = parameter.name.lower() if parameter.place == "header" else parameter.name
                self._parsers[parameter.place][lower] = _parser(contract, parameter)

    def read(self, exchange: Exchange, accepted: bool) -> Scope:
        """Return what a request says, and the reply where it was `accepted`."""
        parsers = self._parsers
        path: dict[str, Any] = {}
        query: dict[str, Any] = {}
        header: dict[str, Any] = {}
        if parsers["path"] or parsers["query"]:
            parts = urlsplit(exchange.url)
            if parsers["path"] and (match := self._path.search(parts.path)):
                texts = [(n, unquote(t)) for n, t in zip(self._names, match.groups(), strict=True)]
                path = _values(parsers["path"], texts)
            if parsers["query"] and parts.query:
                query = _values(parsers["query"], parse_qsl(parts.query, keep_blank_values=True))
        if parsers["header"]:
            header = _values(
                parsers["header"], [(n.lower(), v[0]) for n, v in exchange.headers.items() if v]
            )
        return Scope(path, query, header, exchange.asked, exchange.json if accepted else MISSING)


def _values(parsers: dict[str, Parser], texts: list[tuple[str, str]]) -> dict[str, Any]:
    """Return name → value of the parameters that are there, in the contract's order."""
    given: dict[str, list[str]] = {}
    for name, text in texts:
        given.setdefault(name, []).append(text)
    return {name: parse_texts(given[name]) for name, parse_texts in parsers.items() if name in given}


def _parser(contract: Contract, parameter: Parameter) -> Parser:
    """Return what makes a value of a parameter's texts; the text where it has no form in its schema."""
    if parameter.data.get("content"):
        return lambda texts: _json(texts[0].encode())
    shape = Shape(contract, parameter.schema)
    if not shape.is_array:
        return lambda texts: parse(texts[0], shape)
    item = shape.items or Shape(contract, {})
    if parameter.data.get("explode", parameter.place == "query"):
        return lambda texts: [parse(text, item) for text in texts]
    return lambda texts: [parse(text, item) for text in texts[0].split(",")]


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else MISSING
    except (ValueError, RecursionError):
        return MISSING
