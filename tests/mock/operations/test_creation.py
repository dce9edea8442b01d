"""How resources are made from requests."""

import pytest

from mediatasks.mock.operations.creation import _is_alone


@pytest.mark.parametrize(
    ("other", "alone"),
    [
        ("$request.body#/ab", True),
        ("$request.query.a", True),
        ("$resource#/a", True),
        (False, True),
        ("$request.body#/a", False),
        ("$request.body#/a/x", False),
        ("$request.body", False),
    ],
)
def test_a_part_of_the_request_is_alone_if_nothing_else_reads_of_it(other, alone):
    assert _is_alone("$request.body#/a", ["$request.body#/a", other]) is alone


def test_what_two_members_take_from_one_place_changes_apart(press_with):
    def change(document):
        for schema in ("Print", "PrintCreate"):
            properties = document["components"]["schemas"][schema]["properties"]
            properties["paper"] = properties["cover"] = {"type": "object"}
        sets = document["x-lifecycle"]["Print"]["operations"]["create_print"]["sets"]
        sets |= {"/paper": "$request.body#/paper", "/cover": "$request.body#/paper"}

    press = press_with(change)
    number = press("POST", "/prints", json={"title": "A", "paper": {"size": 4}}).json()["number"]
    item = press.mock.services["press"].store.collections["Print"].items[(str(number),)]
    item.value["paper"]["size"] = 5
    assert item.value["cover"] == {"size": 4}
