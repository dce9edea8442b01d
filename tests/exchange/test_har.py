"""HAR 1.2 as a source of exchanges."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from mediatasks.errors import RecordingError
from mediatasks.exchange.exchange import CUT, NOT_RECORDED, Gap
from mediatasks.exchange.recording.har import Har


def har(*entries: dict[str, Any]) -> bytes:
    return json.dumps({"log": {"version": "1.2", "creator": {}, "entries": entries}}).encode()


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "startedDateTime": "2026-01-01T00:00:00.250Z",
        "time": 1500,
        "request": {
            "method": "post",
            "url": "https://a.example/rpc?x=1#Method",
            "headers": [{"name": ":path", "value": "/rpc"}, {"name": "X-A", "value": "1"}],
            "postData": {"mimeType": "application/json", "text": "{}"},
            "bodySize": 2,
        },
        "response": {
            "status": 200,
            "headers": [{"name": "Set-Cookie", "value": "a"}, {"name": "set-cookie", "value": "b"}],
            "content": {"size": 2, "text": "[]"},
        },
        "_initiator": {"type": "script"},
        **changes,
    }


def test_an_entry_is_an_exchange() -> None:
    (exchange,) = Har(har(entry()))
    assert (exchange.method, exchange.url) == ("POST", "https://a.example/rpc?x=1")
    assert (exchange.headers, exchange.body) == ({"X-A": ["1"]}, b"{}")
    assert (exchange.status, exchange.reply) == (200, b"[]")
    assert exchange.reply_headers == {"set-cookie": ["a", "b"]}
    assert exchange.begin == 1767225600.25
    assert exchange.end == 1767225601.75
    assert not exchange.gaps


@pytest.mark.parametrize(
    ("content", "reply", "gap"),
    [
        (
            {"size": 3, "encoding": "base64", "text": base64.b64encode(b"\xff\x00a").decode()},
            b"\xff\x00a",
            None,
        ),
        ({"size": 900}, b"", Gap(NOT_RECORDED, 900)),
        ({"size": 900, "text": "[1,"}, b"[1,", Gap(CUT, 900)),
        ({"size": 0}, b"", None),
        ({}, b"", None),
    ],
)
def test_a_body_is_whole_or_its_gap_is_told(content: dict[str, Any], reply: bytes, gap: Gap | None) -> None:
    (exchange,) = Har(har(entry(response={"status": 200, "headers": [], "content": content})))
    assert (exchange.reply, exchange.gaps.get("reply body")) == (reply, gap)


def test_web_sockets_and_other_schemes_are_counted_and_an_abort_has_no_reply() -> None:
    other = entry()
    other["request"] = {**other["request"], "url": "data:text/plain,a"}
    aborted = entry(
        response={"status": 0, "headers": [], "content": {}, "_error": "net::ERR_ABORTED"}, time=-1
    )
    read = Har(har(entry(_resourceType="websocket"), other, aborted))
    (exchange,) = read
    assert (exchange.status, exchange.end) == (0, None)
    assert read.left_out == {"a WebSocket": 1, "neither http nor https": 1}


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000, b'{"log": {"entries": {}}}', b"\xff"])
def test_what_is_no_har_is_told(content: bytes) -> None:
    with pytest.raises(RecordingError, match=r"^day\.har: no HAR: "):
        Har(content, "day.har")


def test_a_bad_entry_is_told_with_its_number() -> None:
    reading = iter(Har(har(entry(), entry(request={"method": 1})), "day.har"))
    next(reading)
    with pytest.raises(RecordingError, match=r"^day\.har: entry 1 "):
        next(reading)
