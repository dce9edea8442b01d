"""Keyword arguments that every client and every call takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from mediatasks.errors import UsageError, nearest

if TYPE_CHECKING:
    import httpx2

TIMEOUT = 60.0
MAX_RETRIES = 2
MAX_REPLY_BYTES = 32 * 1024 * 1024


class _Options(TypedDict, total=False):
    timeout: float
    """Seconds for one whole call, retries and their waits included; 60 where not given."""
    max_retries: int
    """How often a call is repeated at most; 2 where not given."""
    headers: Mapping[str, str]
    """Sent with every request."""
    max_reply_bytes: int
    """Longest reply body accepted, after decompression; 32 MiB where not given."""
    strict: bool
    """Validate every reply against the contract; any deviation raises ReplyError."""


class ClientOptions(_Options, total=False):
    """Options of a client. `http_client` is used as it is and not closed."""

    http_client: httpx2.Client


class AsyncClientOptions(_Options, total=False):
    """Options of an asynchronous client. `http_client` is used as it is and not closed."""

    http_client: httpx2.AsyncClient


class CallOptions(TypedDict, total=False):
    """Options of one call, over those of the client."""

    timeout: float
    """Seconds for this whole call."""
    max_retries: int
    """How often this call is repeated at most."""
    headers: Mapping[str, str]
    """Sent with this request."""
    repeat_unsafe: bool
    """Repeat this call even if it may have reached the server and is not safe to repeat."""


def check_options(owner: str, options: Mapping[str, Any], kind: type, others: Iterable[str] = ()) -> None:
    """Raise UsageError for an option of `owner` that `kind` does not list, or one of no use.

    `others` are names that the caller may have meant besides.
    """
    listed = kind.__annotations__
    for name, value in options.items():
        if name not in listed:
            raise UsageError(f"`{owner}` takes no `{name}`; {nearest(name, [*listed, *others])}")
        number = not isinstance(value, bool) and isinstance(value, int | float)
        if name in ("timeout", "max_reply_bytes") and not (number and value > 0):
            raise UsageError(f"`{owner}`: `{name}` is a number above 0, got {value!r}")
        if name == "max_retries" and not (isinstance(value, int) and number and value >= 0):
            raise UsageError(f"`{owner}`: `{name}` is an integer from 0 on, got {value!r}")
