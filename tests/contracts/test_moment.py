import pytest

from mediatasks.contracts.lifecycle.moment import instant


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
