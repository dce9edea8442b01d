"""The clock that everything timed uses: real time, faster or slower, or stopped."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any


class Clock:
    """Seconds since 1970, as the mock sees them.

    `speed` is how many seconds pass in one real second; 0 stops the clock, so that only `advance`
    moves it. `at` is where it starts: now, where absent.
    """

    def __init__(self, speed: float = 1.0, at: float | None = None) -> None:
        self.speed = speed
        self._base = time.time() if at is None else at
        self._since = time.monotonic()

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        if not self.speed:
            return self._base
        return self._base + (time.monotonic() - self._since) * self.speed

    def advance(self, seconds: float) -> None:
        """Move the clock forward. Raises ValueError for a negative step."""
        if seconds < 0:
            raise ValueError(f"a clock does not run backwards: {seconds} s")
        self._base += seconds


def stamp(seconds: float, unit: str) -> Any:
    """Return a moment in `unit` of the extension `Moment`: date-time, unix-ms, unix-s or local."""
    if unit == "unix-ms":
        return int(seconds * 1000)
    if unit == "unix-s":
        return round(seconds, 3)
    moment = datetime.fromtimestamp(seconds, UTC)
    if unit == "local":
        return moment.strftime("%Y-%m-%d %H:%M:%S +0000")
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
