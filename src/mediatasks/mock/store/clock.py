"""The clock that everything timed uses: real time, faster or slower, or stopped."""

import math
import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

MAX_SPEED = 1_000_000.0
# Dates end with the year 9999; providers that add days to a moment need some room before it.
LATEST = datetime(9990, 1, 1, tzinfo=UTC).timestamp()
_DURATION = re.compile(
    r"P(?:(?P<weeks>[0-9]+)W|(?:(?P<days>[0-9]+)D)?"
    r"(?:T(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?(?:(?P<seconds>[0-9]+(?:\.[0-9]+)?)S)?)?)"
)
_MILLIS = [f".{millis:03}Z" for millis in range(1000)]
_SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}


class Clock:
    """Seconds since 1970, as the mock sees them.

    `speed` is how many seconds pass in one real second; 0 stops the clock, so that only `advance`
    moves it. `at` is where it starts: now, where absent.
    """

    def __init__(self, speed: float = 1.0, at: float | None = None) -> None:
        self._lock = threading.Lock()
        self._watchers: list[Callable[[], None]] = []
        self._state: tuple[float, float, float]
        self._set(time.time() if at is None else at, _judged(speed))

    @property
    def speed(self) -> float:
        """Seconds that pass in one real second."""
        return self._state[2]

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        base, since, speed = self._state
        if not speed:
            return base
        return base + (time.monotonic() - since) * speed

    def advance(self, seconds: float) -> None:
        """Move the clock forward. Raises ValueError for a negative step, or one past the year 9990."""
        if not seconds >= 0:
            raise ValueError(f"a clock does not run backwards: {seconds} s")
        with self._lock:
            base, since, speed = self._state
            if base + seconds > LATEST:
                raise ValueError("the clock ends with the year 9990")
            self._state = (base + seconds, since, speed)
        self._tell()

    def set_speed(self, speed: float) -> None:
        """Let time pass at another speed from now on; 0 stops it.

        Raises ValueError for a speed below 0 or above MAX_SPEED.
        """
        with self._lock:
            self._set(Clock.now(self), _judged(speed))
        self._tell()

    def restart(self, speed: float = 1.0, at: float | None = None) -> None:
        """Begin anew, as a clock that was just made."""
        with self._lock:
            self._set(time.time() if at is None else at, _judged(speed))
        self._tell()

    def watch(self, moved: Callable[[], None]) -> None:
        """Call `moved` each time the clock was moved by hand, or runs at another speed."""
        self._watchers.append(moved)

    def _tell(self) -> None:
        for moved in self._watchers:
            moved()

    def _set(self, base: float, speed: float) -> None:
        # One assignment: a reader in another thread must not see half of a change.
        self._state = (base, time.monotonic(), speed)


def _judged(speed: float) -> float:
    if not (math.isfinite(speed) and 0 <= speed <= MAX_SPEED):
        raise ValueError(f"a clock's speed is 0 to {MAX_SPEED:,.0f}, got {speed}")
    return float(speed)


def parse_duration(text: str) -> float:
    """Return the seconds of an ISO 8601 duration: `PT1H`, `P1DT30M`, `PT0.5S`, `P2W`.

    Years and months have no fixed length and are refused. Raises ValueError.
    """
    match = _DURATION.fullmatch(text) if len(text) <= 60 else None
    parts = {name: float(given) for name, given in match.groupdict().items() if given} if match else {}
    if not parts or text.endswith("T"):
        shown = text[:60]
        raise ValueError(f"expected an ISO 8601 duration of weeks, days or time like `PT1H`, got `{shown}`")
    return sum(_SECONDS[name] * amount for name, amount in parts.items())


# Several members of a resource, and several resources, are dated with the same moment.
@lru_cache(64)
def stamp(seconds: float, unit: str) -> Any:
    """Return a moment in `unit` of the extension `Moment`: date-time, unix-ms, unix-s or local."""
    if unit == "unix-ms":
        return int(seconds * 1000)
    if unit == "unix-s":
        return round(seconds, 3)
    whole = math.floor(seconds)
    micros = round((seconds - whole) * 1e6)
    if micros == 1_000_000:
        whole, micros = whole + 1, 0
    date = _dated(whole)
    return f"{date[:10]} {date[11:]} +0000" if unit == "local" else f"{date}{_MILLIS[micros // 1000]}"


@lru_cache(16)
def _dated(whole: int) -> str:
    return datetime.fromtimestamp(whole, UTC).isoformat()[:19]
