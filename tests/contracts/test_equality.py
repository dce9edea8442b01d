import pytest

from mediatasks.contracts.equality import equal_on_wire, instant, same_key
from mediatasks.contracts.pointer import MISSING


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:01:00Z", 60.0),
        ("1970-01-01 00:01:00", 60.0),
        ("1970-01-01T02:00:00+02:00", 0.0),
        ("1970-01-02", 86400.0),
        ("1970-01-01T00:00:00.5" + "0" * 100 + "Z", 0.5),
        ("soon", None),
        (60, None),
        (None, None),
        (["1970-01-02"], None),
    ],
)
def test_a_moment_is_read(text, seconds):
    assert instant(text) == seconds


def test_two_texts_of_one_moment_are_the_same_instant():
    assert instant("1970-01-01T02:00:00+02:00") == instant("1970-01-01T00:00:00Z")
    assert instant("1970-01-01T02:00:00Z") != instant("1970-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("left", "right"), [(1, 1.0), ([1, {"a": None}], [1.0, {"a": None}]), (True, True)]
)
def test_the_same_json_is_equal_on_the_wire(left, right):
    assert equal_on_wire(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [(1, True), ("7", 7), ([1], [True]), ({"a": 0}, {"a": False}), ([1], [1, 1]), (MISSING, None)],
)
def test_another_json_is_not_equal_on_the_wire(left, right):
    assert not equal_on_wire(left, right)


@pytest.mark.parametrize(("value", "wanted"), [(7, "7"), (7.0, "7"), ("a", "a"), ([1], [1])])
def test_a_key_may_be_sent_as_number_or_text(value, wanted):
    assert same_key(value, wanted)


@pytest.mark.parametrize(
    ("value", "wanted"), [(MISSING, "MISSING"), (None, "None"), (True, "true"), ([7], "7")]
)
def test_other_keys_differ(value, wanted):
    assert not same_key(value, wanted)
