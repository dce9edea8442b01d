"""Moments as they go over the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def instant(text: Any) -> float | None:
    """Return a date and time, or a date, of ISO 8601 as seconds since 1970; UTC where it names no zone.

    None for everything else.
    """
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
