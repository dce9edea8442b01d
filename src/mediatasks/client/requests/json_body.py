"""A JSON body from a caller's values: what JSON has, and the forms that the contract has for the rest.

Every value is looked at before anything is sent: msgspec alone would send NaN as null, bytes as
base64 and a set as a list.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any

import msgspec

from mediatasks.client.requests.wire import Unsendable, check_text, number_text, refuse, scalar, type_name
from mediatasks.contracts.pointer import join
from mediatasks.errors import UsageError

# Python's stack, part of which the caller has used, holds twice as many levels.
MAX_DEPTH = 100
# The integers that msgspec writes.
_LEAST, _MOST = -(2**63), 2**64 - 1
ENCODER = msgspec.json.Encoder()

TextForm = Callable[[tuple[str | int, ...]], bool]


def plain_body(owner: str, value: Any, is_text: TextForm | None = None) -> Any:
    """Return `value` as what JSON has, ready for `ENCODER`.

    `owner` is the operation, for messages. `is_text` says of a place whether the contract has a
    string there, so that a Decimal goes as one. Raises UsageError with the JSON Pointer of what
    cannot be sent.
    """
    try:
        return _Plain(is_text).of(value, ())
    except Unsendable as error:
        place = f"`{join(error.path)}`" if error.path else "the body"
        raise UsageError(f"`{owner}`: {place} cannot be sent: {error.problem}; {error.advice}") from None
    except RecursionError:
        raise UsageError(f"`{owner}`: the body cannot be sent: it is nested too deeply") from None


class _Plain:
    """Turns one body into what JSON has: None, bool, int, float, str, list and dict."""

    def __init__(self, is_text: TextForm | None) -> None:
        self._is_text = is_text
        self._around: set[int] = set()

    def of(self, value: Any, path: tuple[str | int, ...]) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, Enum):
            return self.of(value.value, path)
        found = scalar(value, path)
        if isinstance(found, Decimal):
            text = number_text(found, path)
            return text if self._is_text and self._is_text(path) else msgspec.Raw(text.encode())
        if isinstance(found, int) and not _LEAST <= found <= _MOST:
            return msgspec.Raw(number_text(found, path).encode())
        return found if isinstance(found, str | int | float) else self._holder(value, path)

    def _holder(self, value: Any, path: tuple[str | int, ...]) -> Any:
        if len(path) >= MAX_DEPTH:
            raise Unsendable(f"it is nested deeper than {MAX_DEPTH} levels", "give less depth", path)
        if id(value) in self._around:
            raise Unsendable("it holds itself", "give a structure without circles", path)
        self._around.add(id(value))
        try:
            return self._opened(value, path)
        finally:
            self._around.discard(id(value))

    def _opened(self, value: Any, path: tuple[str | int, ...]) -> Any:
        if isinstance(value, Mapping):
            return {_key(k, path): self.of(v, (*path, str(k))) for k, v in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
            return [self.of(v, (*path, i)) for i, v in enumerate(value)]
        if isinstance(value, msgspec.Struct):
            return self._struct(value, path)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {name: self.of(v, (*path, name)) for name, v in _dataclass_members(value)}
        if callable(getattr(type(value), "model_dump", None)):
            return self.of(_pydantic_members(value, path), path)
        refuse(value, path)

    def _struct(self, value: msgspec.Struct, path: tuple[str | int, ...]) -> Any:
        config = value.__struct_config__
        members = list(_struct_members(value))
        if config.array_like:
            tag = [] if config.tag is None else [config.tag]
            return [*tag, *(self.of(v, (*path, i)) for i, (_, v) in enumerate(members, len(tag)))]
        plain = {} if config.tag is None else {config.tag_field: config.tag}
        plain.update({name: self.of(v, (*path, name)) for name, v in members})
        return plain


def _key(key: Any, path: tuple[str | int, ...]) -> str:
    if isinstance(key, Enum):
        key = key.value
    if not isinstance(key, str):
        raise Unsendable(f"a key is of type {type_name(key)}", "names of members are text", path)
    return check_text(str.__str__(key), path)


@lru_cache(512)
def _struct_fields(kind: type) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(kind)


def _struct_members(value: msgspec.Struct) -> Iterable[tuple[str, Any]]:
    """Yield wire name and value of what msgspec would write."""
    config = value.__struct_config__
    for field in _struct_fields(type(value)):
        member = getattr(value, field.name)
        if member is msgspec.UNSET:
            continue
        if config.omit_defaults and not config.array_like:
            made = field.default_factory
            empty = made in (list, dict, set) and type(member) is made and not member
            if member is field.default or empty:
                continue
        yield field.encode_name, member


def _dataclass_members(value: Any) -> Iterable[tuple[str, Any]]:
    """Yield name and value. A member that is None by default, and is None, was not given."""
    for field in dataclasses.fields(value):
        member = getattr(value, field.name, msgspec.UNSET)
        if member is not msgspec.UNSET and not (member is None and field.default is None):
            yield field.name, member


def _pydantic_members(model: Any, path: tuple[str | int, ...]) -> Any:
    """Return what a pydantic model writes, by alias, without the members that are None and were not set."""
    try:
        return _without_unset(
            model.model_dump(by_alias=True), model.model_dump(by_alias=True, exclude_unset=True)
        )
    # Serializers of a model are the caller's code: whatever they raise means the same here.
    except Exception as error:
        problem = f"`model_dump` of {type_name(model)} failed with {type(error).__name__}"
        raise Unsendable(problem, "give a model that can be dumped", path) from None


def _without_unset(whole: Any, given: Any) -> Any:
    if isinstance(whole, dict):
        there = given if isinstance(given, dict) else {}
        return {k: _without_unset(v, there.get(k)) for k, v in whole.items() if v is not None or k in there}
    if isinstance(whole, list | tuple):
        fits = isinstance(given, list | tuple) and len(given) == len(whole)
        return [_without_unset(v, given[i] if fits else None) for i, v in enumerate(whole)]
    return whole
