"""Read a JSON body: bounded, exact, and with errors in our own words."""

import json
from typing import Any

import msgspec

from mediatasks.exchange.content_error import ContentError

__all__ = ["MAX_DEPTH", "ContentError", "read_json"]

MAX_DEPTH = 100

_BRACES_AS_BRACKETS = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def read_json(
    raw: bytes | bytearray | memoryview, *, max_depth: int = MAX_DEPTH, unique_names: bool = False
) -> Any:
    """Return the JSON value in `raw`. Integers of any size stay integers. Raises ContentError.

    Refused are an empty body, bytes that are not UTF-8, malformed JSON (NaN, Infinity and a byte order
    mark included), numbers that a float cannot hold, escapes of half a surrogate pair, more than
    `max_depth` levels, and, with `unique_names`, an object with two members of one name.
    """
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:
        raise _explained(bytes(raw), max_depth, unique_names, type(error)) from None
    # A document with few brackets is not deep.
    data = bytes(raw)
    if data.count(b"[") + data.count(b"{") > max_depth and _is_deep(data, max_depth):
        raise _explained(data, max_depth, unique_names, RecursionError)
    # What reads back as it was written holds no name twice; other notations are read once more.
    if unique_names and msgspec.json.encode(value) != data and _has_name_twice(data):
        from mediatasks.exchange.json_scan import find_problem

        if (problem := find_problem(data, max_depth, unique_names)) is not None:
            raise problem
    return value


def _has_name_twice(data: bytes) -> bool:
    """Whether an object in JSON that is well formed has two members of one name."""
    found = False

    def note(pairs: list[tuple[str, Any]]) -> None:
        nonlocal found
        found = found or len({name for name, _ in pairs}) < len(pairs)

    json.loads(data, object_pairs_hook=note, parse_int=len, parse_float=len)
    return found


def _explained(raw: bytes, max_depth: int, unique_names: bool, kind: type[Exception]) -> ContentError:
    """Return the error that tells what is wrong with a body, and where."""
    from mediatasks.exchange.json_scan import find_problem

    found = find_problem(raw, max_depth, unique_names)
    if found is not None:
        return found
    if kind is RecursionError:
        return ContentError(f"JSON that is nested deeper than {max_depth} levels")
    return ContentError("malformed JSON")


def _is_deep(data: bytes, limit: int) -> bool:
    """Whether JSON that is well formed has more than `limit` levels."""
    unescaped = data.replace(b"\\\\", b"").replace(rb"\"", b"")
    outside = b"".join(unescaped.split(b'"')[::2])
    brackets = outside.translate(_BRACES_AS_BRACKETS, _NO_BRACKETS)
    for _ in range(limit):
        # Each turn takes the innermost level away.
        brackets = brackets.replace(b"[]", b"")
        if not brackets:
            return False
    return True
