"""Decode request bodies that were sent with a content coding: gzip and deflate (RFC 9110, 8.4.1)."""

import zlib

from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.contracts.wording import quoted
from mediatasks.mock.http.body import MAX_BYTES
from mediatasks.mock.http.messages import MockReply, MockRequest

ACCEPTED = "gzip, deflate"
_GZIP, _ZLIB, _RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_WINDOWS = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (_ZLIB, _RAW)}
# A body that was coded more often than this is an attack.
_MOST = 3


class _Broken(Exception):
    """The bytes are no complete data of the coding."""


def decode_body(request: MockRequest) -> None:
    """Decode the body in place. `request.coding` says what is wrong where that is not possible.

    A body that grows beyond what the mock takes is cut there, so that its size is judged as that of
    any other.
    """
    names = [name.strip().lower() for name in request.headers["content-encoding"].split(",")]
    codings = [name for name in names if name not in ("", "identity")]
    unknown = [name for name in codings if name not in _WINDOWS]
    if unknown or len(codings) > _MOST:
        got = quoted(unknown[0]) if unknown else f"{len(codings)} content codings"
        request.coding = Mismatch("request", (), "the content coding gzip, deflate or identity", got)
        request.is_coding_unknown = True
        return
    request.sent = request.body
    for name in reversed(codings):
        if not request.body or len(request.body) > MAX_BYTES:
            return
        try:
            request.body = _decode(request.body, name)
        except _Broken:
            request.coding = Mismatch("body", (), f"complete {name} data", "other bytes")
            return


def _decode(body: bytes, name: str) -> bytes:
    for window in _WINDOWS[name]:
        try:
            return _inflate(body, window)
        except zlib.error:
            continue
    raise _Broken


def _inflate(body: bytes, window: int) -> bytes:
    """Return the decoded bytes, at most one more than the mock takes. Raises zlib.error, _Broken."""
    parts, left = [], MAX_BYTES + 1
    while body and left:
        decoder = zlib.decompressobj(window)
        part = decoder.decompress(body, left)
        left -= len(part)
        parts.append(part)
        if left and not decoder.eof:
            raise _Broken
        # A gzip body may consist of several members.
        body = decoder.unused_data if window == _GZIP else b""
    return b"".join(parts)


def advise(reply: MockReply, request: MockRequest) -> MockReply:
    """Return the refusal of a body with the header that names the codings that are possible."""
    if not request.is_coding_unknown:
        return reply
    return MockReply(415, {**reply.headers, "accept-encoding": ACCEPTED}, reply.body)
