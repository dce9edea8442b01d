from mediatasks.contracts.expression import Scope
from mediatasks.contracts.schema.request_parts import is_left_open

EFFECT = {
    "sets": {"/source": "$request.body#/video", "/title": "$request.body#/title"},
    "unless": {"/source": {"$request.body#/trim": True, "$request.body#/keep": {"enum": ["new", "both"]}}},
}


def test_a_member_is_left_open_where_all_conditions_hold():
    assert is_left_open(EFFECT, "/source", Scope(body={"trim": True, "keep": "new"}))


def test_a_member_is_written_where_one_condition_fails():
    assert not is_left_open(EFFECT, "/source", Scope(body={"trim": True, "keep": "old"}))
    assert not is_left_open(EFFECT, "/source", Scope(body={"keep": "new"}))


def test_a_member_without_conditions_is_written():
    assert not is_left_open(EFFECT, "/title", Scope(body={"trim": True, "keep": "new"}))
