import time

import pytest

from mediatasks.mock.store.clock import LATEST, MAX_SPEED, Clock, parse_duration, stamp
from tests.mock.conftest import START


def test_a_stopped_clock_moves_by_steps_only():
    clock = Clock(0, START)
    clock.advance(2.5)
    assert (clock.now(), clock.speed) == (START + 2.5, 0)


def test_a_speed_can_be_changed_and_keeps_what_passed(monkeypatch):
    moment = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: moment[0])
    clock = Clock(10, START)
    moment[0] += 2
    clock.set_speed(0)
    moment[0] += 50
    assert clock.now() == START + 20


def test_a_restarted_clock_is_as_new():
    clock = Clock(0, START)
    clock.advance(1e6)
    clock.restart(0, START)
    assert clock.now() == START


@pytest.mark.parametrize("speed", [-1, float("nan"), float("inf"), MAX_SPEED * 2])
def test_a_speed_out_of_range_is_refused(speed):
    with pytest.raises(ValueError, match="a clock's speed is 0 to 1,000,000"):
        Clock(0, START).set_speed(speed)


@pytest.mark.parametrize("step", [-1, float("nan"), LATEST])
def test_a_step_that_leads_nowhere_is_refused(step):
    clock = Clock(0, START)
    with pytest.raises(ValueError, match=r"a clock does not run backwards|the clock ends"):
        clock.advance(step)
    assert clock.now() == START


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT1H", 3600),
        ("P1DT30M", 88200),
        ("PT0.5S", 0.5),
        ("P2W", 1_209_600),
        ("PT1H2M3S", 3723),
        ("PT0S", 0),
    ],
)
def test_a_duration_is_read(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "1h", "P1Y", "P1M", "PT1H ", "-PT1H", "P" + "1" * 99 + "D"]
)
def test_what_is_no_duration_of_fixed_length_is_refused(text):
    with pytest.raises(ValueError, match="expected an ISO 8601 duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "unit", "shown"),
    [
        (START + 0.1239, "date-time", "2026-02-02T02:40:00.123Z"),
        (0.9999999, "date-time", "1970-01-01T00:00:01.000Z"),
        (0.9999989, "date-time", "1970-01-01T00:00:00.999Z"),
        (-0.25, "date-time", "1969-12-31T23:59:59.750Z"),
        (START + 0.9, "local", "2026-02-02 02:40:00 +0000"),
        (0.9999999, "local", "1970-01-01 00:00:01 +0000"),
        (START + 0.1239, "unix-ms", 1_770_000_000_123),
        (START + 0.1239, "unix-s", 1_770_000_000.124),
    ],
)
def test_a_moment_is_shown_in_its_unit(seconds, unit, shown):
    assert stamp(seconds, unit) == shown
