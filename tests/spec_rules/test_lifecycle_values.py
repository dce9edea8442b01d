def test_a_parameter_exists(after):
    found = after.set("/x-lifecycle/Order/operations/list_orders/where", {"/state": "$request.query.phase"})
    assert found == [
        ("lifecycle-values", "openapi.yaml#/x-lifecycle/Order/operations/list_orders/where/~1state")
    ]


def test_a_member_of_the_request_exists(after):
    found = after.set("/x-lifecycle/Order/operations/create_order/sets", {"/title": "$request.body#/name"})
    assert found == [
        ("lifecycle-values", "openapi.yaml#/x-lifecycle/Order/operations/create_order/sets/~1title")
    ]


def test_a_limit_exists(after):
    found = after.set("/x-lifecycle/Order/operations/list_orders/limit", "$request.query.most")
    assert found == [("lifecycle-values", "openapi.yaml#/x-lifecycle/Order/operations/list_orders/limit")]


def test_a_param_of_a_method_exists(after):
    found = after.set(
        "/x-lifecycle/Part/operations/part.state/where", {"/number": "$request.body#/ref"}, "envelope.yaml"
    )
    assert found == [
        ("lifecycle-values", "envelope.yaml#/x-lifecycle/Part/operations/part.state/where/~1number")
    ]


def test_a_state_writes_what_the_resource_has(after):
    found = after.set("/x-lifecycle/Order/states/printed/sets", {"/error": "$resource#/reason"})
    assert found == [("lifecycle-values", "openapi.yaml#/x-lifecycle/Order/states/printed/sets/~1error")]


def test_a_condition_reads_what_the_request_has(after):
    unless = {"/title": {"$request.body#/name": True}}
    found = after.set("/x-lifecycle/Order/operations/create_order/unless", unless)
    place = "openapi.yaml#/x-lifecycle/Order/operations/create_order/unless/~1title/$request.body#~1name"
    assert found == [("lifecycle-values", place)]


def test_a_member_that_is_left_open_is_one_that_is_written(after):
    unless = {"/state": {"$request.body#/title": ""}}
    found = after.set("/x-lifecycle/Order/operations/create_order/unless", unless)
    place = "openapi.yaml#/x-lifecycle/Order/operations/create_order/unless/~1state"
    assert found == [("lifecycle-values", place)]


def test_the_parameter_of_a_range_exists(after):
    found = after.set(
        "/x-lifecycle/Order/operations/list_orders/ranges", {"/pages": {"to": "$request.query.most"}}
    )
    assert found == [
        ("lifecycle-values", "openapi.yaml#/x-lifecycle/Order/operations/list_orders/ranges/~1pages/to")
    ]


def test_the_parameter_that_turns_an_order_round_exists(after):
    order = {
        "by": "/id",
        "descending": False,
        "direction": {"from": "$request.query.way", "ascending": 1, "descending": 0},
    }
    found = after.set("/x-lifecycle/Order/operations/list_orders/order", order)
    place = "openapi.yaml#/x-lifecycle/Order/operations/list_orders/order/direction/from"
    assert found == [("lifecycle-values", place)]
