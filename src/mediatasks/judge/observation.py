"""What one exchange shows: the call that was made, whether it was accepted, the resources in the reply.

Everything is read from the wire, not from what a generator meant to send.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from mediatasks.contracts.expression import Scope
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract, Operation, Parameter
from mediatasks.contracts.model.envelope import RpcCall, RpcReply
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.shape import Shape, parse
from mediatasks.contracts.schema.strict_view import Unknown
from mediatasks.exchange.exchange import Exchange
from mediatasks.judge.coverage import is_accepted
from mediatasks.judge.observed_resource import ObservedResource, find_resources
from mediatasks.judge.unknown_members import find_unknown


@dataclass(frozen=True)
class Observation:
    """One call and what came of it: of a REST request itself, of an RPC request each of its calls.

    `number` counts the exchanges of a run, `index` the calls of a request: what is said of a whole
    reply belongs to the first of them. An RPC request without any call is one observation too, without
    `call` and `reply`. `scope` holds the parameters by name in the types of their
    schemas, the request body (RPC: the params) and, where accepted, the reply body (RPC: the result);
    `place` is where the latter stands in the reply's body. `errors` is what an RPC call says that
    failed of it. `resource` and `effect` are what `x-lifecycle` says of the operation.
    """

    number: int
    operation: Operation
    exchange: Exchange = field(repr=False)
    scope: Scope = field(repr=False)
    accepted: bool
    place: str = ""
    errors: Any = MISSING
    call: RpcCall | None = None
    reply: RpcReply | None = None
    index: int = 0

    @cached_property
    def resource(self) -> Resource | None:
        """The resource of `x-lifecycle` that the operation works on."""
        resources = self.operation.contract.resources.values()
        return next((r for r in resources if self.operation.id in r.operations), None)

    @cached_property
    def effect(self) -> Mapping[str, Any]:
        """What the operation does to the resource; empty where the contract does not say."""
        found: Mapping[str, Any] = self.resource.operations[self.operation.id] if self.resource else {}
        return found

    @cached_property
    def resources(self) -> tuple[ObservedResource, ...]:
        """The resources that an accepted reply shows, in its order."""
        if not self.accepted or self.resource is None:
            return ()
        return tuple(find_resources(self.resource, self.effect, self.scope, self.place))

    @cached_property
    def unknown(self) -> tuple[Unknown, ...]:
        """What a declared reply holds that the contract does not list, places in its body."""
        return find_unknown(self.operation, self.exchange, self.reply, self.index)


def shows(seen: Observation, observed: ObservedResource, pointer: str) -> bool:
    """Whether the schema of the reply knows the member at `pointer` of a resource that stands in it."""
    schema = seen.operation.reply_schema(str(seen.exchange.status))
    return Shape(seen.operation.contract, schema).at(observed.place + pointer) is not None


class Observer:
    """Read the exchanges of one provider."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.count = 0
        self._paths = {o.id: _pattern(o.path) for o in contract.operations.values()}
        self._methods = {o.rpc_method: o for o in contract.operations.values() if o.rpc_method}

    def observe(self, operation: Operation, exchange: Exchange) -> Iterator[Observation]:
        """Yield what an exchange shows; nothing where its method is not that of `operation`."""
        if exchange.method != operation.method or not exchange.status:
            return
        self.count += 1
        envelope = self.contract.envelope
        if envelope is None:
            accepted = is_accepted(operation, exchange)
            scope = self._scope(operation, exchange, accepted)
            yield Observation(self.count, operation, exchange, scope, accepted)
            return
        body = exchange.asked
        calls = envelope.calls(body) if body is not MISSING else []
        if not calls:
            yield Observation(self.count, operation, exchange, Scope(body=body), accepted=False)
            return
        replies = envelope.pair(calls, envelope.replies(exchange.json))
        for i, (call, reply) in enumerate(zip(calls, replies, strict=True)):
            known = self._methods.get(call.method) if isinstance(call.method, str) else None
            fits = reply is not None and reply.result is not MISSING and reply.error is MISSING
            accepted = 200 <= exchange.status < 300 and fits and known is not None
            result = reply.result if reply and accepted else MISSING
            yield Observation(
                self.count,
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

    def _scope(self, operation: Operation, exchange: Exchange, accepted: bool) -> Scope:
        parts = urlsplit(exchange.url)
        found = self._paths[operation.id].search(parts.path)
        path = {n: unquote(t) for n, t in found.groupdict().items()} if found else {}
        names = _names(operation.path)
        texts = {
            "path": [(names[n], t) for n, t in path.items()],
            "query": parse_qsl(parts.query, keep_blank_values=True),
            "header": [(n.lower(), v[0]) for n, v in exchange.headers.items() if v],
        }
        values: dict[str, dict[str, Any]] = {place: {} for place in texts}
        for parameter in operation.parameters:
            if parameter.place in texts:
                lower = parameter.name.lower() if parameter.place == "header" else parameter.name
                given = [t for n, t in texts[parameter.place] if n == lower]
                if given:
                    values[parameter.place][lower] = _value(self.contract, parameter, given)
        response = exchange.json if accepted else MISSING
        return Scope(values["path"], values["query"], values["header"], exchange.asked, response)


def _value(contract: Contract, parameter: Parameter, given: list[str]) -> Any:
    """Return a parameter in the type of its schema; the text where it has no form in one."""
    content = next(iter(parameter.data.get("content", {}).values()), None)
    if content is not None:
        return _json(given[0].encode())
    shape = Shape(contract, parameter.schema)
    if not shape.is_array:
        return parse(given[0], shape)
    item = shape.items or Shape(contract, {})
    explodes = parameter.data.get("explode", parameter.place == "query")
    return [parse(t, item) for t in (given if explodes else given[0].split(","))]


def _names(path: str) -> dict[str, str]:
    """Return group → name of the parameters in a path: names need not be identifiers."""
    return {f"p{i}": name for i, name in enumerate(re.findall(r"{([^}]*)}", path))}


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"{[^}]*}", path)
    groups = [f"(?P<p{i}>[^/]*)" for i in range(len(parts) - 1)]
    text = "".join(re.escape(p) + g for p, g in zip(parts, [*groups, ""], strict=True))
    return re.compile(text + "$")


def _json(body: bytes | None) -> Any:
    try:
        return json.loads(body) if body else MISSING
    except (ValueError, RecursionError):
        return MISSING
