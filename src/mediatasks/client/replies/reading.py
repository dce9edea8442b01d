"""Read a plain JSON value as a type, member by member: what does not fit reads as None, and is told.

This is the slow way, taken where msgspec refuses a value as a whole. Scalars are read as msgspec reads
them, and integral floats as integers (`23.0` is an integer in JSON Schema).
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect

from mediatasks.client.replies.deviation import Deviation
from mediatasks.contracts.pointer import join

# A model may hold itself; no body may exhaust the stack.
MAX_DEPTH = 100

_POSITION = re.compile(r"/\d+(?=/|$)")
_MISFIT: Any = object()


class _Kind(NamedTuple):
    """How values of one type are read.

    `takes` are the JSON types that it takes, the closest one first; `expected` names it in messages;
    `python` is the type of a scalar.
    """

    takes: tuple[type, ...]
    expected: str
    python: Any = None


_KINDS: dict[type, _Kind] = {
    inspect.StructType: _Kind((dict,), "an object"),
    inspect.DictType: _Kind((dict,), "an object"),
    inspect.ListType: _Kind((list,), "an array"),
    inspect.StrType: _Kind((str,), "a string", str),
    inspect.DateTimeType: _Kind((str,), "a date-time (RFC 3339)", datetime),
    inspect.DateType: _Kind((str,), "a date (RFC 3339)", date),
    inspect.IntType: _Kind((int, float), "an integer", int),
    inspect.FloatType: _Kind((float, int), "a number", float),
    inspect.BoolType: _Kind((bool,), "true or false", bool),
    inspect.NoneType: _Kind((type(None),), "null"),
}
_OTHER = _Kind((), "another value")
_GOT: dict[type, str] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    int: "an integer",
    float: "a number with a fraction",
    type(None): "null",
}
# How a message calls a scalar that has the right JSON type and still cannot be read.
_OFF = {str: "a string of another form", int: "a number out of range", float: "a number out of range"}


class Unreadable(Exception):
    """A value cannot be read as its type; `deviation` says why."""

    def __init__(self, deviation: Deviation) -> None:
        self.deviation = deviation
        super().__init__(f"expected {deviation.expected}, got {deviation.got}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.deviation,)


def read_value(kind: Any, value: Any, operation: str, place: str = "") -> tuple[Any, tuple[Deviation, ...]]:
    """Return a plain `value` as the type `kind`, and the deviations of what reads as None.

    `place` is where the value stands in its body. Raises Unreadable where no None may stand for the value:
    it is of another type, or lacks what identifies it.
    """
    reader = _Reader(operation)
    found = reader.read(_shape(kind), value, _Place(place, _POSITION.sub("/*", place)), 0)
    if found is _MISFIT:
        raise Unreadable(reader.deviations[-1])
    return found, tuple(reader.deviations)


@lru_cache(512)
def _shape(kind: Any) -> inspect.Type:
    return inspect.type_info(kind)


class _Place(NamedTuple):
    pointer: str
    pattern: str

    def member(self, name: str) -> _Place:
        step = join([name])
        return _Place(self.pointer + step, self.pattern + step)

    def element(self, key: str | int) -> _Place:
        return _Place(self.pointer + join([key]), f"{self.pattern}/*")


class _Reader:
    """Reads one body. A misfit that was just returned is the last one of `deviations`."""

    def __init__(self, operation: str) -> None:
        self.operation = operation
        self.deviations: list[Deviation] = []

    def read(self, shape: inspect.Type, value: Any, place: _Place, depth: int) -> Any:
        """Return `value` as `shape`, or `_MISFIT`."""
        if isinstance(shape, inspect.AnyType):
            return value
        chosen = _choose(shape, value)
        if chosen is None:
            return self._misfit(place, _expected(shape), _got(value))
        if not isinstance(value, dict | list):
            return self._scalar(chosen, value, place)
        if depth > MAX_DEPTH:
            return self._misfit(place, f"at most {MAX_DEPTH} levels", "more")
        return self._container(chosen, value, place, depth)

    def _container(self, shape: inspect.Type, value: Any, place: _Place, depth: int) -> Any:
        if isinstance(shape, inspect.StructType):
            return self._object(shape, value, place, depth)
        if isinstance(shape, inspect.DictType):
            found = self._array(shape.value_type, value.values(), place, depth, list(value))
            return found if found is _MISFIT else dict(zip(value, found, strict=True))
        assert isinstance(shape, inspect.ListType)
        return self._array(shape.item_type, value, place, depth)

    def _object(self, shape: inspect.StructType, value: dict[str, Any], place: _Place, depth: int) -> Any:
        if depth:
            # One odd member of a page leaves most of its objects whole.
            try:
                return msgspec.convert(value, shape.cls)
            except (msgspec.ValidationError, RecursionError):
                pass
        attributes = {}
        essential = getattr(shape.cls, "__essential__", ())
        for field in shape.fields:
            name = field.encode_name
            if name not in value:
                if field.required:
                    return self._misfit(place, f"the member `{name}`", "an object without it")
                continue
            keeps_none = not field.required and name not in essential
            found = self._inner(field.type, value[name], place.member(name), depth, keeps_none)
            if found is _MISFIT:
                return _MISFIT
            attributes[field.name] = found
        return shape.cls(**attributes)

    def _array(self, shape: inspect.Type, values: Any, place: _Place, depth: int, keys: Any = None) -> Any:
        read = []
        for key, value in enumerate(values) if keys is None else zip(keys, values, strict=True):
            found = self._inner(shape, value, place.element(key), depth)
            if found is _MISFIT:
                return _MISFIT
            read.append(found)
        return read

    def _inner(
        self, shape: inspect.Type, value: Any, place: _Place, depth: int, keeps_none: bool = True
    ) -> Any:
        """Return a part of an object or array; None in place of a misfit where the type allows it."""
        found = self.read(shape, value, place, depth + 1)
        missing = found is _MISFIT and keeps_none and _choose(shape, None) is not None
        return None if missing else found

    def _scalar(self, shape: inspect.Type, value: Any, place: _Place) -> Any:
        if type(value) is float and value.is_integer() and int in _takes(shape)[:1]:
            value = int(value)
        try:
            return msgspec.convert(value, _scalar_type(shape))
        except (msgspec.ValidationError, OverflowError):
            return self._misfit(place, _expected(shape), _OFF.get(type(value), _got(value)))

    def _misfit(self, place: _Place, expected: str, got: str) -> Any:
        self.deviations.append(Deviation(self.operation, place.pointer, expected, got, place.pattern))
        return _MISFIT


def _choose(shape: inspect.Type, value: Any) -> inspect.Type | None:
    """Return the branch of `shape` that takes a value of this JSON type, the closest one first."""
    kind = type(value)
    branches = _branches(shape)
    for rank in (0, 1):
        for branch in branches:
            takes = _takes(branch)
            if len(takes) > rank and takes[rank] is kind:
                whole = kind is not float or int not in takes[:1] or value.is_integer()
                return branch if whole else None
    return None


def _branches(shape: inspect.Type) -> tuple[inspect.Type, ...]:
    return shape.types if isinstance(shape, inspect.UnionType) else (shape,)


def _takes(shape: inspect.Type) -> tuple[type, ...]:
    if isinstance(shape, inspect.EnumType):
        return (int, float) if issubclass(shape.cls, int) else (str,)
    return _KINDS.get(type(shape), _OTHER).takes


def _scalar_type(shape: inspect.Type) -> Any:
    return shape.cls if isinstance(shape, inspect.EnumType) else _KINDS[type(shape)].python


def _expected(shape: inspect.Type) -> str:
    words = []
    for branch in _branches(shape):
        if isinstance(branch, inspect.EnumType):
            words.append("an integer" if issubclass(branch.cls, int) else "a string")
        elif not isinstance(branch, inspect.NoneType) or branch is shape:
            words.append(_KINDS.get(type(branch), _OTHER).expected)
    if "a number" in words:
        words = [word for word in words if word != "an integer"]
    return " or ".join(dict.fromkeys(words))


def _got(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return _GOT.get(type(value), "another value")
