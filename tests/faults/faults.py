"""The table of faults: what the server does, and how the call ends.

`get_job` (safe to repeat) is called once, with two retries and short waits. `calls` is how many
requests the server sees; 0 in a row whose requests nobody reads.
"""

from dataclasses import dataclass, field
from typing import Any

from mediatasks.errors import (
    CallError,
    CallTimeout,
    ConnectionFailed,
    NotFound,
    ReplyError,
    RequestRefused,
    ServerFailed,
    TooManyRequests,
)
from tests.faults.scripts import (
    BLANKS,
    BODY,
    MIB,
    bomb,
    chunk,
    chunked,
    closes,
    dribbles,
    drips,
    floods,
    hangs,
    head,
    nested,
    reply,
    resets,
    sends,
    sends_and_closes,
    sends_and_hangs,
    sends_and_resets,
    zipped,
)
from tests.faults.server import Script


@dataclass(frozen=True)
class Fault:
    """One fault. `error` is None where the call succeeds; `text` stands in the error's message."""

    name: str
    scripts: list[Script]
    error: type[CallError] | None = None
    text: str = ""
    calls: int = 1
    timeout: float = 20.0
    status: int | None = None
    unread: bool = False
    options: dict[str, Any] = field(default_factory=dict)


SHORT = 0.5
GOOD = sends(reply())
JSON = "Content-Type: application/json"
BROKEN = "broken or unknown content encoding"


def lost(name: str, script: Script, text: str = "GET", unread: bool = False) -> Fault:
    """No reply, three times."""
    return Fault(name, [script], ConnectionFailed, text, calls=0 if unread else 3, unread=unread)


def late(name: str, script: Script) -> Fault:
    return Fault(name, [script], CallTimeout, "no whole reply in time", timeout=SHORT)


def broken(name: str, script: Script, text: str, **more: Any) -> Fault:
    """A reply that breaks the contract; asking again would not mend it."""
    return Fault(name, [script], ReplyError, text, **more)


def bad_body(name: str, body: bytes, text: str, content: str = "application/json") -> Fault:
    return broken(name, sends(reply(body, content=content)), text)


def fine(name: str, *scripts: Script, calls: int = 1, **more: Any) -> Fault:
    return Fault(name, list(scripts), calls=calls, **more)


def status(name: str, line: str, error: type[CallError], *headers: str, calls: int = 1) -> Fault:
    code = int(line[:3])
    script = sends(reply(b'{"error": "no"}', line, *headers))
    return Fault(name, [script], error, f"answered {code}", calls=calls, status=code)


CONNECTION = [
    lost("closed_when_opened", closes, unread=True),
    lost("reset_when_opened", resets, unread=True),
    lost("closed_before_reply", closes),
    lost("reset_before_reply", resets),
    lost("closed_within_headers", sends_and_closes(head(JSON))),
    lost("reset_within_headers", sends_and_resets(head(JSON))),
    lost("reset_within_body", sends_and_resets(reply(BODY[:20], length=len(BODY)))),
    lost("body_shorter_than_length", sends_and_closes(reply(length=len(BODY) + 10))),
    lost("chunk_cut", sends_and_closes(chunked(b"ff\r\n" + BODY))),
    lost("last_chunk_missing", sends_and_closes(chunked(chunk(BODY)))),
    fine("closed_then_answers", closes, GOOD, calls=2),
    fine("reset_then_answers", resets, GOOD, calls=2),
    fine("reset_in_body_then_answers", sends_and_resets(reply(length=999)), GOOD, calls=2),
    fine("body_until_close", sends_and_closes(head(JSON) + b"\r\n" + BODY)),
]

TIME = [
    late("no_reply", hangs),
    late("hangs_within_headers", sends_and_hangs(head(JSON))),
    late("hangs_within_body", sends_and_hangs(reply(BODY[:20], length=len(BODY)))),
    late("drips_status_line", drips(b"", b"HTTP/1.1 200 OK and on and on ")),
    late("drips_headers", drips(head(JSON), b"X-Drip: 1\r\n")),
    late("drips_body", drips(reply(b"", length=10**6), b" ")),
    late("drips_chunks", drips(chunked(), chunk(b" "))),
    late("drips_interim_replies", drips(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")),
    late(
        "floods_interim_replies",
        drips(b"HTTP/1.1 100 Continue\r\n\r\n" * 50000, b"HTTP/1.1 100 Go\r\n\r\n"),
    ),
    late("promised_body_missing", sends_and_hangs(reply(b"", length=100))),
    fine("slow_but_in_time", dribbles(reply())),
]

FRAMING = [
    lost("not_http", sends_and_closes(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")),
    lost("garbage", sends_and_closes(b"\x00\xff\x01" * 100 + b"\r\n\r\n")),
    lost("long_garbage", sends_and_closes(b"x" * 50000 + b"\r\n\r\n")),
    lost("endless_status_line", floods(b"HTTP/1.1 200 ", b"x" * 4000, 100)),
    lost("huge_header", sends_and_closes(head("X-Huge: " + "x" * 400000) + b"\r\n")),
    lost("many_headers", sends_and_closes(head(*(f"X-{i}: {i}" for i in range(40000))) + b"\r\n")),
    lost("header_without_colon", sends_and_closes(head("nonsense here") + b"\r\n")),
    lost("status_of_two_digits", sends_and_closes(b"HTTP/1.1 20 OK\r\n\r\n")),
    lost("negative_length", sends_and_closes(head("Content-Length: -1") + b"\r\n")),
    lost("two_lengths", sends_and_closes(head("Content-Length: 3", "Content-Length: 4") + b"\r\n{}")),
    lost("chunk_size_not_hex", sends_and_closes(chunked(b"zz\r\n" + BODY))),
    lost("chunk_without_end", sends_and_closes(chunked(b"5\r\n{}   {}", chunk(b"")))),
    lost(
        "unasked_upgrade",
        sends_and_closes(head("Upgrade: websocket", status="101 Switching Protocols") + b"\r\n"),
    ),
    lost("unknown_transfer_encoding", sends_and_closes(head("Transfer-Encoding: gzip") + b"\r\n")),
    broken("body_longer_than_length", sends(reply(length=len(BODY) - 5)), "JSON"),
    fine("no_reason_phrase", sends(reply(status="200"))),
    fine("http_1_0", sends_and_closes(b"HTTP/1.0 200 OK\r\n\r\n" + BODY)),
    fine("chunks_of_one_byte", sends(chunked(*(chunk(bytes([b])) for b in BODY), chunk(b"")))),
    fine("interim_100", sends(b"HTTP/1.1 100 Continue\r\n\r\n" + reply())),
    fine("interim_103", sends(head("Link: </a>", status="103 Early Hints") + b"\r\n" + reply())),
    fine("latin_1_header", sends(reply(BODY, "200 OK", "X-Name: caf\xe9"))),
]

CODING = [
    fine("gzip", sends(reply(zipped(), "200 OK", "Content-Encoding: gzip"))),
    fine(
        "gzip_in_two_members",
        sends(reply(zipped(BODY[:9]) + zipped(BODY[9:]), "200 OK", "Content-Encoding: gzip")),
    ),
    fine("gzip_in_capitals", sends(reply(zipped(), "200 OK", "Content-Encoding: GZIP"))),
    broken("gzip_broken", sends(reply(b"\x1f\x8bnonsense", "200 OK", "Content-Encoding: gzip")), BROKEN),
    broken("gzip_that_is_plain", sends(reply(BODY, "200 OK", "Content-Encoding: gzip")), BROKEN),
    broken(
        "gzip_checksum_wrong",
        sends(reply(zipped()[:-8] + bytes(8), "200 OK", "Content-Encoding: gzip")),
        BROKEN,
    ),
    broken("gzip_truncated", sends(reply(zipped()[:-12], "200 OK", "Content-Encoding: gzip")), BROKEN),
    broken(
        "gzip_truncated_in_its_header",
        sends(reply(zipped()[:5], "200 OK", "Content-Encoding: gzip")),
        BROKEN,
    ),
    broken("unknown_encoding", sends(reply(BODY, "200 OK", "Content-Encoding: br")), BROKEN),
    Fault(
        "gzip_bomb",
        [sends(reply(bomb(100 * MIB), "200 OK", "Content-Encoding: gzip"))],
        ReplyError,
        f"at most {MIB} bytes",
        options={"max_reply_bytes": MIB},
    ),
    Fault(
        "body_of_100_mib",
        [floods(reply(b"", length=100 * MIB), BLANKS, 100)],
        ReplyError,
        f"at most {MIB} bytes",
        options={"max_reply_bytes": MIB},
    ),
    Fault(
        "gzip_of_endless_nothing",
        [
            floods(
                reply(zipped(b"")[:10], "200 OK", "Content-Encoding: gzip", length=100 * MIB),
                b"\x00\x00\x00\xff\xff" * MIB,
                20,
            )
        ],
        ReplyError,
        f"at most {MIB} bytes",
        options={"max_reply_bytes": MIB},
    ),
    Fault(
        "endless_chunks",
        [floods(chunked(), chunk(BLANKS), 100)],
        ReplyError,
        f"at most {MIB} bytes",
        options={"max_reply_bytes": MIB},
    ),
]

BODIES = [
    bad_body("empty_body", b"", "an empty body"),
    bad_body("truncated_json", BODY[:-5], "found the end of the body"),
    bad_body("two_values", BODY + BODY, "expected the end of the body, found `{`"),
    bad_body(
        "html",
        b"<html><body>Service is being updated</body></html>",
        "Service is being updated",
        "text/html",
    ),
    bad_body("utf_16", BODY.decode().encode("utf-16"), "JSON", "application/json; charset=utf-16"),
    bad_body(
        "latin_1", b'{"id": 1, "queue_state": "queued", "client": "caf\xe9"}', "invalid UTF-8 at byte"
    ),
    bad_body("invalid_utf_8", b'{"id": 1, "queue_state": "\xff\xfe"}', "invalid UTF-8 at byte"),
    bad_body("nan", b'{"id": NaN, "queue_state": "queued"}', "JSON"),
    bad_body("infinite_number", b'{"id": 1e999, "queue_state": "queued"}', "out of range"),
    bad_body("wrong_type", b'{"id": [1], "queue_state": "queued"}', "`/id`: expected a number"),
    bad_body("array_for_object", b"[]", "expected an object"),
    bad_body("null", b"null", "expected an object"),
    bad_body("deep_nesting", nested(100000), "nested deeper than 100 levels at byte"),
    bad_body(
        "deep_nesting_after_a_wrong_type",
        b'{"id": [], "a": ' + b"[" * 600 + b"]" * 600 + b"}",
        "breaks the contract",
    ),
    bad_body("deep_array", b"[" * 100000, "nested deeper than 100 levels at byte 100"),
    broken("no_content_for_a_body", sends(head(status="204 No Content") + b"\r\n"), "an empty body"),
    fine("duplicate_keys_last_wins", sends(reply(b'{"id": 1, "id": 123, "queue_state": "queued"}'))),
    fine("wrong_content_type", sends(reply(content="text/plain"))),
    bad_body("unpaired_surrogate", BODY[:-1] + b', "x": "\\ud800"}', "JSON"),
]

STATUSES = [
    status("400", "400 Bad Request", RequestRefused),
    status("404", "404 Not Found", NotFound),
    status("404_without_body", "404 Not Found", NotFound),
    status("500_for_ever", "500 Internal Server Error", ServerFailed, calls=3),
    status("520", "520 Web Server Returned an Unknown Error", ServerFailed, calls=3),
    status("599", "599 Odd", ServerFailed, calls=3),
    status("999", "999 Odder", ServerFailed, calls=3),
    status("304_unasked", "304 Not Modified", ServerFailed),
    status("429_absurd_wait", "429 Too Many Requests", TooManyRequests, "Retry-After: 99999999999"),
    status("429_wait_past_the_deadline", "429 Too Many Requests", TooManyRequests, "Retry-After: 100"),
    status(
        "429_date_far_off", "429 Too Many", TooManyRequests, "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"
    ),
    status("429_wait_of_nonsense", "429 Too Many", TooManyRequests, "Retry-After: soon", calls=3),
    fine("429_then_200", sends(reply(b"{}", "429 Too Many", "Retry-After: 0")), GOOD, calls=2),
    fine(
        "429_date_in_the_past_then_200",
        sends(reply(b"{}", "429 No", "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT")),
        GOOD,
        calls=2,
    ),
    fine("503_then_200", sends(reply(b"", "503 Service Unavailable")), GOOD, calls=2),
    fine(
        "408_then_200",
        sends_and_closes(reply(b"", "408 Request Timeout", "Connection: close")),
        GOOD,
        calls=2,
    ),
    fine("503_503_200", sends(reply(b"", "503 No")), sends(reply(b"", "503 No")), GOOD, calls=3),
    Fault(
        "500_as_html",
        [sends(reply(b"<h1>oops</h1>", "500 No", content="text/html"))],
        ServerFailed,
        "<h1>oops</h1>",
        calls=3,
        status=500,
    ),
    Fault(
        "502_in_unknown_encoding",
        [sends(reply(b"\x01\x02", "502 Bad", "Content-Encoding: br"))],
        ServerFailed,
        "answered 502",
        calls=3,
        status=502,
    ),
    Fault(
        "503_with_broken_gzip",
        [sends(reply(b"plain", "503 No", "Content-Encoding: gzip"))],
        ServerFailed,
        "answered 503",
        calls=3,
        status=503,
    ),
    Fault(
        "404_with_100_mib",
        [floods(reply(b"", "404 No", length=100 * MIB), BLANKS, 100)],
        NotFound,
        "answered 404",
        status=404,
        options={"max_reply_bytes": MIB},
    ),
    Fault(
        "500_with_deep_nesting",
        [sends(reply(b"[" * 100000, "500 No"))],
        ServerFailed,
        "answered 500",
        calls=3,
        status=500,
    ),
]

FAULTS = [*CONNECTION, *TIME, *FRAMING, *CODING, *BODIES, *STATUSES]
