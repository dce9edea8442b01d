def test_a_cause_is_an_operation(after):
    found = after.set("/x-lifecycle/Order/states/waiting/next/cancelled/by", "stop_order")
    # No way leads to where `cancel_order` says it does any more.
    assert found == [
        ("lifecycle-moves", "openapi.yaml#/x-lifecycle/Order/states/waiting/next"),
        ("lifecycle-operations", "openapi.yaml#/x-lifecycle/Order/states/waiting/next/cancelled/by"),
    ]


def test_an_effect_is_that_of_an_operation(after):
    found = after.set("/x-lifecycle/Order/operations/stop_order", {"action": "read"})
    assert found == [("lifecycle-operations", "openapi.yaml#/x-lifecycle/Order/operations/stop_order")]


def test_a_move_enters_a_state(after):
    found = after.set("/x-lifecycle/Order/operations/cancel_order/to", "gone")
    assert found == [("lifecycle-operations", "openapi.yaml#/x-lifecycle/Order/operations/cancel_order/to")]


def test_a_move_says_where_to(after):
    found = after.drop("/x-lifecycle/Order/operations/cancel_order/to")
    assert found == [("lifecycle-operations", "openapi.yaml#/x-lifecycle/Order/operations/cancel_order")]


def test_a_move_leaves_a_state(after):
    found = after.set("/x-lifecycle/Order/operations/cancel_order/from", ["new"])
    assert found == [
        ("lifecycle-operations", "openapi.yaml#/x-lifecycle/Order/operations/cancel_order/from")
    ]


def test_a_resource_is_a_component_schema(after):
    found = after.set("/x-lifecycle/Book", {"key": ["/id"], "operations": {}})
    assert ("lifecycle-operations", "openapi.yaml#/x-lifecycle/Book") in found


def test_one_resource_has_states(after):
    found = after.set("/x-lifecycle", {})
    assert "lifecycle-operations" in {rule for rule, _ in found}


def test_each_of_several_causes_is_an_operation(after):
    by = ["cancel_order", "stop_order"]
    found = after.set("/x-lifecycle/Order/states/waiting/next/cancelled/by", by)
    assert found == [
        ("lifecycle-operations", "openapi.yaml#/x-lifecycle/Order/states/waiting/next/cancelled/by")
    ]
