"""A request that a rule sends: values by name, put on the wire as the contract says."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

from mediatasks.contracts.equality import text_of
from mediatasks.contracts.expression import Scope, evaluate
from mediatasks.contracts.model.contract import Operation, Parameter
from mediatasks.contracts.model.envelope import RpcCall
from mediatasks.contracts.pointer import MISSING, drop, get, put
from mediatasks.contracts.schema.shape import Shape, request_shape
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.placement import Placement

_BODY_SOURCE = "$request.body#"


@dataclass(frozen=True)
class DocumentedRequest:
    """One call, without credentials: parameters by place and name, and the body (RPC: the params)."""

    operation: Operation
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    header: Mapping[str, Any] = field(default_factory=dict)
    body: Any = MISSING

    def value_of(self, expression: str) -> Any:
        """Return what a runtime expression stands for in this request; `MISSING` for nothing."""
        header = {name.lower(): value for name, value in self.header.items()}
        return evaluate(expression, Scope(self.path, self.query, header, self.body))

    def without(self, expression: str, each: str | None = None) -> DocumentedRequest:
        """Return the request without what an expression reads; of `$each` without it in every element."""
        source, _, pointer = expression.partition("#")
        if source != "$each":
            return self.having(expression, MISSING)
        request = self
        for i in range(len(get(self.body, each or "") or ())):
            request = request.having(f"{_BODY_SOURCE}{each}/{i}{pointer}", MISSING)
        return request

    def having(self, expression: str, value: Any) -> DocumentedRequest:
        """Return the request in which the runtime expression stands for `value` (`MISSING`: nothing).

        Raises ValueError for an expression that is no part of a request.
        """
        if expression.startswith(_BODY_SOURCE):
            body, pointer = copy.deepcopy(self.body), expression.removeprefix(_BODY_SOURCE)
            if value is MISSING:
                drop(body, pointer)
                return replace(self, body=body)
            return replace(self, body=put({} if body is MISSING else body, pointer, value))
        for place in ("path", "query", "header"):
            prefix = f"$request.{place}."
            if expression.startswith(prefix):
                values = {**getattr(self, place), expression.removeprefix(prefix): value}
                changed: Any = {place: {n: v for n, v in values.items() if v is not MISSING}}
                return replace(self, **changed)
        raise ValueError(f"no part of a request: {expression}")


def documented_requests(
    operation: Operation, made: Callable[[Shape], Any] = lambda shape: MISSING
) -> Iterator[DocumentedRequest]:
    """Yield the requests that the contract's examples make: one per documented body, at least one.

    What is required and has no example is `made`; where that is `MISSING`, the operation has none.
    """
    values: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
    for parameter in operation.parameters:
        value = _example(operation, parameter)
        if parameter.required and value is MISSING:
            value = made(Shape(operation.contract, parameter.schema))
        if parameter.required and value is MISSING:
            return
        if parameter.required:
            values[parameter.place][parameter.name] = value
    del values["cookie"]
    bodies = [body for media in operation.request_media.values() for _, body in operation.examples(media)]
    envelope = operation.contract.envelope
    if envelope is not None:
        calls = [call for body in bodies for call in envelope.calls(body)]
        bodies = [c.params for c in calls if c.method == operation.rpc_method and c.params is not MISSING]
    elif not bodies and not operation.body_required:
        bodies = [MISSING]
    if not bodies and (body := made(request_shape(operation))) is not MISSING:
        bodies = [body]
    for body in bodies:
        yield DocumentedRequest(operation, **values, body=body)


def prepare(
    requests: Sequence[DocumentedRequest],
    base_url: str,
    placements: Sequence[Placement],
    *,
    numbered: bool = True,
) -> Exchange:
    """Return requests as one that can be sent: several only for an RPC provider that takes batches.

    `placements` are the credentials to send. Calls get the ids 1, 2, … where `numbered`.
    """
    first = requests[0]
    body: Any = first.body
    if (envelope := first.operation.contract.envelope) is not None:
        calls = [
            RpcCall(r.operation.rpc_method, r.body, i if numbered else MISSING)
            for i, r in enumerate(requests, 1)
        ]
        body = envelope.wrap(calls, {})
    query = [pair for name, value in first.query.items() for pair in _pairs(first.operation, name, value)]
    headers = {n: text_of(v) for n, v in first.header.items()}
    cookies = []
    for placement in placements:
        if placement.place == "query":
            query.append((placement.name, str(placement.value)))
        elif placement.place == "cookie":
            cookies.append(f"{placement.name}={placement.value}")
        elif placement.place == "header":
            headers[placement.name] = str(placement.value)
        elif placement.place == "body" and body is not MISSING:
            body = put(copy.deepcopy(body), placement.name, placement.value)
    if cookies:
        headers["Cookie"] = "; ".join(cookies)
    raw = None
    if body is not MISSING:
        headers["Content-Type"] = next(iter(first.operation.request_media), "application/json")
        raw = json.dumps(body).encode()
    url = base_url + _path(first) + (f"?{urlencode(query)}" if query else "")
    return Exchange(first.operation.method, url, {n: [v] for n, v in headers.items()}, raw)


def _path(request: DocumentedRequest) -> str:
    path = request.operation.path
    for name, value in request.path.items():
        path = path.replace("{" + name + "}", quote(text_of(value), safe=""))
    return path


def _pairs(operation: Operation, name: str, value: Any) -> list[tuple[str, str]]:
    parameter = next((p for p in operation.parameters if (p.name, p.place) == (name, "query")), None)
    if parameter is not None and "content" in parameter.data:
        return [(name, json.dumps(value))]
    if not isinstance(value, list):
        return [(name, text_of(value))]
    if parameter is not None and not parameter.data.get("explode", True):
        return [(name, ",".join(map(text_of, value)))]
    return [(name, text_of(v)) for v in value]


def _example(operation: Operation, parameter: Parameter) -> Any:
    if "example" in parameter.data:
        return parameter.data["example"]
    for example in parameter.data.get("examples", {}).values():
        return operation.contract.resolve(example).get("value", MISSING)
    shape = Shape(operation.contract, parameter.schema)
    for keyword in ("default", "const"):
        if (value := shape.first(keyword, MISSING)) is not MISSING:
            return value
    several = shape.first("examples") or shape.first("enum") or [MISSING]
    return get(several, "/0")
