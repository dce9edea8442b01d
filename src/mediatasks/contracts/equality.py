"""When two JSON values are equal: three notions, each once.

`equal_on_wire` is JSON's own equality. `same_key` compares what names a resource, which one side may send
as a number and the other as text. `instant` makes moments of any offset comparable.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from mediatasks.contracts.pointer import MISSING

_USUAL = 50


def equal_on_wire(left: Any, right: Any) -> bool:
    """Whether two values are the same JSON: 1 is 1.0, and true is not 1, at any depth."""
    if left != right:
        return False
    if isinstance(left, bool) or isinstance(right, bool):
        return isinstance(left, bool) == isinstance(right, bool)
    if isinstance(left, dict):
        return all(equal_on_wire(value, right[name]) for name, value in left.items())
    return not isinstance(left, list) or all(map(equal_on_wire, left, right))


def same_key(value: Any, wanted: Any) -> bool:
    """Whether two values name the same resource: 7 and "7" do; an absent one names none."""
    if equal_on_wire(value, wanted):
        return True
    if value is MISSING or value is None or wanted is None:
        return False
    if isinstance(value, dict | list | bool) or isinstance(wanted, dict | list | bool):
        return False
    return text_of(value) == text_of(wanted)


def text_of(value: Any) -> str:
    """Return the one text of a scalar, the same for 7, 7.0 and "7", so that keys can be compared."""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def instant(text: Any) -> float | None:
    """Return a date and time, or a date, of ISO 8601 as seconds since 1970; UTC where it names no zone.

    None for everything else.
    """
    if not isinstance(text, str):
        return None
    return _remembered(text) if len(text) <= _USUAL else _instant(text)


def _instant(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


# What was made or sent at one moment has the same text. Long texts are not kept.
_remembered = lru_cache(256)(_instant)
