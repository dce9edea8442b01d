"""Verify a signed webhook (`x-signature`): its header, its HMAC and its age."""

import hashlib
import hmac
import math
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from mediatasks.client.values import read_moment
from mediatasks.contracts.pointer import get
from mediatasks.errors import UsageError, WebhookError

Secret = str | bytes


class Multidict(Protocol):
    """Headers of a framework or of the standard library: a mapping, or what has its `items`."""

    def items(self) -> Iterable[tuple[Any, Any]]:
        """Return pairs of a name and its value or values."""


# A name and a value are text or bytes; a value may be a list of them.
Headers = Multidict | Iterable[tuple[Any, Any]]


_PATTERNS = {"signature": ".+", "timestamp": "[0-9]+"}
# HMAC fills a key up with zero bytes: a key of zero bytes alone is the empty key.
_BLANK = b" \t\n\r\x0b\x0c\x00"


def read_secrets(secret: Secret | Iterable[Secret]) -> tuple[bytes, ...]:
    """Return the keys of one secret, or of several while one replaces another.

    Raises UsageError where there is none, or one is blank.
    """
    one = isinstance(secret, str | bytes)
    if not one and (isinstance(secret, Mapping) or not isinstance(secret, Iterable)):
        raise UsageError(f"`secret` must be text, bytes or a list of them, got {type(secret).__name__}")
    keys = tuple(_key(each) for each in ((secret,) if one else secret))
    if not keys:
        raise UsageError("`secret` is an empty list: anybody could sign; give a secret or `verify=False`")
    return keys


def _key(secret: object) -> bytes:
    if isinstance(secret, str):
        try:
            key = secret.encode()
        except UnicodeEncodeError:
            raise UsageError("`secret` is not valid Unicode text") from None
        blank = not any(c.isprintable() and not c.isspace() for c in secret)
    elif isinstance(secret, bytes):
        key, blank = secret, not secret.strip(_BLANK)
    else:
        raise UsageError(f"`secret` must be text or bytes, got {type(secret).__name__}")
    if blank:
        raise UsageError("`secret` is empty: anybody could sign; give the webhook's secret")
    return key


def verify_signature(
    rules: Mapping[str, Any], body: bytes, headers: Headers, keys: Sequence[bytes]
) -> None:
    """Check that one of the header's signatures is that of a webhook's raw body by one of `keys`.

    The elements of the header may stand in any order; those of other versions are passed over.
    Raises WebhookError, UsageError for headers of another shape.
    """
    name, form = rules["header"], rules["format"]
    values = list(_values(headers, name.lower()))
    if not values:
        raise WebhookError(f"the header `{name}` is missing; expected {form}", "unsigned")
    found = _elements(form, values)
    if not all(found.values()):
        raise WebhookError(f"the header `{name}` is not of the form {form}", "unsigned")
    genuine = False
    for key in keys:
        expected = hmac.new(key, body, hashlib.sha256).hexdigest().encode()
        for signature in found["signature"]:
            genuine |= hmac.compare_digest(expected, signature.encode("utf-8", "replace"))
    if not genuine:
        raise WebhookError("the signature does not fit the body and the secret", "forged")


def _values(headers: Headers, name: str) -> Iterator[str]:
    """Yield each value of the header `name`: it may occur more than once."""
    given: Any = headers
    try:
        pairs = [
            (_text(key), value) for key, value in (given.items() if hasattr(given, "items") else given)
        ]
    except (TypeError, ValueError):
        raise UsageError("`headers` must be a mapping, or pairs of a name and a value") from None
    for key, value in pairs:
        if key.lower() == name:
            yield from map(_text, value if isinstance(value, list | tuple) else [value])


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if not isinstance(value, str):
        raise UsageError(f"a header must be text or bytes, got {type(value).__name__}")
    return value


def _elements(form: str, values: Sequence[str]) -> dict[str, list[str]]:
    """Return `signature` (and `timestamp`, where the form has one) → what the header has for it."""
    found: dict[str, list[str]] = {"signature": []}
    given = [element for value in values for element in _split(value)]
    for template in _split(form):
        before, _, rest = template.partition("{")
        placeholder, _, after = rest.partition("}")
        if placeholder in _PATTERNS:
            pattern = re.escape(before) + f"({_PATTERNS[placeholder]})" + re.escape(after)
            matches = (re.fullmatch(pattern, element, re.DOTALL) for element in given)
            found.setdefault(placeholder, []).extend(match[1] for match in matches if match)
    return found


def _split(text: str) -> list[str]:
    return re.split(r"[,;\s]+", re.sub(r"\s*=\s*", "=", text))


def read_tolerance(tolerance: float) -> float:
    """Return a tolerance in seconds. Raises UsageError for what bounds nothing, such as NaN."""
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float):
        raise UsageError(f"`tolerance` must be a number of seconds, got {type(tolerance).__name__}")
    if math.isnan(tolerance) or tolerance < 0:
        raise UsageError(f"`tolerance` must be a number of seconds of at least 0, got {tolerance}")
    return tolerance


def check_age(rules: Mapping[str, Any], value: Any, tolerance: float) -> None:
    """Check a decoded body's own time: the header's is not signed. Raises WebhookError.

    It may lie `tolerance` seconds in the past, or as far ahead.
    """
    if "timestamp" not in rules:
        return
    at, unit = rules["timestamp"]["at"], rules["timestamp"]["unit"]
    age = time.time() - _seconds(get(value, at), at, unit)
    told = f"by the body's own time at `{at}`; `tolerance` is {tolerance:g} s"
    if age > tolerance:
        raise WebhookError(f"the event is too old: it was sent {age:.0f} s ago, {told}", "too-old")
    if age < -tolerance:
        problem = f"the event is from the future: it was sent {-age:.0f} s ahead of this machine's clock"
        raise WebhookError(f"{problem}, {told}", "from-the-future")


def _seconds(moment: Any, at: str, unit: str) -> float:
    numeric = unit in ("unix-ms", "unix-s")
    wanted = int | float if numeric else str
    try:
        if isinstance(moment, wanted) and not isinstance(moment, bool):
            if numeric:
                return float(moment) / (1000 if unit == "unix-ms" else 1)
            read = read_moment(moment, unit)
            return read.timestamp() if read else math.nan
    except (UsageError, OverflowError):
        pass
    raise WebhookError(f"the body has no time at `{at}`; expected {unit}", "malformed")
