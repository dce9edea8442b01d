"""Read values that travel as text or numbers: frames, rational frame rates, moments in time."""

from datetime import UTC, datetime
from fractions import Fraction

from mediatasks.errors import UsageError, nearest, shown

UNITS = ("date-time", "unix-ms", "unix-s", "local")
_UNREADABLE = (ValueError, TypeError, ArithmeticError, OSError)


def _unreadable(expected: str, value: object) -> UsageError:
    try:
        got = shown(repr(value).encode("utf-8", "replace"))
    except ValueError:
        got = "a number of thousands of digits"
    return UsageError(f"expected {expected}, got {got}")


def read_frames(text: str | int | None) -> int | None:
    """Return a number of frames (`"255"` → 255); None stays None. Raises UsageError."""
    if text is None:
        return None
    try:
        number = Fraction(text)
    except _UNREADABLE:
        raise _unreadable("a number of frames", text) from None
    if number.denominator != 1:
        raise _unreadable("a whole number of frames", text)
    return int(number)


def read_fps(text: str | float | None) -> Fraction | None:
    """Return frames per second (`"30/1"`, `"30000/1001"`, 29.97); None stays None. Raises UsageError."""
    if text is None:
        return None
    try:
        return Fraction(text)
    except _UNREADABLE:
        raise _unreadable("frames per second such as 30/1", text) from None


def read_moment(value: str | float | datetime | None, unit: str = "date-time") -> datetime | None:
    """Return an aware datetime from one of the wire's forms; None stays None.

    `unit` is that of `x-lifecycle`: `date-time` (RFC 3339; without offset it is UTC), `unix-ms`,
    `unix-s`, or `local` (`YYYY-MM-DD hh:mm:ss`, with ` +hhmm` or in UTC). Raises UsageError.
    """
    if value is None:
        return None
    if unit not in UNITS:
        raise UsageError(f"no unit `{unit}` of moments; {nearest(str(unit), UNITS)}")
    try:
        moment = _moment(value, unit)
    except _UNREADABLE:
        raise _unreadable(f"a moment as {unit}", value) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _moment(value: str | float | datetime, unit: str) -> datetime:
    if isinstance(value, datetime):
        return value
    if unit in ("unix-ms", "unix-s"):
        return datetime.fromtimestamp(float(value) / (1000 if unit == "unix-ms" else 1), UTC)
    text = str(value).strip()
    if unit == "local":
        return datetime.strptime(
            text, "%Y-%m-%d %H:%M:%S %z" if " +" in text or " -" in text else "%Y-%m-%d %H:%M:%S"
        )
    return datetime.fromisoformat(text)
