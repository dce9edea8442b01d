from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from mediatasks.client.values import read_fps, read_frames, read_moment
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


@pytest.mark.parametrize(
    "call", [lambda: read_frames("many"), lambda: read_fps("1/0"), lambda: read_moment("soon")]
)
def test_a_value_that_cannot_be_read_is_named(call):
    with pytest.raises(UsageError, match="expected"):
        call()
