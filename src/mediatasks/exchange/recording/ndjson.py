"""Exchanges as lines of JSON, one each: the form that recordings, reports and replay share.

`exchange.schema.json` beside this module is the JSON Schema of a line; docs/exchanges.md describes it.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, BinaryIO, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from mediatasks.errors import RecordingError
from mediatasks.exchange.exchange import CUT, NOT_RECORDED, Exchange, Gap
from mediatasks.exchange.recording.problem import problem_in

VERSION = 1
MAX_LINE = 64 * 1024 * 1024
MAX_HEADERS = 1000
_PRESENT = "present"

_State = Literal["present", "redacted", "not_recorded", "cut"]
_Size = Annotated[int, Meta(ge=0)]
_Moment = Annotated[datetime, Meta(tz=True)]
_Name = Annotated[str, Meta(min_length=1)]


class _Body(Struct, omit_defaults=True):
    state: _State = "present"
    text: str | None = None
    base64: str | None = None
    size: _Size | None = None


class _Header(Struct, omit_defaults=True):
    state: _State = "present"
    values: list[str] = []
    size: _Size | None = None


_Headers = dict[str, list[str] | _Header]


class _Request(Struct, omit_defaults=True):
    method: _Name
    url: _Name
    headers: _Headers | UnsetType = UNSET
    body: _Body | UnsetType | None = UNSET


class _Response(Struct, omit_defaults=True):
    status: Annotated[int, Meta(ge=100, le=999)]
    headers: _Headers | UnsetType = UNSET
    body: _Body | UnsetType | None = UNSET


class _Line(Struct, omit_defaults=True):
    version: int
    request: _Request
    response: _Response | None
    begin: _Moment | None = None
    end: _Moment | None = None
    account: str | None = None


_decoder = msgspec.json.Decoder(_Line)


@cache
def line_schema() -> dict[str, Any]:
    """Return the JSON Schema of a line."""
    text = files("mediatasks.exchange.recording").joinpath("exchange.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def write_line(exchange: Exchange) -> bytes:
    """Return an exchange as a line of JSON, its line break included. Nothing is redacted here."""
    gaps, response = exchange.gaps, None
    if exchange.status:
        headers = _written_headers("reply", exchange.reply_headers, gaps)
        response = _Response(
            exchange.status, headers, _written_body(exchange.reply, gaps.get("reply body"))
        )
    request = _Request(
        exchange.method,
        exchange.url,
        _written_headers("request", exchange.headers, gaps),
        _written_body(exchange.body, gaps.get("request body")),
    )
    begin, end = _written_moment(exchange.begin), _written_moment(exchange.end)
    return msgspec.json.encode(_Line(VERSION, request, response, begin, end, exchange.account)) + b"\n"


def read_line(line: bytes, place: str = "line") -> Exchange:
    """Return the exchange of a line. Raises RecordingError, which begins with `place`."""
    try:
        read = _decoder.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise RecordingError(place, problem_in(line, line_schema()), _ADVICE) from None
    if read.version != VERSION:
        problem = f"expected `version` {VERSION}, got {read.version}"
        raise RecordingError(place, problem, "read it with the release of mediatasks that wrote it")
    gaps: dict[str, Gap] = {}
    headers = _read_headers("request", read.request.headers, gaps, place)
    body = _read_body("request body", read.request.body, gaps, place)
    exchange = Exchange(
        read.request.method,
        read.request.url,
        headers,
        body or None,
        begin=_read_moment(read.begin),
        end=_read_moment(read.end),
        account=read.account,
        gaps=gaps,
    )
    if read.response is None:
        return exchange
    reply_headers: dict[str, list[str]] = {}
    for name, values in _read_headers("reply", read.response.headers, gaps, place).items():
        reply_headers.setdefault(name.lower(), []).extend(values)
    reply = _read_body("reply body", read.response.body, gaps, place)
    return replace(exchange, status=read.response.status, reply_headers=reply_headers, reply=reply)


def read_lines(
    stream: BinaryIO,
    name: str = "recording",
    *,
    max_line: int = MAX_LINE,
    refuse: Callable[[RecordingError], None] | None = None,
) -> Iterator[Exchange]:
    """Yield the exchanges of a stream, one a line; empty lines are passed over.

    Raises RecordingError for the first line that is none; with `refuse` it is handed over instead, and
    the rest is read. No line of more than `max_line` bytes is ever held.
    """
    number = 0
    while line := stream.readline(max_line + 1):
        number += 1
        try:
            if len(line) > max_line:
                while line and not line.endswith(b"\n"):
                    line = stream.readline(max_line + 1)
                problem = f"expected a line of at most {max_line} bytes"
                raise RecordingError(f"{name}:{number}", problem, "cut long bodies when they are recorded")
            if not line.isspace():
                yield read_line(line, f"{name}:{number}")
        except RecordingError as error:
            if refuse is None:
                raise
            refuse(error)


_ADVICE = "docs/exchanges.md has the form of a line"


def _written_body(body: bytes | None, gap: Gap | None) -> _Body | UnsetType | None:
    if gap is None and not body:
        return None
    if gap is not None and gap.state == NOT_RECORDED and not body and gap.size is None:
        return UNSET
    state, size = (gap.state, gap.size) if gap is not None else (_PRESENT, None)
    written = _Body(state, size=size)  # type: ignore[arg-type]
    try:
        written.text = (body or b"").decode() if body else None
    except UnicodeDecodeError:
        written.base64 = base64.b64encode(body or b"").decode()
    return written


def _read_body(part: str, body: _Body | UnsetType | None, gaps: dict[str, Gap], place: str) -> bytes:
    if body is UNSET:
        gaps[part] = Gap(NOT_RECORDED)
        return b""
    if body is None:
        return b""
    if body.state != _PRESENT:
        gaps[part] = Gap(body.state, body.size)
    if body.base64 is None:
        return (body.text or "").encode()
    if body.text is not None:
        raise RecordingError(place, f"expected `text` or `base64` in the {part}, got both", _ADVICE)
    try:
        return base64.b64decode(body.base64, validate=True)
    except binascii.Error:
        raise RecordingError(place, f"expected base64 in the {part}, got another text", _ADVICE) from None


def _written_headers(
    message: str, headers: Mapping[str, list[str]] | None, gaps: Mapping[str, Gap]
) -> _Headers | UnsetType:
    if headers is None or f"{message} headers" in gaps:
        return UNSET
    written: _Headers = {name: list(values) for name, values in headers.items()}
    if gaps:
        start = f"{message} header "
        names = {name.lower(): name for name in headers}
        for part, gap in gaps.items():
            if part.startswith(start):
                name = names.get(part.removeprefix(start), part.removeprefix(start))
                values = list(headers.get(name, []))
                written[name] = _Header(gap.state, values, gap.size)  # type: ignore[arg-type]
    return written


def _read_headers(
    message: str, headers: _Headers | UnsetType, gaps: dict[str, Gap], place: str
) -> dict[str, list[str]]:
    if headers is UNSET:
        gaps[f"{message} headers"] = Gap(NOT_RECORDED)
        return {}
    if len(headers) > MAX_HEADERS:
        problem = f"expected at most {MAX_HEADERS} headers in a {message}, got {len(headers)}"
        raise RecordingError(place, problem, "leave out headers that no rule needs")
    read = {}
    for name, given in headers.items():
        if isinstance(given, list):
            read[name] = given
            continue
        if given.state != _PRESENT:
            gaps[f"{message} header {name.lower()}"] = Gap(given.state, given.size)
        if given.values or given.state in (_PRESENT, CUT):
            read[name] = given.values
    return read


def _written_moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _read_moment(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
