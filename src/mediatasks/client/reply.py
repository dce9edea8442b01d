"""Decode replies: typed models from bytes, defined errors from everything else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from mediatasks.client.operation import Operation
from mediatasks.contracts.pointer import join
from mediatasks.errors import ReplyError, portable, status_error

T = TypeVar("T")

_STEP = re.compile(r"\[(\d+|\.\.\.)\]|\.([^.\[]+)")


@dataclass(frozen=True)
class Reply(Generic[T]):
    """A reply with everything it came with: `result` is typed, `raw` are the bytes of the body."""

    status: int
    headers: Mapping[str, str]
    raw: bytes
    result: T

    def __reduce__(self) -> tuple[Any, ...]:
        # The headers of a caller's own transport may be of a class that does not pickle.
        return type(self), (self.status, portable(self.headers), self.raw, self.result)

    def json(self) -> Any:
        """Return the body as plain Python values, members included that the contract lacks."""
        return msgspec.json.decode(self.raw)


def read_reply(operation: Operation[T], status: int, headers: Mapping[str, str], raw: bytes) -> Reply[T]:
    """Return the decoded reply. Raises StatusError outside 2xx, ReplyError for a body that does not fit."""
    if 200 <= status < 300:
        result = decode(operation, status, raw)
        return Reply(status, headers, raw, result)
    try:
        body = decode(operation, status, raw)
    except ReplyError:
        body = raw
    raise status_error(operation.id, status, body, raw, headers)


def decode(operation: Operation[Any], status: int, raw: bytes) -> Any:
    """Return the typed body of `status`. Raises ReplyError."""
    if operation.reply_type(status) is None and not raw.strip():
        return None
    try:
        return operation.decoder(status).decode(raw)
    except msgspec.ValidationError as error:
        return _decode_leniently(operation, status, raw, error)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        got = str(error) if raw.strip() else "an empty body"
        raise ReplyError(operation.id, status, "", "JSON", got, raw) from None


def _decode_leniently(
    operation: Operation[Any], status: int, raw: bytes, error: msgspec.ValidationError
) -> Any:
    """Decode again with integral floats as integers, as JSON Schema reads `23.0`."""
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # What breaks further on is less telling than the wrong type before it.
        raise ReplyError(operation.id, status, *explain(error), raw) from None
    return convert(operation, status, value, raw)


def convert(operation: Operation[Any], status: int, value: Any, raw: bytes, place: str = "") -> Any:
    """Return a plain `value`, at `place` in the body, as the type of `status`. Raises ReplyError."""
    try:
        return fit(value, operation.reply_type(status))
    except msgspec.ValidationError as error:
        pointer, expected, got = explain(error)
        raise ReplyError(operation.id, status, place + pointer, expected, got, raw) from None
    except RecursionError as error:
        raise ReplyError(operation.id, status, place, "JSON", str(error), raw) from None


def fit(value: Any, kind: Any) -> Any:
    """Return a plain `value` as `kind`; integral floats read as integers. Raises ValidationError."""
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, RecursionError):
        return msgspec.convert(_mended(value), kind)


def _mended(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _mended(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_mended(v) for v in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def explain(error: msgspec.ValidationError) -> tuple[str, str, str]:
    """Return (JSON Pointer, expected, got) of msgspec's message."""
    text, _, path = str(error).partition(" - at `")
    steps = [index or name for index, name in _STEP.findall(path.rstrip("`"))]
    match = re.fullmatch(r"Expected (.+?), got (.+)", text)
    expected, got = match.groups() if match else (text, "something else")
    return join(steps), expected.replace("`", ""), got.replace("`", "")
