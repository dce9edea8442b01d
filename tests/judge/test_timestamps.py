import pytest

from mediatasks.judge.observation.timestamps import is_in_unit, read_moment

NEW_YEAR = 1_767_225_600  # 2026-01-01T00:00:00Z


@pytest.mark.parametrize(
    ("value", "unit", "seconds", "step"),
    [
        (NEW_YEAR * 1000, "unix-ms", NEW_YEAR, 0.001),
        (str(NEW_YEAR * 1000), "unix-ms", NEW_YEAR, 0.001),
        (NEW_YEAR, "unix-s", NEW_YEAR, 1.0),
        (NEW_YEAR + 0.28, "unix-s", NEW_YEAR + 0.28, 0.001),
        ("2026-01-01T00:00:00Z", "date-time", NEW_YEAR, 1.0),
        ("2026-01-01t07:00:00.250+07:00", "date-time", NEW_YEAR + 0.25, 0.001),
        ("2025-12-31T23:59:60Z", "date-time", NEW_YEAR - 1, 1.0),
        ("2026-01-01 07:00:00 +0700", "local", NEW_YEAR, 1.0),
    ],
)
def test_a_moment_is_read_in_its_unit(value, unit, seconds, step):
    moment = read_moment(value, unit)
    assert (moment.seconds, moment.step, moment.zoned) == (pytest.approx(seconds), step, True)


def test_a_local_time_without_offset_has_no_zone():
    assert not read_moment("2026-01-01 07:00:00", "local").zoned


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (NEW_YEAR, "unix-ms"),
        (NEW_YEAR * 1000, "unix-s"),
        (NEW_YEAR * 1_000_000, "unix-ms"),
        ("2026-01-01T00:00:00Z", "unix-s"),
        (NEW_YEAR, "date-time"),
        ("2026-01-01T00:00:00", "date-time"),
        ("2026-01-01 07:00:00 +0700", "date-time"),
        ("2026-01-01T00:00:00Z", "local"),
        (True, "unix-s"),
        (float("nan"), "unix-ms"),
        (10**400, "unix-ms"),
        ([], "date-time"),
    ],
)
def test_a_moment_in_another_unit_is_none(value, unit):
    assert not is_in_unit(value, unit)
    assert read_moment(value, unit) is None


@pytest.mark.parametrize(
    "value", ["2026-02-30T00:00:00Z", "0000-01-01T00:00:00.000Z", "2026-01-01T24:00:00Z"]
)
def test_a_date_that_no_calendar_has_is_in_the_unit_and_no_moment(value):
    assert is_in_unit(value, "date-time")
    assert read_moment(value, "date-time") is None
