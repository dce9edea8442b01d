def test_a_key_is_a_member(after):
    found = after.set("/x-lifecycle/Order/key", ["/number"])
    assert ("lifecycle-pointers", "openapi.yaml#/x-lifecycle/Order/key/0") in found


def test_a_field_is_a_member(after):
    found = after.set("/x-lifecycle/Order/fields/progress/at", "/sheets")
    assert found == [("lifecycle-pointers", "openapi.yaml#/x-lifecycle/Order/fields/progress/at")]


def test_a_predicate_reads_a_member(after):
    found = after.set("/x-lifecycle/Order/states/printed/when", {"/state": "printed", "/paid": True})
    assert ("lifecycle-pointers", "openapi.yaml#/x-lifecycle/Order/states/printed/when/~1paid") in found


def test_a_filter_reads_a_member(after):
    found = after.set("/x-lifecycle/Order/operations/list_orders/where", {"/phase": "$request.query.state"})
    assert found == [
        ("lifecycle-pointers", "openapi.yaml#/x-lifecycle/Order/operations/list_orders/where/~1phase")
    ]


def test_an_order_reads_a_member(after):
    found = after.set("/x-lifecycle/Order/operations/list_orders/order/by", "/age")
    assert found == [
        ("lifecycle-pointers", "openapi.yaml#/x-lifecycle/Order/operations/list_orders/order/by")
    ]


def test_a_list_stands_in_the_reply(after):
    found = after.set("/x-lifecycle/Order/operations/list_orders/items", "/orders")
    assert found == [("lifecycle-pointers", "openapi.yaml#/x-lifecycle/Order/operations/list_orders/items")]


def test_a_member_that_is_stored_only_will_do(after):
    assert (
        after.set(
            "/x-lifecycle/Order/operations/create_order/sets",
            {"/title": "$request.body#/title", "/shelf": 1},
        )
        == []
    )


def test_what_is_searched_is_a_member(after):
    search = {"text": "$request.query.state", "in": ["/title", "/blurb"]}
    found = after.set("/x-lifecycle/Order/operations/list_orders/search", search)
    assert found == [
        ("lifecycle-pointers", "openapi.yaml#/x-lifecycle/Order/operations/list_orders/search/in/1")
    ]


def test_a_range_reads_a_member(after):
    ranges = {"/age": {"from": "$request.query.limit"}}
    found = after.set("/x-lifecycle/Order/operations/list_orders/ranges", ranges)
    assert found == [
        ("lifecycle-pointers", "openapi.yaml#/x-lifecycle/Order/operations/list_orders/ranges/~1age")
    ]
