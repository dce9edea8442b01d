"""One request and one reply, free of any framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import msgspec

JSON = {"content-type": "application/json"}


@dataclass(slots=True)
class MockRequest:
    """A request.

    `path` is still percent-encoded and starts with the provider's segment; `query` holds decoded
    pairs in order; header names are lower case, values of a repeated header joined by `, `.
    """

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a reply travels where it does not go at once and whole.

    `delay` is the seconds before its first byte, `drip` the seconds over which its body is sent,
    `keep` the bytes of the body after which the connection is closed (None: all, and it stays
    open). With `reset` nothing is sent: the connection is reset.
    """

    delay: float = 0.0
    drip: float = 0.0
    keep: int | None = None
    reset: bool = False


@dataclass(slots=True)
class MockReply:
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


def parse_query(text: str) -> list[tuple[str, str]]:
    """Return the decoded pairs of a query string, in order; a name without `=` has an empty value."""
    return parse_qsl(text, keep_blank_values=True) if text else []
