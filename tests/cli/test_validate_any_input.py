"""`validate` ends in 0, 1 or 2, whatever it is given."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediatasks.cli.main import main
from tests.cli.test_validate import CLEAN

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "state", "items", "call"]) | st.text(), inner, max_size=4)
    ),
    max_leaves=10,
)
TARGETS = [
    ("shop", "get_order"),
    ("shop", "list_orders"),
    ("shop", "create_order", "--request"),
    ("line", "part_state"),
    ("line", "post_calls", "--request"),
]


@pytest.fixture
def judged(tmp_path, capsys):
    """Return a function that validates bytes and returns (exit code, stdout, stderr)."""

    def run(raw, *words):
        file = tmp_path / "body.json"
        file.write_bytes(raw)
        code = main(["validate", *words[:2], str(file), *words[2:], "--contracts", CLEAN])
        return (code, *capsys.readouterr())

    return run


anything = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@anything
@given(VALUES, st.sampled_from(TARGETS))
def test_any_json_is_judged(judged, value, words):
    code, out, err = judged(json.dumps(value, ensure_ascii=True).encode(), *words)
    assert code in (0, 1, 2)
    assert (code == 2) == bool(err)
    assert bool(out) == (code < 2)


@anything
@given(st.binary(), st.sampled_from(TARGETS))
def test_any_bytes_end_in_one_message_at_most(judged, raw, words):
    code, _, err = judged(raw, *words)
    assert (code == 2, code in (0, 1)) == (err.count("\n") == 1, err == "")


def test_a_body_of_twenty_megabytes_is_judged_and_cut(judged):
    raw = b'{"id": "' + b"x" * 20_000_000 + b'", "state": "printed"}'
    code, out, _ = judged(raw, "shop", "get_order")
    assert code == 1
    assert len(out) < 2000


@pytest.mark.parametrize("raw", [b"[" * 99 + b"]" * 99, b'{"id":' * 99 + b"1" + b"}" * 99])
def test_a_deeply_nested_body_is_judged(judged, raw):
    assert judged(raw, "shop", "get_order")[0] == 1
