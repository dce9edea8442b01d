"""The server that a run tests."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from mediatasks.errors import UsageError


@dataclass(frozen=True)
class Target:
    """The server to test, by its base URL.

    `is_mock` is true for a mock made for this run, which takes the contract's example credentials.
    Other servers are only read unless `allow_writes`.
    """

    url: str
    is_mock: bool = False
    allow_writes: bool = False

    @property
    def writes(self) -> bool:
        """Whether requests that may write are sent."""
        return self.is_mock or self.allow_writes

    @property
    def is_local(self) -> bool:
        """Whether it is a server on this machine."""
        host = urlsplit(self.url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")


def parse_url(text: str) -> str:
    """Return a base URL without its last slash. Raises UsageError."""
    example = "expected e.g. http://127.0.0.1:8420/PROVIDER"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise UsageError(f"the URL `{_without_user(text)}` is not valid; {example}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise UsageError(f"the URL `{_without_user(text)}` is not an http or https URL; {example}")
    if parts.username or parts.password:
        raise UsageError("the URL holds a user name or password; use --credential instead")
    if parts.query or parts.fragment:
        raise UsageError(f"the base URL `{text}` ends in a query or fragment; leave it out")
    return text.rstrip("/")


def _without_user(text: str) -> str:
    return text.rpartition("@")[2]
