"""Numbers, values and places in messages."""

import json
from typing import Any

from mediatasks.contracts.pointer import MISSING
from mediatasks.errors import shown


def count_of(number: int, noun: str) -> str:
    """Return `1 case`, `2 cases`, `2 statuses`."""
    ending = "es" if noun.endswith("s") else "s"
    return f"{number} {noun}{'' if number == 1 else ending}"


def quoted(value: Any) -> str:
    """Return a JSON value for a message: printable, at most 200 characters, in backticks.

    `MISSING` is `no such member`, without backticks.
    """
    if value is MISSING:
        return "no such member"
    try:
        text = value if isinstance(value, str) else json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    return f"`{shown(text.encode('utf-8', 'replace'))}`"


def place_of(pointer: str) -> str:
    """Return a JSON Pointer into a body for people: what a server sends need not be printable."""
    return shown(pointer.encode("utf-8", "replace")) if pointer else "(body)"
