"""Read a request's JSON body strictly: bounded, no duplicate names, no NaN, valid UTF-8."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from mediatasks.contracts.document import Operation
from mediatasks.contracts.pointer import MISSING
from mediatasks.mock.deviation import Deviation, shown
from mediatasks.mock.exchange import MockRequest
from mediatasks.mock.validator import Validator

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64


class BodyReader:
    """The request body of one operation."""

    def __init__(self, operation: Operation) -> None:
        self.media_types = {media_type.lower() for media_type in operation.request_media}
        self.required = operation.body_required
        media: Mapping[str, Any] = next(iter(operation.request_media.values()), {})
        self.validator = Validator(operation.contract, media.get("schema", {}))

    def read(self, request: MockRequest) -> Any:
        """Return the decoded body, `MISSING` where there is none, or the Deviation."""
        if not self.media_types:
            return MISSING
        if not request.body:
            return Deviation("body", (), "a JSON body", "none") if self.required else MISSING
        if (breach := judge_media_type(request, self.media_types)) is not None:
            return breach
        value = read_json(request.body)
        if isinstance(value, Deviation):
            return value
        # An empty value is a value: only a breach takes its place.
        breach = self.validator.deviation(value)
        return value if breach is None else breach


def judge_media_type(request: MockRequest, wanted: set[str]) -> Deviation | None:
    """Return the breach if the body is of another content type than the contract lists."""
    given = request.headers.get("content-type", "")
    if given in wanted:
        return None
    bare = given.partition(";")[0].strip().lower()
    if bare in wanted:
        return None
    expected = " or ".join(sorted(wanted))
    return Deviation("request", (), f"the content type {expected}", shown(given) if given else "none")


def read_json(raw: bytes) -> Any:
    """Return the decoded document, or the Deviation."""
    try:
        value = msgspec.json.decode(raw)
        if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and _is_deep(value):
            raise RecursionError
        # What reads back as it was written cannot have held a name twice; only other notations
        # (spaces, escapes) need the slow look.
        if msgspec.json.encode(value) != raw:
            _read_pairs(raw)
    except _DuplicateName as error:
        return Deviation("body", (), "each name once in an object", f"{shown(error.args[0])} twice")
    except RecursionError:
        return Deviation("body", (), f"at most {MAX_DEPTH} levels of nesting", "more")
    except UnicodeError:
        return Deviation("body", (), "valid UTF-8", "other bytes")
    except (msgspec.MsgspecError, OverflowError, ValueError) as error:
        return Deviation("body", (), "JSON", f"other text ({error})")
    return value


class _DuplicateName(Exception):
    """An object holds a name twice."""


def _read_pairs(raw: bytes) -> None:
    json.loads(raw.decode("utf-8"), object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _DuplicateName(name)
            seen.add(name)
    return found


def _is_deep(value: Any) -> bool:
    level, depth = [value], 0
    while level:
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        depth += 1
        if depth > MAX_DEPTH + 1:
            return True
    return False
