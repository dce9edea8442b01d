"""One HTTP request and its reply as values, and what a transport does with them.

Apart from the transports, so that importing a client does not load httpcore2: the first client does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class Origin(NamedTuple):
    """Where a request goes. `host` is an IP address without brackets, or a name in ASCII."""

    scheme: bytes
    host: bytes
    port: int

    def __str__(self) -> str:
        host = self.host.decode()
        literal = f"[{host}]" if ":" in host else host
        return f"{self.scheme.decode()}://{literal}:{self.port}"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `target` is path and query; header names are lower case."""

    method: str
    origin: Origin
    # Secrets may stand in these: they are left out of the repr.
    target: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(repr=False)

    @property
    def url(self) -> str:
        """The whole URL."""
        return f"{self.origin!s}{self.target}"


@dataclass(frozen=True, slots=True)
class RawReply:
    """One HTTP reply. Ours have header names in lower case and a body that is decompressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class TooLong(Exception):
    """A body is longer than the limit; `start` is how it begins."""

    def __init__(self, status: int, start: bytes) -> None:
        self.status, self.start = status, start


class BadEncoding(Exception):
    """A body's content encoding is unknown or broken."""

    def __init__(self, status: int, encoding: str, start: bytes) -> None:
        self.status, self.encoding, self.start = status, encoding, start


class Transport(Protocol):
    """Sends requests synchronously. A client takes one as `transport=` and closes it."""

    def send(self, request: Request, deadline: float, limit: int, /) -> RawReply:
        """Send one request, follow no redirect, and return the reply.

        `deadline` is a moment of `time.monotonic()`, in seconds; `limit` is the longest body wanted, in
        bytes. A body may be returned as it came, compressed, with its `content-encoding`. Raises
        CallTimeout, or ConnectionFailed with `sent=False` where nothing can have reached the
        server; TimeoutError and OSError are taken for the same, sent.
        """

    def close(self) -> None:
        """Close what this transport opened."""


class AsyncTransport(Protocol):
    """Sends requests asynchronously, under asyncio; a call that is late is cancelled. See Transport."""

    async def send(self, request: Request, deadline: float, limit: int, /) -> RawReply:
        """Send one request, follow no redirect, and return the reply."""

    async def close(self) -> None:
        """Close what this transport opened."""
