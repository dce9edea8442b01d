"""Headers that a caller gives: what HTTP takes, and nothing that the client sets itself."""

import re
from collections.abc import Mapping
from typing import Any

from mediatasks.client.requests.wire import type_name
from mediatasks.errors import UsageError

# RFC 9110, 5.6.2 and 5.5.
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
# The client frames its requests itself; two answers to "where does the body end?" are an attack.
_FRAMING = frozenset({"content-length", "transfer-encoding"})


def check_headers(owner: str, headers: Any) -> dict[str, str]:
    """Return headers by lower-case name. Raises UsageError for what HTTP or a client does not take.

    No message shows a value: it may be a secret.
    """
    if not isinstance(headers, Mapping):
        raise UsageError(f"`{owner}`: `headers` is a mapping of text to text, got {type_name(headers)}")
    checked = {}
    for name, value in headers.items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            raise UsageError(f"`{owner}`: {name!r} is no header name; it has letters, digits and `-`")
        if name.lower() in _FRAMING:
            raise UsageError(f"`{owner}`: the client sets the header `{name}` itself; leave it out")
        checked[name.lower()] = header_text(f"`{owner}`: the header `{name}`", value)
    return checked


def header_text(what: str, value: Any) -> str:
    """Return the value of a header. `what` names it in the UsageError for one that cannot be sent."""
    if not isinstance(value, str):
        raise UsageError(f"{what} is text, got {type_name(value)}")
    if not _HEADER_VALUE.fullmatch(value) or value != value.strip(" \t"):
        raise UsageError(
            f"{what} cannot be sent: HTTP takes characters of latin-1 there, no line breaks or other "
            "control characters, and no space at either end"
        )
    return str.__str__(value)
