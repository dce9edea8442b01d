"""Decode replies: typed models from bytes, defined errors from everything else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from mediatasks.client.operation import OperationSpec
from mediatasks.client.replies.deviation import Deviation
from mediatasks.errors import ReplyError, StatusError, portable, status_error
from mediatasks.exchange.content import ContentError, read_json

T = TypeVar("T")


@dataclass(frozen=True)
class Reply(Generic[T]):
    """A reply with everything it came with: `result` is typed, `raw` are the bytes of the body.

    `deviations` are the places of the body that do not fit the contract's types; they read as None in
    `result`.
    """

    status: int
    headers: Mapping[str, str]
    raw: bytes
    result: T
    deviations: tuple[Deviation, ...] = ()
    operation: str = ""

    def __reduce__(self) -> tuple[Any, ...]:
        # The headers of a caller's own transport may be of a class that does not pickle.
        parts = self.status, portable(self.headers), self.raw, self.result, self.deviations, self.operation
        return type(self), parts

    def json(self) -> Any:
        """Return the body as plain Python values, with what the contract lacks and what deviates.

        None for an empty body. Raises ReplyError for one that is not JSON throughout.
        """
        if not self.raw.strip():
            return None
        return read_body(self.operation, self.status, self.raw)


def read_reply(
    operation: OperationSpec[T], status: int, headers: Mapping[str, str], raw: bytes
) -> Reply[T]:
    """Return the decoded reply. Raises StatusError outside 2xx, ReplyError for an unreadable body."""
    if 200 <= status < 300:
        result, deviations = decode(operation, status, raw)
        return Reply(status, headers, raw, result, deviations, operation.id)
    raise read_failure(operation, status, headers, raw)


def read_failure(
    operation: OperationSpec[Any], status: int, headers: Mapping[str, str], raw: bytes
) -> StatusError:
    """Return the exception of a reply outside 2xx: its body typed, or raw where it cannot be read so."""
    deviations: tuple[Deviation, ...] = ()
    try:
        body, deviations = decode(operation, status, raw)
    except ReplyError:
        body = raw
    error = status_error(operation.id, status, body, raw, headers)
    error.deviations = deviations
    return error


def decode(operation: OperationSpec[Any], status: int, raw: bytes) -> tuple[Any, tuple[Deviation, ...]]:
    """Return the typed body of `status`, and what of it reads as None because it does not fit.

    Raises ReplyError for a body that is not JSON, is of another type, or lacks identity or state.
    """
    if operation.reply_type(status) is None and not raw.strip():
        return None, ()
    try:
        return operation.decoder(status).decode(raw), ()
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        # Our own reader tells what is wrong: the places that do not fit, or that there is no JSON.
        return convert(operation, status, read_body(operation.id, status, raw), raw)


def read_body(operation: str, status: int, raw: bytes) -> Any:
    """Return the body of a reply as plain values. Raises ReplyError for one that is not JSON."""
    try:
        return decode_json(raw)
    except ContentError as error:
        raise ReplyError(operation, status, "", "JSON", str(error), raw) from None


def decode_json(raw: bytes) -> Any:
    """Return the JSON value in `raw`. Raises ContentError.

    Its depth is not measured, which costs as much as to decode it: types are read to a bounded depth.
    """
    try:
        return msgspec.json.decode(raw)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        return read_json(raw)


def convert(
    operation: OperationSpec[Any], status: int, value: Any, raw: bytes, place: str = ""
) -> tuple[Any, tuple[Deviation, ...]]:
    """Return a plain `value`, at `place` in the body, as the type of `status`, and its deviations.

    Raises ReplyError where the value is of another type, or lacks identity or state.
    """
    kind = operation.reply_type(status)
    try:
        return msgspec.convert(value, kind), ()
    except (msgspec.ValidationError, OverflowError, RecursionError):
        pass
    # Loaded where it is needed: replies that fit do not pay for it.
    from mediatasks.client.replies.reading import Unreadable, read_value

    try:
        return read_value(kind, value, operation.id, place)
    except Unreadable as error:
        raise reply_error(error.deviation, status, raw) from None


def reply_error(found: Deviation, status: int, raw: bytes) -> ReplyError:
    """Return the exception that a deviation is where no None may stand for it."""
    return ReplyError(found.operation, status, found.pointer, found.expected, found.got, raw)
