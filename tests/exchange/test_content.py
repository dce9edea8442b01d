"""`read_json`: what it refuses and how it says so."""

import json
import math
import pickle
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediatasks.exchange.content import MAX_DEPTH, ContentError, read_json

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)

REFUSED = {
    b"": "an empty body",
    b" \n": "an empty body",
    b'{"a": "\xff"}': "invalid UTF-8 at byte 7 (line 1, column 8)",
    b'{"\xff": 1}': "invalid UTF-8 at byte 2 (line 1, column 3)",
    b'"\xed\xa0\x80"': "invalid UTF-8 at byte 1 (line 1, column 2)",
    b"{": "malformed JSON at byte 1 (line 1, column 2): expected the name of a member in double quotes or `}`, found the end of the body",
    b'{"a":1,}': "malformed JSON at byte 7 (line 1, column 8): expected the name of a member in double quotes, found `}`",
    b'{\n "\xc3\xa4": x1}': "malformed JSON at byte 9 (line 2, column 7): expected a value, found `x1`",
    b'{"a" 1}': "malformed JSON at byte 5 (line 1, column 6): expected `:` after the name of a member, found `1`",
    b'{"a": 1 "b": 2}': 'malformed JSON at byte 8 (line 1, column 9): expected `,` or `}`, found `"`',
    b"[1 2]": "malformed JSON at byte 3 (line 1, column 4): expected `,` or `]`, found `2`",
    b"[1,]": "malformed JSON at byte 3 (line 1, column 4): expected a value, found `]`",
    b"[,": "malformed JSON at byte 1 (line 1, column 2): expected a value or `]`, found `,`",
    b"1 2": "malformed JSON at byte 2 (line 1, column 3): expected the end of the body, found `2`",
    b"01": "malformed JSON at byte 1 (line 1, column 2): expected the end of the body, found `1`",
    b"nul": "malformed JSON at byte 0 (line 1, column 1): expected a value, found `nul`",
    b"<html>": "malformed JSON at byte 0 (line 1, column 1): expected a value, found `<`",
    b'"abc': 'malformed JSON at byte 4 (line 1, column 5): expected `"` at the end of a string, found the end of the body',
    b'"a\tb"': "malformed JSON at byte 2 (line 1, column 3): expected an escaped control character, found the character U+0009",
    b'"\\x"': "malformed JSON at byte 1 (line 1, column 2): expected a valid escape in a string, found `\\`",
    b"[1e999]": "the number `1e999`, which is out of range, at byte 1 (line 1, column 2)",
    b"-1e400": "the number `-1e400`, which is out of range, at byte 0 (line 1, column 1)",
    b"1" * 5000: f"the number `{'1' * 20}…`, which is out of range, at byte 0 (line 1, column 1)",
    b"[NaN]": "`NaN`, which is not a JSON number, at byte 1 (line 1, column 2)",
    b'{"a": -Infinity}': "`-Infinity`, which is not a JSON number, at byte 6 (line 1, column 7)",
    b'["\\ud800"]': "the escape `\\ud800`, half of a surrogate pair, at byte 2 (line 1, column 3)",
    b'["\\udc00"]': "the escape `\\udc00`, half of a surrogate pair, at byte 2 (line 1, column 3)",
    b'"\\ud83d\\u0041"': "the escape `\\ud83d`, half of a surrogate pair, at byte 1 (line 1, column 2)",
    b"\xef\xbb\xbf{}": "a byte order mark at byte 0 (line 1, column 1)",
    b"[" * 101 + b"]" * 101: "JSON that is nested deeper than 100 levels at byte 100 (line 1, column 101)",
    b"[" * 100_000: "JSON that is nested deeper than 100 levels at byte 100 (line 1, column 101)",
    b'{"a":' * 100_000: "JSON that is nested deeper than 100 levels at byte 500 (line 1, column 501)",
}


@pytest.mark.parametrize(("raw", "said"), REFUSED.items(), ids=lambda v: repr(v)[:40])
def test_a_refused_body_is_told_with_its_place(raw, said):
    with pytest.raises(ContentError) as caught:
        read_json(raw)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    "text",
    [
        "18446744073709551616",
        "-9223372036854775809",
        "123456789012345678901234567890",
        "[9007199254740993]",
    ],
)
def test_an_integer_of_any_size_stays_one(text):
    assert json.dumps(read_json(text.encode())) == text


def test_a_pair_of_surrogates_is_one_character():
    assert read_json(b'"\\ud83d\\ude00 \\\\ud800"') == "\U0001f600 \\ud800"


def levels(value):
    if not isinstance(value, dict | list):
        return 0
    return 1 + max(map(levels, value.values() if isinstance(value, dict) else value), default=0)


@given(value=st.lists(JSON | st.text('[]{}\\"'), max_size=4), indent=st.sampled_from([None, 1]))
def test_levels_are_counted_outside_of_strings(value, indent):
    raw = json.dumps(value, indent=indent).encode()
    assert read_json(raw, max_depth=levels(value)) == value
    with pytest.raises(ContentError, match="nested deeper"):
        read_json(raw, max_depth=levels(value) - 1)


def test_the_limit_of_levels_itself_is_read():
    value = read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    assert str(value) == "[" * MAX_DEPTH + "]" * MAX_DEPTH


def test_many_brackets_in_a_row_are_not_deep():
    assert len(read_json(b"[" + b"[]," * 999 + b"[]]")) == 1000


@pytest.mark.parametrize("raw", [b'{"a":1,"a":2}', b'{"a": 1, "\\u0061": 2}', b'[{"b":{},"a":1,"a":1}]'])
def test_a_name_twice_is_refused_where_names_are_to_be_unique(raw):
    with pytest.raises(ContentError, match=r"twice in one object at byte \d+"):
        read_json(raw, unique_names=True)


def test_one_name_in_two_objects_is_no_repetition():
    assert read_json(b'[ {"a":1}, {"a":{"a":2}} ]', unique_names=True) == [{"a": 1}, {"a": {"a": 2}}]


def test_the_error_keeps_its_place_in_another_process():
    error = pickle.loads(pickle.dumps(ContentError("malformed JSON at byte 3", 3)))
    assert (str(error), error.position) == ("malformed JSON at byte 3", 3)


def plainly(raw):
    """Return what the standard library reads; None where it refuses."""

    def refuse(text):
        raise ValueError(text)

    def read_finite(text):
        # The standard library reads what a float cannot hold as infinite.
        number = float(text)
        return refuse(text) if math.isinf(number) else number

    try:
        return [json.loads(raw.decode("utf-8"), parse_constant=refuse, parse_float=read_finite)]
    except ValueError:
        return None


def ours(raw):
    try:
        return [read_json(raw)]
    except ContentError as error:
        return None if error.position is not None or str(error) == "an empty body" else [str(error)]


@given(JSON, st.booleans())
def test_what_the_standard_library_writes_is_read_back(value, ascii_only):
    if not ascii_only:
        assert read_json(json.dumps(value, ensure_ascii=False).encode()) == value
    assert read_json(json.dumps(value).encode()) == value


@given(JSON, st.data())
def test_a_broken_document_is_refused_where_the_standard_library_refuses_it(value, data):
    raw = bytearray(json.dumps(value, ensure_ascii=False).encode())
    place = data.draw(st.integers(0, len(raw)))
    raw[place : place + data.draw(st.integers(0, 2))] = data.draw(
        st.sampled_from([b"", b"\xff", *b'[ ] { } , : " \\ 0 . - e'.split()])
    )
    assert ours(bytes(raw)) == plainly(bytes(raw))


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(raw):
    assert ours(raw) == plainly(raw)


def test_reading_json_loads_no_scanner():
    import subprocess

    code = "import sys; from mediatasks.exchange.content import read_json; read_json(b'[1]'); print('mediatasks.exchange.json_scan' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "False\n"
    )
