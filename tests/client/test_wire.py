"""What a client sends of a caller's values, and what it refuses before any request."""

import dataclasses
import enum
import json
import pathlib
import uuid
from collections import OrderedDict, UserList
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType

import msgspec
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediatasks.client.requests.headers import check_headers
from mediatasks.client.requests.json_body import ENCODER, MAX_DEPTH, plain_body
from mediatasks.client.requests.wire import parameter_text
from mediatasks.errors import UsageError

HOUR = timezone(timedelta(hours=1))
NOON = datetime(2026, 11, 30, 12, tzinfo=HOUR)
ID = uuid.UUID("09f8b46c-61a0-4254-9875-f71f4c605bc7")


class Colour(enum.Enum):
    RED = "red"
    MOMENT = NOON


class Level(enum.IntEnum):
    HIGH = 3


@dataclasses.dataclass
class Point:
    x: int
    at: datetime = NOON
    note: str | None = None
    must: str | None = dataclasses.field(default_factory=lambda: None)


class Named(msgspec.Struct, rename="camel", omit_defaults=True, tag_field="kind", tag="named"):
    first_name: str
    last_name: str | None = None
    tags: list[str] = []


class Storage(pydantic.BaseModel):
    kind: str = "s3"
    access_key: str = pydantic.Field(serialization_alias="accessKey")
    region: str | None = None
    zone: str | None = None


class Target(pydantic.BaseModel):
    storage: Storage
    price: Decimal


def sent(value):
    return json.loads(ENCODER.encode(plain_body("op", {"v": value})))["v"]


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (None, None),
        (True, True),
        (NOON, "2026-11-30T12:00:00+01:00"),
        (NOON.astimezone(UTC), "2026-11-30T11:00:00Z"),
        (datetime(1900, 1, 1, tzinfo=timezone(timedelta(seconds=3208))), "1899-12-31T23:06:32Z"),
        (date(2026, 11, 30), "2026-11-30"),
        (ID, str(ID)),
        (Colour.RED, "red"),
        (Colour.MOMENT, "2026-11-30T12:00:00+01:00"),
        (Level.HIGH, 3),
        (Point(1), {"x": 1, "at": "2026-11-30T12:00:00+01:00", "must": None}),
        (Named("Ada"), {"kind": "named", "firstName": "Ada"}),
        (Storage(access_key="k", zone=None), {"kind": "s3", "accessKey": "k", "zone": None}),
        (Target(storage={"access_key": "k"}, price="1.10"), {"storage": {"kind": "s3", "accessKey": "k"}, "price": 1.1}),
        ((1, UserList([2])), [1, [2]]),
        (MappingProxyType(OrderedDict(a={Colour.RED: 1})), {"a": {"red": 1}}),
        ("é𝄞", "é𝄞"),
    ],
)  # fmt: skip
def test_a_value_is_sent_in_the_form_of_the_wire(value, wire):
    assert sent(value) == wire


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (float("nan"), "NaN"),
        (float("-inf"), "NaN"),
        (Decimal("NaN"), "NaN"),
        (Decimal("sNaN"), "NaN"),
        (Decimal("Infinity"), "NaN"),
        ("a\ud800", "character 1 is a lone surrogate"),
        (datetime(2026, 1, 1), "no time zone"),
        (time(12), "`time`"),
        (timedelta(1), "`timedelta`"),
        ({1}, "`set`; give a list"),
        (frozenset(), "`frozenset`; give a list"),
        (pathlib.PurePosixPath("/a"), "str(path)"),
        (b"x", "`bytes`; give text"),
        (bytearray(), "`bytearray`; give text"),
        (memoryview(b"x"), "`memoryview`; give text"),
        (iter([1]), "`list_iterator`; what can be sent"),
        (1j, "`complex`"),
        (object(), "`object`"),
        (Point, "`type`"),
        pytest.param(10**5000, "too many digits", id="digits"),
        ({1: 2}, "a key is of type `int`"),
        ({None: 2}, "a key is of type `NoneType`"),
        ({"\udfff": 2}, "lone surrogate"),
        (msgspec.Raw(b"1"), "`Raw`"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_its_place(value, problem):
    for holder in ({"a": [0, {"b/c": value}]}, {"a": (0, OrderedDict({"b/c": value}))}):
        with pytest.raises(UsageError) as caught:
            plain_body("create_x", holder)
        message = str(caught.value)
        assert message.startswith("`create_x`: `/a/1/b~1c` cannot be sent: ")
        assert problem in message
        message.encode()


def test_a_circle_is_refused_with_its_place():
    circle: dict[str, object] = {}
    circle["me"] = [circle]
    with pytest.raises(UsageError, match="`/me/0` cannot be sent: it holds itself"):
        plain_body("op", circle)


def test_the_same_object_twice_is_no_circle():
    part = [1]
    assert plain_body("op", {"a": part, "b": [part, part]}) == {"a": [1], "b": [[1], [1]]}


def nested(depth):
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


def test_depth_has_a_limit():
    assert plain_body("op", nested(MAX_DEPTH))
    for depth in (MAX_DEPTH + 1, 100_000):
        with pytest.raises(UsageError, match="nested deeper than 100 levels"):
            plain_body("op", nested(depth))


def test_a_model_that_cannot_be_dumped_is_refused():
    class Broken:
        def model_dump(self, **_):
            raise RuntimeError("no")

    with pytest.raises(UsageError, match="`/v` cannot be sent: `model_dump` of `Broken` failed"):
        plain_body("op", {"v": Broken()})


def read_exactly(raw):
    return json.loads(raw, parse_float=Decimal, parse_int=Decimal)


@given(st.decimals(allow_nan=False, allow_infinity=False) | st.integers())
def test_a_number_arrives_with_all_its_digits(number):
    assert read_exactly(ENCODER.encode(plain_body("op", [number]))) == [number]
    assert Decimal(parameter_text("p", number)) == number


@pytest.mark.parametrize(
    "text", ["123456789012345678901234567890.123456789", "1E+3", "1E-7", "1E+999999", "-0.0"]
)
def test_a_great_decimal_stays_exact_and_short(text):
    number = Decimal(text)
    for wire in (ENCODER.encode(plain_body("op", number)).decode(), parameter_text("p", number)):
        assert Decimal(wire) == number
        assert len(wire) < 70


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4),
)  # fmt: skip


@given(json_values)
def test_json_is_sent_as_it_is(value):
    assert json.loads(ENCODER.encode(plain_body("op", value))) == value


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(st.characters()) | st.binary()
    | st.datetimes() | st.datetimes(timezones=st.timezones()) | st.dates() | st.times() | st.uuids() | st.complex_numbers()
    | st.fractions() | st.sampled_from([*Colour, Level.HIGH, object(), Point, len, ..., pathlib.PurePath("a"), Named("a")]),
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner) | st.dictionaries(st.integers() | st.text(st.characters()), inner, max_size=3)
    | st.frozensets(st.integers()),
)  # fmt: skip


@given(anything)
def test_any_value_is_sent_or_refused_and_nothing_else_happens(value):
    for send in (
        lambda: ENCODER.encode(plain_body("op", value)).decode(),
        lambda: parameter_text("p", value),
    ):
        try:
            send().encode()
        except UsageError as error:
            str(error).encode()


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (Colour.RED, "red"), (Level.HIGH, "3"), (NOON, "2026-11-30T12:00:00+01:00"), (date(2026, 1, 2), "2026-01-02"), (ID, str(ID)), (1.5, "1.5"), (10**30, "1" + "0" * 30)],
)  # fmt: skip
def test_a_parameter_is_the_text_of_its_value(value, text):
    assert parameter_text("p", value) == text


@pytest.mark.parametrize(
    "value", [float("nan"), {"a": 1}, [1], {1}, b"x", pathlib.PurePath("a"), datetime(2026, 1, 1), "\ud800", object()]
)  # fmt: skip
def test_a_parameter_that_cannot_be_sent_is_named(value):
    with pytest.raises(UsageError, match=r"^`since` cannot be sent: "):
        parameter_text("since", value)


@pytest.mark.parametrize(
    "headers",
    [None, "a: b", [("a", "b")], {"a": 1}, {"a": None}, {"a": b"b"}, {"a": "x\r\ny"}, {"a": "\u20ac"}, {"a": "\ud800"}, {"a": "\x00"}, {"a": " x"}, {"a": "x "}, {"": "x"}, {"a b": "x"}, {"a:": "x"}, {"é": "x"}, {1: "x"}, {"Content-Length": "3"}, {"transfer-encoding": "chunked"}],
)  # fmt: skip
def test_a_header_that_http_does_not_take_is_refused(headers):
    with pytest.raises(UsageError, match="`op`"):
        check_headers("op", headers)


def test_a_refused_header_is_not_shown():
    with pytest.raises(UsageError) as caught:
        check_headers("op", {"X-Key": "hush\n"})
    assert "hush" not in str(caught.value)


def test_latin_1_is_a_header():
    assert check_headers("op", {"X-Name": "Zoë", "x-empty": ""}) == {"x-name": "Zoë", "x-empty": ""}


@given(st.dictionaries(st.text(st.characters()), st.text(st.characters()) | st.binary() | st.none()))
def test_any_header_is_taken_or_refused(headers):
    try:
        for name, value in check_headers("op", headers).items():
            name.encode("ascii"), value.encode("latin-1")
    except UsageError as error:
        str(error).encode()
