"""How single values travel: as text in paths, queries and headers, and as members of a JSON body."""

import math
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, NoReturn
from uuid import UUID

from mediatasks.errors import UsageError

# An exponent up to here is written out; beyond it the zeros would outweigh everything else.
_WRITTEN_OUT = 60
_ONE_VALUE = "give text, a number, an aware datetime, a date, a UUID or an Enum"
_ANY_VALUE = (
    "what can be sent: None, bool, int, float, str, list, tuple, dict, Decimal, aware datetime, date, "
    "UUID, Enum, dataclass, msgspec Struct, pydantic model"
)


class Unsendable(Exception):
    """A value cannot be sent. `path` is where it stands below the value that was given."""

    def __init__(self, problem: str, advice: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(problem, advice, path)
        self.problem, self.advice, self.path = problem, advice, path


def scalar(value: Any, path: tuple[str | int, ...]) -> Any:
    """Return a single value as str, int, float or Decimal; anything else as it is."""
    if isinstance(value, str):
        return check_text(str.__str__(value), path)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        _check_finite(math.isfinite(value), path)
        return float(value)
    if isinstance(value, datetime):
        return _moment_text(value, path)
    return str(value) if isinstance(value, date | UUID) else value


def _check_finite(is_finite: bool, path: tuple[str | int, ...]) -> None:
    if not is_finite:
        raise Unsendable("JSON and HTTP have no NaN and no infinity", "give a finite number or None", path)


def check_text(text: str, path: tuple[str | int, ...] = ()) -> str:
    """Return `text` if UTF-8 can hold it. Lone surrogates come from undecodable file names, for example."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            problem = f"its character {error.start} is a lone surrogate, which UTF-8 cannot hold"
            raise Unsendable(problem, "give valid text", path) from None
    return text


def number_text(value: int | Decimal, path: tuple[str | int, ...] = ()) -> str:
    """Return all digits of a number, without an exponent unless it is a great one."""
    if isinstance(value, Decimal):
        _check_finite(value.is_finite(), path)
        exponent = value.as_tuple().exponent
        assert isinstance(exponent, int)
        return format(value, "f") if -_WRITTEN_OUT <= exponent <= _WRITTEN_OUT else str(value)
    try:
        return str(value)
    except ValueError:
        raise Unsendable("the integer has too many digits", "give fewer than 4300 digits", path) from None


def _moment_text(value: datetime, path: tuple[str | int, ...]) -> str:
    """Return an aware datetime as RFC 3339 has it, in its own offset."""
    offset = value.utcoffset()
    if offset is None:
        advice = "give it one, such as `value.replace(tzinfo=UTC)`"
        raise Unsendable("the datetime has no time zone", advice, path)
    if offset.total_seconds() % 60:
        # Local mean times of the 19th century: RFC 3339 has offsets of whole minutes only.
        try:
            value = value.astimezone(UTC)
        except OverflowError:
            raise Unsendable("the datetime is out of range", "give a later or earlier one", path) from None
    text = value.isoformat()
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def refuse(value: Any, path: tuple[str | int, ...] = (), advice: str = _ANY_VALUE) -> NoReturn:
    """Raise Unsendable for the type of `value`, with the nearest type that can be sent."""
    if isinstance(value, bytes | bytearray | memoryview):
        advice = "give text, such as base64"
    elif isinstance(value, set | frozenset):
        advice = "give a list"
    elif hasattr(value, "__fspath__"):
        advice = "give `str(path)`"
    raise Unsendable(f"it is of type {type_name(value)}", advice, path)


def type_name(value: Any) -> str:
    """Return the name of the type of `value` as messages show it."""
    return f"`{type(value).__name__}`"


def parameter_text(name: str, value: Any) -> str:
    """Return `value` as it stands in a path, query or header. Raises UsageError naming the parameter."""
    try:
        return _text(value)
    except Unsendable as error:
        raise UsageError(f"`{name}` cannot be sent: {error.problem}; {error.advice}") from None


def _text(value: Any) -> str:
    while isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    found = scalar(value, ())
    if isinstance(found, str):
        return found
    if isinstance(found, int | Decimal):
        return number_text(found)
    if isinstance(found, float):
        # An id that a server wrote as 7.0 is 7 in a path.
        return str(int(found)) if found.is_integer() and abs(found) < 2**53 else str(found)
    refuse(value, (), _ONE_VALUE)
