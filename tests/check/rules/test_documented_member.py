import pytest

from tests.check.rules import oven
from tests.check.rules.reading import Reader
from tests.check.rules.wrong_mock import find

RULE = "documented-member"
LOAF = {"id": 7, "state": "baking", "grain": "rye", "done": 5}


def present(document):
    loaf = document["x-lifecycle"]["Loaf"]
    loaf["present"] = ["/grain"]
    loaf["states"]["baking"]["present"] = ["/done"]


@pytest.fixture
def seen():
    return Reader(oven.build_contract(present), RULE)


def test_a_resource_with_all_its_members_is_right(seen):
    assert seen("get_loaf", LOAF, id=7) == []
    assert seen.judged == 1


@pytest.mark.parametrize("name", ["grain", "done"])
def test_a_member_that_is_gone_is_a_warning(seen, name):
    [found] = seen("get_loaf", {k: v for k, v in LOAF.items() if k != name}, id=7)
    assert (found.severity, found.expected) == ("warning", f"`{name}` of a Loaf in the state `baking`")


def test_several_members_that_are_gone_are_one_finding(seen):
    [found] = seen("get_loaf", {"id": 7, "state": "baking"}, id=7)
    assert found.expected == "`grain`, `done` of a Loaf in the state `baking`"


def test_null_is_no_absence(seen):
    assert seen("get_loaf", LOAF | {"grain": None}, id=7) == []


def test_a_state_that_does_not_show_the_member_is_right(seen):
    assert seen("get_loaf", {"id": 7, "state": "waiting", "grain": "rye"}, id=7) == []


def test_a_contract_that_says_nothing_is_not_judged():
    reader = Reader(oven.build_contract(), RULE)
    assert (reader("get_loaf", {"id": 7, "state": "baking"}, id=7), reader.judged) == ([], 0)


@pytest.mark.parametrize(
    "provider", ["boro", "kokoon", "livepeer", "taskengine", "vionlabs", "press", "render"]
)
def test_a_right_server_passes(provider):
    assert find(RULE, provider) == []


@pytest.mark.parametrize(("body", "count"), [({"why": "no such loaf"}, 0), ({}, 1), ({"reason": "x"}, 1)])
def test_a_refusal_says_why(seen, body, count):
    found = seen("get_loaf", body, status=404, id=7)
    assert [(f.severity, f.got) for f in found] == [("warning", "no such member")] * count
    assert seen.judged == 1
