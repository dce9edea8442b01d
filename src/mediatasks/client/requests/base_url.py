"""A base URL in its parts, checked before any request."""

import ipaddress
import re
from typing import Any
from urllib.parse import quote

from mediatasks.client.exchange import Origin
from mediatasks.errors import UsageError

_USUAL_PORTS = {"http": 80, "https": 443}
_URL = re.compile(r"(https?)://([^/?#]*)([^?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_HOST_AND_PORT = re.compile(r"(?:\[(.*)\]|([^\[\]:]*))(?::([0-9]*))?")
# Underscores occur in names of containers.
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
# The name of a network interface, after a link-local address.
_ZONE = re.compile(r"[A-Za-z0-9._~-]+")


def split_url(provider: str, url: Any) -> tuple[Origin, str, str]:
    """Return origin, path prefix and Host header of a base URL. Raises UsageError.

    No message shows a URL with a user part: a password may stand there.
    """
    if url in (None, ""):
        raise UsageError(f"`{provider}` needs a base URL: give it as `base_url`")
    if not isinstance(url, str):
        raise UsageError(f"`{provider}`: a base URL is text, got `{type(url).__name__}`")
    try:
        return _split(url)
    except ValueError as error:
        shown = f", got {url!r}" if "@" not in url else ""
        raise UsageError(f"`{provider}` needs a base URL: {error}{shown}") from None


def _split(url: str) -> tuple[Origin, str, str]:
    """Do the same. Raises ValueError that says what a base URL is like."""
    match = _URL.fullmatch(url)
    if match is None:
        raise ValueError("it starts with http:// or https://")
    scheme, authority, path, rest = match[1].lower(), match[2], match[3], match[4]
    if rest:
        raise ValueError("it has no query and no fragment")
    if not url.isprintable() or " " in url or "\\" in url:
        raise ValueError("it has no spaces, control characters or backslashes")
    if "@" in authority:
        raise ValueError("it has no user and no password; credentials are arguments of the client")
    parts = _HOST_AND_PORT.fullmatch(authority)
    if parts is None:
        raise ValueError("after the scheme stand a host and perhaps a port, an IPv6 address in brackets")
    literal, name, digits = parts.groups()
    host = _address(literal) if literal is not None else _name(name)
    port = _port(digits) if digits else _USUAL_PORTS[scheme]
    shown = f"[{host}]" if literal is not None else host
    if port != _USUAL_PORTS[scheme]:
        shown += f":{port}"
    return Origin(scheme.encode(), host.encode(), port), quote(path, safe="/%"), shown


def _port(digits: str) -> int:
    # No digits but these few are read: Python refuses thousands of them with an error of its own.
    port = int(digits.lstrip("0")[:6] or "0")
    if not 0 < port < 2**16:
        raise ValueError("its port is a number from 1 to 65535")
    return port


def _address(literal: str) -> str:
    address, _, zone = literal.partition("%")
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        raise ValueError("in brackets stands an IPv6 address") from None
    if "%" in literal and not _ZONE.fullmatch(zone):
        raise ValueError("after `%` stands the name of a network interface")
    return literal


def _name(name: str) -> str:
    """Return a host name in ASCII."""
    problem = ValueError("its host is a name such as `media.example.org`, or an IP address")
    try:
        host = name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        raise problem from None
    labels = host.removesuffix(".").split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise problem
    return host.lower()
