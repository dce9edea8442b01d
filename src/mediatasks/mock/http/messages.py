"""One request and one reply, free of any framework."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec

if TYPE_CHECKING:
    from mediatasks.contracts.schema.mismatch import Mismatch

JSON = {"content-type": "application/json"}
READING = ("GET", "HEAD")
# Replies of these statuses have no body, and no length of one (RFC 9110, 8.6).
BODILESS = (204, 304)
# A request may hold a thousand calls; the log holds the first ones.
_NAMED = 200
_BREACHES = 50


class MockRequest(msgspec.Struct):
    """A request.

    `path` is still percent-encoded and starts with the provider's segment; `query` holds decoded
    pairs in order; header names are lower case, values of a repeated header joined by `, `.

    Whoever answers it writes down the `operation` that it is (for several RPC calls: their names
    joined by `, `) and how it breaks the contract (`breaches`: operation id, breach).

    `scheme` and `prefix` are those of the URL: `path` is what lies below the prefix at which the mock
    is mounted. `sent` is the body before a content coding was undone (None: `body` itself), `coding` why
    that was not possible.
    """

    method: str
    path: str
    query: list[tuple[str, str]] = []
    headers: Mapping[str, str] = {}
    body: bytes = b""
    operation: str = ""
    breaches: list[tuple[str, Mismatch]] | None = None
    scheme: str = "http"
    prefix: str = ""
    sent: bytes | None = None
    coding: Mismatch | None = None
    is_coding_unknown: bool = False

    @property
    def base(self) -> str:
        """The URL at which the client finds the mock, without a slash at its end."""
        host = self.headers.get("host", "")
        return f"{self.scheme}://{host[:200]}{self.prefix}" if host else self.prefix

    def blame(self, breach: Mismatch, operation: str | None = None) -> None:
        """Write down a breach of the contract; `operation` is that of the request where absent."""
        if self.breaches is None:
            self.breaches = []
        if len(self.breaches) < _BREACHES:
            self.breaches.append((self.operation if operation is None else operation, breach))

    def note_call(self, operation: str) -> None:
        """Write down one of several calls of an RPC request."""
        if not self.operation:
            self.operation = operation
        elif len(self.operation) < _NAMED:
            self.operation += f", {operation}"


class Delivery(msgspec.Struct, frozen=True):
    """How a reply travels where it does not go at once and whole.

    `delay` is the seconds before its first byte, `drip` the seconds over which its body is sent,
    `keep` the bytes of the body after which the connection is closed (None: all, and it stays
    open). With `reset` nothing is sent: the connection is reset.
    """

    delay: float = 0.0
    drip: float = 0.0
    keep: int | None = None
    reset: bool = False


class MockReply(msgspec.Struct):
    """A reply: status, headers (lower-case names), the encoded body, and how it travels."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    delivery: Delivery | None = None

    def json(self) -> Any:
        """Return the decoded body. Raises msgspec.DecodeError if it is not JSON."""
        return msgspec.json.decode(self.body)


def json_reply(status: int, document: Any, headers: Mapping[str, str] = JSON) -> MockReply:
    """Return the reply that carries `document`."""
    return MockReply(status, headers, msgspec.json.encode(document))


def options_reply(methods: Iterable[str]) -> MockReply:
    """Return the reply to OPTIONS where `methods` are possible."""
    return MockReply(204, {"allow": allowed(methods)}, b"")


def allowed(methods: Iterable[str]) -> str:
    """Return the header `Allow` where `methods` are possible."""
    return ", ".join(sorted({*methods, "OPTIONS"}))


def refused_method(request: MockRequest) -> MockReply | None:
    """Return the reply to a request for what can only be read; None where it reads."""
    if request.method in READING:
        return None
    if request.method == "OPTIONS":
        return options_reply(READING)
    return json_reply(405, {"error": "only GET is possible here"}, {**JSON, "allow": allowed(READING)})


def without_body(reply: MockReply) -> MockReply:
    """Return the reply to HEAD that belongs to the reply to GET."""
    headers = dict(reply.headers)
    if reply.status not in BODILESS:
        headers["content-length"] = str(len(reply.body))
    delivery = reply.delivery and Delivery(delay=reply.delivery.delay, reset=reply.delivery.reset)
    return MockReply(reply.status, headers, b"", delivery)


def join_headers(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return headers as a request holds them: lower-case names, the values of a repeated one joined."""
    found: dict[str, str] = {}
    for given, value in pairs:
        name = given.lower()
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def parse_query(text: str) -> list[tuple[str, str]]:
    """Return the decoded pairs of a query string, in order; a name without `=` has an empty value."""
    return parse_qsl(text, keep_blank_values=True) if text else []
