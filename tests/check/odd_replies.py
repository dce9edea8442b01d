"""Replies that nobody expects: right ones of a mock with something odd in them, and what is no reply at all."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from hypothesis import strategies as st

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import get, join, put
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.documented_request import documented_requests, prepare
from mediatasks.exchange.exchange import Exchange
from mediatasks.mock import Mock, MockRequest
from mediatasks.mock.http.messages import parse_query
from tests.mock.odd import RAW, VALUES

URL = "http://server.example"

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**300, 10**400)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(VALUES)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
TYPES = st.sampled_from(
    [
        "application/json",
        "application/json; charset=latin-9",
        "APPLICATION/JSON;;;",
        "application/problem+json",
        "text/html",
        "image/*",
        "json",
        "/",
        "",
        ";",
        "a/b/c",
        "\xff",
    ]
)
NUMBERS = st.sampled_from(
    ["", "-1", "1.5", "1e400", "9" * 400, "\u0661", "Wed, 31 Dec 9999 23:59:59 GMT", "soon"]
)
LINKS = st.sampled_from(["", "<", "<>; rel=next", '<http://[>; rel="next"', "<//x>;rel", "a,b,,c", "\xff"])
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "content-type": st.lists(TYPES, min_size=1, max_size=2),
        "retry-after": st.lists(NUMBERS, min_size=1, max_size=2),
        "link": st.lists(LINKS, min_size=1, max_size=2),
        "allow": st.lists(st.text(max_size=5), min_size=1, max_size=2),
        "date": st.lists(NUMBERS, min_size=1, max_size=2),
        "location": st.lists(LINKS, min_size=1, max_size=2),
        "x-total-count": st.lists(NUMBERS, min_size=1, max_size=2),
    },
)
DEEP = [b"[" * 5000 + b"]" * 5000, b'{"a":' * 5000 + b"1" + b"}" * 5000, b"[" * 200 + b"]" * 200]


def right_exchanges(contract: Contract) -> Iterator[tuple[Operation, Exchange]]:
    """Yield the documented requests of each operation with what a mock answers."""
    mock = Mock([contract], seed=1, sends=False)
    credentials = Credentials(contract, {c.argument: c.example for c in contract.credentials})
    for operation in contract.operations.values():
        for request in documented_requests(operation):
            placements = [*credentials.placements(operation), *credentials.body]
            sent = prepare([request], URL, placements)
            parts = urlsplit(sent.url)
            headers = {n.lower(): values[0] for n, values in sent.headers.items()}
            path = f"/{contract.provider}{parts.path}"
            asked = MockRequest(sent.method, path, parse_query(parts.query), headers, sent.body or b"")
            reply = mock.handle(asked)
            shown = {name.lower(): [value] for name, value in reply.headers.items()}
            yield operation, replace(sent, status=reply.status, reply_headers=shown, reply=reply.body)


def pointers(value: Any, tokens: tuple[str | int, ...] = ()) -> Iterator[str]:
    """Yield the place of everything in a JSON value."""
    yield join(tokens)
    pairs: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, inner in pairs:
        yield from pointers(inner, (*tokens, name))


@st.composite
def changed_json(draw: st.DrawFn, body: Any) -> Any:
    """A JSON value with another value, or a new member, in a place or two."""
    body = copy.deepcopy(body)
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.sampled_from(sorted(pointers(body))))
        held = get(body, place)
        value = draw(JSON | st.just({"key": "x"}) | st.just({"drm": {"key": "x"}}))
        if isinstance(held, dict) and draw(st.booleans()):
            held[draw(st.text(max_size=5) | st.sampled_from(["new_member", "drm", "id"]))] = value
        elif isinstance(held, list) and draw(st.booleans()):
            held.append(value)
        else:
            body = put(body, place, value)
    return body


@st.composite
def odd(draw: st.DrawFn, right: Exchange) -> Exchange:
    """An exchange whose reply is odd in its status, headers or body, and whose request may be as well."""
    status = draw(st.just(right.status) | st.integers(100, 599) | st.sampled_from([0, 200, 429, 503, 999]))
    headers = {**(right.reply_headers or {}), **draw(HEADERS)}
    raw = st.sampled_from([*RAW, *DEEP]) | st.binary(max_size=50) | JSON.map(encoded)
    if right.reply[:1] in (b"{", b"["):
        raw |= changed_json(json.loads(right.reply)).map(encoded)
    exchange = replace(right, status=status, reply_headers=headers, reply=draw(raw))
    if draw(st.booleans()):
        return exchange
    body = JSON.map(encoded) | st.sampled_from(RAW)
    query = draw(st.sampled_from(["", "?", "?limit=&offset=x", "?%ff=%zz&&=", "?a=1&a=2"]))
    return replace(exchange, body=draw(body | st.none()), url=right.url.partition("?")[0] + query)


def encoded(value: Any) -> bytes:
    """Return JSON in bytes; lone surrogates stay escapes."""
    return json.dumps(value).encode()
