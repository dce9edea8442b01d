"""Exchanges as lines of JSON: what is written reads back the same, and what is no exchange is told."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mediatasks.errors import RecordingError
from mediatasks.exchange.exchange import CUT, NOT_RECORDED, REDACTED, Exchange, Gap
from mediatasks.exchange.placement import Placement
from mediatasks.exchange.recording.ndjson import line_schema, read_line, read_lines, write_line
from mediatasks.exchange.redaction import Redactor
from tests.conftest import ROOT

NAMES = st.text("abcdefghij-", min_size=1, max_size=8)
HEADERS = st.dictionaries(NAMES, st.lists(st.text(max_size=10), min_size=1, max_size=3), max_size=4)
MOMENTS = st.none() | st.integers(0, 4_000_000_000_000_000).map(lambda micros: micros / 1e6)
BODIES = st.binary(max_size=30) | st.text(max_size=20).map(str.encode)
GAPS = st.builds(Gap, st.sampled_from([REDACTED, CUT]), st.none() | st.integers(0, 10**9))


@st.composite
def exchanges(draw: st.DrawFn) -> Exchange:
    headers, gaps = draw(HEADERS), dict[str, Gap]()
    body, reply = draw(BODIES) or None, draw(BODIES)
    sent = (
        draw(st.sampled_from(["GET", "POST", "Q"])),
        "https://api.example/" + draw(NAMES),
        headers,
        body,
    )
    begin, end, account = draw(MOMENTS), draw(MOMENTS), draw(st.none() | st.text("0123456789abcdef"))
    if body:
        gaps |= draw(st.just({}) | st.fixed_dictionaries({"request body": GAPS}))
    for name in headers:
        gaps |= draw(st.just({}) | st.fixed_dictionaries({f"request header {name}": GAPS}))
    if draw(st.booleans()):
        return Exchange(*sent, begin=begin, end=end, account=account, gaps=gaps)
    reply_headers = draw(HEADERS)
    gaps |= draw(st.just({}) | st.fixed_dictionaries({"reply header absent": st.just(Gap(NOT_RECORDED))}))
    if not reply:
        gaps |= draw(st.just({}) | st.fixed_dictionaries({"reply body": st.just(Gap(NOT_RECORDED))}))
    if not reply_headers and "reply header absent" not in gaps:
        gaps |= draw(st.just({}) | st.fixed_dictionaries({"reply headers": st.just(Gap(NOT_RECORDED))}))
    return Exchange(*sent, draw(st.integers(100, 599)), reply_headers, reply, begin, end, account, gaps)


@given(exchanges())
def test_what_is_written_reads_back_the_same_and_fits_the_published_schema(exchange: Exchange) -> None:
    line = write_line(exchange)
    assert read_line(line) == exchange
    Draft202012Validator(line_schema()).validate(json.loads(line))
    assert line.count(b"\n") == 1


def test_the_line_and_the_code_of_the_page_work() -> None:
    page = (ROOT / "docs/exchanges.md").read_text("utf-8")
    blocks = dict(re.findall(r"^```(\w+)\n(.+?)^```", page, re.MULTILINE | re.DOTALL))
    assert read_line(blocks["json"].encode()).state("request header authorization") == "redacted"
    exec(compile(blocks["python"], "exchanges.md", "exec"), {})


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(line_schema())


def test_times_are_rfc_3339_with_fractions() -> None:
    exchange = Exchange("GET", "https://a.example/", {}, None, begin=1.5, end=2.000001)
    line = json.loads(write_line(exchange))
    assert (line["begin"], line["end"]) == ("1970-01-01T00:00:01.500000Z", "1970-01-01T00:00:02.000001Z")


def test_the_five_states_are_told_apart() -> None:
    gaps = {
        "request header authorization": Gap(REDACTED),
        "request body": Gap(NOT_RECORDED),
        "reply body": Gap(CUT, 900),
    }
    headers = {"Authorization": ["Bearer $KEY"], "X-Empty": [""], "X-Full": ["1"]}
    exchange = read_line(
        write_line(Exchange("GET", "https://a.example/", headers, None, 200, {}, b"[1,", gaps=gaps))
    )
    parts = ["request header authorization", "request header x-empty", "request header x-full"]
    parts += ["request body", "reply body", "reply headers"]
    assert [exchange.state(part) for part in parts] == [
        "redacted",
        "empty",
        "present",
        "not_recorded",
        "cut",
        "empty",
    ]
    assert exchange.gaps["reply body"].size == 900


def test_a_redacted_exchange_says_where() -> None:
    redactor = Redactor([Placement("header", "api-key", "s3cret-value", "$KEY")])
    exchange = Exchange(
        "GET", "https://a.example/", {"Api-Key": ["s3cret-value"]}, None, 200, {}, b"s3cret-value"
    )
    redacted = exchange.redacted(redactor)
    assert b"s3cret" not in write_line(redacted)
    assert redacted.gaps == {"request header api-key": Gap(REDACTED), "reply body": Gap(REDACTED)}


LINE: dict[str, Any] = {
    "version": 1,
    "request": {"method": "GET", "url": "https://a.example/", "headers": {}, "body": None},
    "response": {"status": 200, "headers": {}, "body": {"text": "[]"}},
}


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (("version",), 2, "expected `version` 1, got 2"),
        (("request", "method"), 1, "at `/request/method`: expected"),
        (("response", "status"), 0, "at `/response/status`: expected"),
        (("begin",), "2026-01-01T00:00:00", "at `/begin`: expected"),
        (("response", "body"), {"base64": "?"}, "base64 in the reply body"),
        (("response", "body"), {"base64": "", "text": ""}, "got both"),
        (("request", "headers"), {f"h{i}": [] for i in range(1001)}, "at most 1000 headers"),
        (("request", "headers"), [], "at `/request/headers`: expected"),
    ],
)
def test_a_line_that_is_no_exchange_is_told_with_its_number(
    place: tuple[str, ...], value: Any, told: str
) -> None:
    line = json.loads(json.dumps(LINE))
    inner = line
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    stream = io.BytesIO(json.dumps(LINE).encode() + b"\n\n" + json.dumps(line).encode() + b"\n")
    reading = read_lines(stream, "calls.ndjson")
    next(reading)
    with pytest.raises(RecordingError, match=r"^calls\.ndjson:3: ") as raised:
        next(reading)
    assert told in str(raised.value)
    assert raised.value.advice


@pytest.mark.parametrize("line", [b"{", b"\xff\xfe", b'"', b"[" * 100_000, b'{"a":' * 100_000, b"null"])
def test_what_is_no_json_object_is_told(line: bytes) -> None:
    with pytest.raises(RecordingError):
        read_line(line)


def test_bad_and_overlong_lines_are_handed_over_and_the_rest_is_read() -> None:
    good = json.dumps(LINE).encode() + b"\n"
    refused: list[RecordingError] = []
    stream = io.BytesIO(good + b"{}\n" + b"x" * 5000 + b"\n" + good.strip())
    found = list(read_lines(stream, "f", max_line=500, refuse=refused.append))
    assert len(found) == 2
    assert [error.place for error in refused] == ["f:2", "f:3"]
