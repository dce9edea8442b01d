"""Read HAR 1.2: the exchanges that a browser, a proxy or `mediatasks check --report har` wrote."""

import base64
import binascii
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

import msgspec
from msgspec import Meta, Raw, Struct

from mediatasks.errors import RecordingError
from mediatasks.exchange.exchange import CUT, NOT_RECORDED, Exchange, Gap
from mediatasks.exchange.recording.problem import problem_in

_ADVICE = "export it as HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec)"


class _Pair(Struct):
    name: str
    value: str = ""


class _PostData(Struct):
    text: str | None = None
    params: list[_Pair] = []
    encoding: str | None = None


class _HarRequest(Struct, rename="camel"):
    method: str
    url: str
    headers: list[_Pair] = []
    post_data: _PostData | None = None
    body_size: float = -1


class _Content(Struct):
    text: str | None = None
    encoding: str | None = None
    size: float = -1


class _HarResponse(Struct):
    status: int
    headers: list[_Pair] = []
    content: _Content = msgspec.field(default_factory=_Content)


class _Entry(Struct, rename="camel"):
    request: _HarRequest
    response: _HarResponse
    started_date_time: Annotated[datetime, Meta(tz=True)] | None = None
    time: float | None = None
    resource_type: str = msgspec.field(name="_resourceType", default="")


class _Log(Struct):
    entries: list[Raw]


class _Document(Struct):
    log: _Log


_documents, _entries = msgspec.json.Decoder(_Document), msgspec.json.Decoder(_Entry)


class Har:
    """The exchanges of a HAR, in its order, read one by one.

    `left_out` counts by reason the entries that were passed over so far. A request that was aborted is
    an exchange without a reply. Raises RecordingError for what is no HAR, at once or at an entry.
    """

    def __init__(self, content: bytes, name: str = "HAR") -> None:
        self.name = name
        self.left_out: Counter[str] = Counter()
        try:
            self._entries = _documents.decode(content.removeprefix(b"\xef\xbb\xbf")).log.entries
        except (msgspec.MsgspecError, ValueError, RecursionError):
            problem = problem_in(content, msgspec.json.schema(_Document))
            raise RecordingError(name, f"no HAR: {problem}", _ADVICE) from None

    def __len__(self) -> int:
        """The number of entries."""
        return len(self._entries)

    def __iter__(self) -> Iterator[Exchange]:
        """Yield the exchanges."""
        self.left_out.clear()
        for number, raw in enumerate(self._entries):
            place = f"{self.name}: entry {number} (counted from 0)"
            try:
                entry = _entries.decode(raw)
            except (msgspec.MsgspecError, ValueError, RecursionError):
                problem = problem_in(bytes(raw), msgspec.json.schema(_Entry))
                raise RecordingError(place, problem, _ADVICE) from None
            if entry.resource_type == "websocket" or entry.response.status == 101:
                self.left_out["a WebSocket"] += 1
            elif not entry.request.url.lower().startswith(("http:", "https:")):
                self.left_out["neither http nor https"] += 1
            else:
                yield _exchange(entry, place)


def _exchange(entry: _Entry, place: str) -> Exchange:
    request, response, gaps = entry.request, entry.response, dict[str, Gap]()
    begin = entry.started_date_time.timestamp() if entry.started_date_time else None
    took = entry.time
    end = begin + took / 1000 if begin is not None and took is not None and took >= 0 else None
    # In our own reports the fragment tells RPC methods apart; no fragment is ever sent.
    url = request.url.partition("#")[0]
    sent = (request.method.upper(), url, _headers(request.headers), _sent(request, gaps, place))
    if response.status <= 0:
        return Exchange(*sent, begin=begin, end=end, gaps=gaps)
    reply = _text(response.content, "reply body", gaps, place)
    headers = _headers([_Pair(pair.name.lower(), pair.value) for pair in response.headers])
    return Exchange(*sent, response.status, headers, reply, begin, end, gaps=gaps)


def _sent(request: _HarRequest, gaps: dict[str, Gap], place: str) -> bytes | None:
    data = request.post_data
    if data is not None and data.text is None and data.params:
        return urlencode([(pair.name, pair.value) for pair in data.params]).encode()
    text, encoding = (data.text, data.encoding) if data is not None else (None, None)
    return _text(_Content(text, encoding, request.body_size), "request body", gaps, place) or None


def _text(content: _Content, part: str, gaps: dict[str, Gap], place: str) -> bytes:
    """Return the bytes of a body, and note what of them is missing."""
    size = int(content.size) if content.size > 0 else 0
    if content.text is None:
        if size:
            gaps[part] = Gap(NOT_RECORDED, size)
        return b""
    if content.encoding == "base64":
        try:
            body = base64.b64decode(content.text, validate=True)
        except binascii.Error:
            problem = f"expected base64 in the {part}, got another text"
            raise RecordingError(place, problem, _ADVICE) from None
    else:
        body = content.text.encode()
    if size > len(body):
        gaps[part] = Gap(CUT, size)
    return body


def _headers(pairs: list[_Pair]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in pairs:
        # Browsers list the pseudo-headers of HTTP/2 (`:path`) too.
        if not pair.name.startswith(":"):
            found.setdefault(pair.name, []).append(pair.value)
    return found
