"""Moments as replies show them, in the units of the extension `Moment`."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from mediatasks.contracts.schema.shape import parse_number

FORMS = {
    "date-time": "a date and time of RFC 3339",
    "unix-ms": "milliseconds since 1970",
    "unix-s": "seconds since 1970",
    "local": "a date and time as `YYYY-MM-DD hh:mm:ss`, perhaps with ` +hhmm`",
}
# Milliseconds taken for seconds lie beyond these years, seconds taken for milliseconds before them.
_EARLIEST = 31_536_000  # 1971
_LATEST = 16_725_225_600  # 2500
_TEXT = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)(?P<between>[Tt ])(?P<time>\d\d:\d\d:\d\d)(?:\.(?P<part>\d{1,30}))?"
    r"(?P<zone>[Zz]| ?[+-]\d\d:?\d\d)?",
    re.ASCII,
)


@dataclass(frozen=True)
class Moment:
    """Seconds since 1970; `step` is how finely they are shown. Without `zoned` their zone is unknown."""

    seconds: float
    step: float
    zoned: bool = True


def is_in_unit(value: Any, unit: str) -> bool:
    """Whether `value` has the form of a moment in `unit`; a date that no calendar has may have it."""
    if unit in ("unix-ms", "unix-s"):
        return read_moment(value, unit) is not None
    return _match(value, unit) is not None


def read_moment(value: Any, unit: str) -> Moment | None:
    """Return the moment that `value` is in `unit`; None where it is none."""
    if unit in ("unix-ms", "unix-s"):
        return _number(value, 1000 if unit == "unix-ms" else 1)
    return _of_text(value, unit) if isinstance(value, str) else None


@lru_cache(maxsize=4096)
def _of_text(text: str, unit: str) -> Moment | None:
    """Return the moment of a text; lists show the same ones again and again."""
    match = _match(text, unit)
    if match is None:
        return None
    try:
        # A leap second is the last one of its minute.
        time = re.sub(":60$", ":59", match["time"])
        zone = (match["zone"] or "Z").strip().upper()
        moment = datetime.fromisoformat(f"{match['date']}T{time}{zone}")
        whole = (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    except (ValueError, OverflowError):
        return None
    part = match["part"] or ""
    return Moment(whole + float(f"0.{part or 0}"), 10.0 ** -len(part), match["zone"] is not None)


def _match(value: Any, unit: str) -> re.Match[str] | None:
    match = _TEXT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    if unit == "local":
        fits = match["between"] == " " and match["zone"] not in ("Z", "z")
    else:
        fits = match["zone"] is not None and not match["zone"].startswith(" ")
    return match if fits else None


def _number(value: Any, parts: int) -> Moment | None:
    """Return the moment of a number of `1 / parts` seconds; it may travel as text."""
    number = parse_number(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    if not _EARLIEST * parts <= number <= _LATEST * parts:
        return None
    step = 1.0 if parts == 1 and isinstance(number, int) else 0.001
    return Moment(number / parts, step)
