from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediatasks.client.values import UNITS, read_fps, read_frames, read_moment
from mediatasks.errors import UsageError


@pytest.mark.parametrize(("text", "frames"), [("255", 255), (300, 300), (None, None)])
def test_frames(text, frames):
    assert read_frames(text) == frames


@pytest.mark.parametrize(
    ("text", "fps"), [("30/1", 30), ("30000/1001", Fraction(30000, 1001)), (25, 25), (None, None)]
)
def test_frames_per_second(text, fps):
    assert read_fps(text) == fps


@pytest.mark.parametrize(
    ("value", "unit", "moment"),
    [
        (1587667174725, "unix-ms", datetime(2020, 4, 23, 18, 39, 34, 725000, UTC)),
        (1775207719.25, "unix-s", datetime(2026, 4, 3, 9, 15, 19, 250000, UTC)),
        ("2026-04-03 16:15:19 +0700", "local", datetime(2026, 4, 3, 9, 15, 19, tzinfo=UTC)),
        ("2026-04-03 16:15:19", "local", datetime(2026, 4, 3, 16, 15, 19, tzinfo=UTC)),
        ("2024-01-24T05:07:58.000Z", "date-time", datetime(2024, 1, 24, 5, 7, 58, tzinfo=UTC)),
        ("2020-09-09T14:30:00.000", "date-time", datetime(2020, 9, 9, 14, 30, tzinfo=UTC)),
        (None, "unix-ms", None),
    ],
)
def test_moments_are_aware_instants(value, unit, moment):
    read = read_moment(value, unit)
    assert read == moment
    assert read is None or read.utcoffset() in (timedelta(0), timedelta(hours=7))


anything = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.decimals() | st.datetimes() | st.binary()
    | st.lists(st.integers()) | st.from_regex(r"[0-9]{1,6}/[0-9]{1,3}|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}", fullmatch=True)
)  # fmt: skip


@given(anything)
def test_any_value_is_read_or_refused(value):
    reads = [read_frames, read_fps, *(lambda v, u=u: read_moment(v, u) for u in UNITS)]
    for read in reads:
        try:
            read(value)
        except UsageError as error:
            str(error).encode()


def test_a_part_of_a_frame_is_refused():
    assert read_frames(2.0) == 2
    with pytest.raises(UsageError, match=r"a whole number of frames, got 2\.5"):
        read_frames(2.5)


def test_a_unit_that_there_is_none_is_answered_by_the_nearest():
    with pytest.raises(UsageError, match="did you mean `unix-ms`"):
        read_moment(5, "unix_ms")


@pytest.mark.parametrize(
    "call", [lambda: read_frames("many"), lambda: read_fps("1/0"), lambda: read_moment("soon")]
)
def test_a_value_that_cannot_be_read_is_named(call):
    with pytest.raises(UsageError, match="expected"):
        call()
