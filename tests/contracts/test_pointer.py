import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediatasks.contracts.pointer import MISSING, drop, get, join, put, split


@given(st.lists(st.text()))
def test_split_undoes_join(tokens):
    assert split(join(tokens)) == tuple(tokens)


@given(st.lists(st.text(alphabet="ab~/1"), min_size=1, max_size=4), st.integers())
def test_what_was_put_is_read_back(tokens, value):
    pointer = join(["x", *tokens])
    assert get(put({}, pointer, value), pointer) == value


@pytest.mark.parametrize("pointer", ["/a/b", "/list/2", "/list/-1", "/list/x", "/text/0"])
def test_a_pointer_that_leads_nowhere_is_missing(pointer):
    assert get({"a": 1, "list": [0, 1], "text": "t"}, pointer) is MISSING


def test_null_is_a_value_and_not_missing():
    assert get({"a": None}, "/a") is None


def test_put_makes_a_list_for_place_zero():
    assert put({}, "/reply/0/id", 7) == {"reply": [{"id": 7}]}


def test_drop_leaves_other_members():
    document = {"a": {"b": 1, "c": 2}}
    drop(document, "/a/b")
    assert document == {"a": {"c": 2}}


def test_a_pointer_without_slash_is_refused():
    with pytest.raises(ValueError, match="starts with `/`"):
        split("a/b")
