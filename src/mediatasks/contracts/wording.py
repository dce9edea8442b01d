"""Numbers in messages."""

from __future__ import annotations


def count_of(number: int, noun: str) -> str:
    """Return `1 case`, `2 cases`, `2 statuses`."""
    ending = "es" if noun.endswith("s") else "s"
    return f"{number} {noun}{'' if number == 1 else ending}"
