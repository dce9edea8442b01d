"""Requests in a form in which two can be compared, whoever has written them."""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx2
import requests

from tests.client_contract.agreement import same

# What a connection needs and a contract does not speak of; each library has its own.
_FRAMING = frozenset(
    {
        "host",
        "accept",
        "accept-encoding",
        "user-agent",
        "connection",
        "content-length",
        "x-schemathesis-testcaseid",
    }
)


class Sent(NamedTuple):
    """One request: path segments decoded, query as sorted pairs, body as plain values (None: none)."""

    method: str
    place: tuple[str, str]
    path: list[str]
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: Any


def sent_by_client(request: httpx2.Request) -> Sent:
    """Return what a client has sent."""
    target, _, query = request.url.raw_path.decode("ascii").partition("?")
    pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    place = (request.url.scheme, request.url.netloc.decode())
    body = json.loads(request.content) if request.content else None
    return Sent(request.method, place, _segments(target), sorted(pairs), _headers(request.headers), body)


def sent_by_schemathesis(kwargs: dict[str, Any]) -> Sent:
    """Return what `case.as_transport_kwargs()` would send through requests."""
    parts = urlsplit(kwargs["url"])
    # requests writes the query; the URL is read as it is, since requests would unescape it.
    asked = requests.Request("GET", "http://host.test/", params=kwargs.get("params")).prepare()
    pairs = parse_qsl(urlsplit(asked.url or "").query, keep_blank_values=True)
    body = json.loads(kwargs["data"]) if kwargs.get("data") else kwargs.get("json")
    return Sent(
        kwargs["method"],
        (parts.scheme, parts.netloc),
        _segments(parts.path),
        sorted(pairs),
        _headers(kwargs["headers"]),
        body,
    )


def check_same(ours: Sent, theirs: Sent) -> None:
    """Assert that two requests say the same."""
    assert ours[:-1] == theirs[:-1]
    assert same(ours.body, theirs.body), f"body: {ours.body!r} is not {theirs.body!r}"


def _segments(path: str) -> list[str]:
    return [unquote(segment, errors="strict") for segment in path.split("/")]


def _headers(headers: Any) -> dict[str, str]:
    found = {name.lower(): value for name, value in headers.items()}
    if "content-type" in found:
        found["content-type"] = found["content-type"].partition(";")[0].strip().lower()
    return {name: value for name, value in found.items() if name not in _FRAMING}
