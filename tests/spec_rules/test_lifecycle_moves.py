WAITING = "openapi.yaml#/x-lifecycle/Order/states/waiting/next"
PRINTED = "openapi.yaml#/x-lifecycle/Order/states/printed/next"
OPERATION = "/x-lifecycle/Order/operations/cancel_order"


def test_a_state_from_which_an_operation_moves_says_so(after):
    found = after.set(f"{OPERATION}/from", ["waiting", "printed"])
    assert found == [("lifecycle-moves", PRINTED)]


def test_an_operation_that_is_nowhere_a_cause_moves_nothing(after):
    found = after.set("/x-lifecycle/Order/states/waiting/next", {"printing": {}})
    assert ("lifecycle-moves", WAITING) in found


def test_a_copy_may_be_asked_for_in_every_state(after):
    found = after.set(
        OPERATION, {"action": "copy", "where": {"/id": "$request.path.id"}, "to": "cancelled"}
    )
    states = ("printing", "printed")
    wanted = {("lifecycle-moves", f"openapi.yaml#/x-lifecycle/Order/states/{s}/next") for s in states}
    assert {problem for problem in found if problem[0] == "lifecycle-moves"} == wanted
