"""Moments as they go over the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

_USUAL = 50


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


# What was made or sent at one moment is dated alike. Long texts are not kept.
_remembered = lru_cache(256)(_instant)
