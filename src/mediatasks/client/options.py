"""Keyword arguments that every client and every call takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from mediatasks.client.replies.deviation import Deviation
from mediatasks.errors import UsageError, nearest, shown

if TYPE_CHECKING:
    import httpx
    import httpx2

    from mediatasks.client.exchange import AsyncTransport, Transport

TIMEOUT = 60.0
MAX_RETRIES = 2
MAX_REPLY_BYTES = 32 * 1024 * 1024
# Eleven days. Operating systems count the milliseconds of a wait in 31 bits.
LONGEST = 1_000_000.0
_SWITCHES = ("strict", "repeat_unsafe", "trust_env")


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
    on_deviation: Callable[[Deviation], object]
    """Called with each place of a reply that does not fit the contract's types and reads as None."""
    trust_env: bool
    """Whether proxies and certificates of the environment count; true where not given."""


class ClientOptions(_Options, total=False):
    """Options of a client."""

    http_client: httpx2.Client | httpx.Client
    """Used as it is and not closed."""
    transport: Transport
    """Sends the requests, in place of httpcore2; closed with the client."""


class AsyncClientOptions(_Options, total=False):
    """Options of an asynchronous client."""

    http_client: httpx2.AsyncClient | httpx.AsyncClient
    """Used as it is and not closed."""
    transport: AsyncTransport
    """Sends the requests, in place of httpcore2; closed with the client."""


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
        if name == "timeout":
            check_seconds(owner, name, value)
        if name == "max_reply_bytes" and not (_is_integer(value) and value > 0):
            raise UsageError(f"`{owner}`: `{name}` is an integer above 0, got {_shown(value)}")
        if name == "max_retries" and not (_is_integer(value) and value >= 0):
            raise UsageError(f"`{owner}`: `{name}` is an integer from 0 on, got {_shown(value)}")
        if name in _SWITCHES and not isinstance(value, bool):
            raise UsageError(f"`{owner}`: `{name}` is True or False, got {_shown(value)}")
        if name == "on_deviation" and value is not None and not callable(value):
            raise UsageError(f"`{owner}`: `{name}` is a function, got {_shown(value)}")


NOT_AWAITED = (
    "`on_update` is asynchronous and this client is not: give a plain function, "
    "or use the asynchronous client"
)


def check_callback(on_update: Any, asynchronous: bool) -> None:
    """Raise UsageError unless `on_update` is None or a function that the client can call."""
    if on_update is None:
        return
    if not callable(on_update):
        raise UsageError(f"`wait`: `on_update` is a function, got {_shown(on_update)}")
    # An object may have an asynchronous `__call__`.
    calls = (on_update, type(on_update).__call__)
    if not asynchronous and any(map(inspect.iscoroutinefunction, calls)):
        raise UsageError(NOT_AWAITED)


def check_seconds(owner: str, name: str, value: Any, most: float = LONGEST) -> None:
    """Raise UsageError unless `value` is a number of seconds above 0, at most what a socket can wait."""
    number = not isinstance(value, bool) and isinstance(value, int | float)
    # NaN is not above 0 either.
    if not (number and value > 0):
        raise UsageError(f"`{owner}`: `{name}` is a number above 0, got {_shown(value)}")
    if value > most:
        raise UsageError(f"`{owner}`: `{name}` is at most {most:.0f} seconds, got {_shown(value)}")


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    """Return a value for a message: a short one as it is, else its type."""
    if (
        isinstance(value, bool | float | str)
        or value is None
        or (_is_integer(value) and abs(value) < 2**64)
    ):
        return shown(repr(value).encode())
    return f"`{type(value).__name__}`"
