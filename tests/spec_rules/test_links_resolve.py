def test_a_link_leads_to_an_operation(after):
    found = after.set("/paths/~1orders/post/responses/201/links/ReadOrder/operationId", "get_oder")
    assert ("links-resolve", "openapi.yaml#/paths/~1orders/post/responses/201/links/ReadOrder") in found


def test_a_link_fills_a_parameter_of_its_target(after):
    found = after.set(
        "/paths/~1orders/post/responses/201/links/ReadOrder/parameters", {"id": "$response.body#/id"}
    )
    assert found == [
        ("links-resolve", "openapi.yaml#/paths/~1orders/post/responses/201/links/ReadOrder/parameters/id")
    ]


def test_a_link_reads_a_member_of_the_reply(after):
    found = after.set(
        "/paths/~1orders/post/responses/201/links/ReadOrder/parameters",
        {"order_id": "$response.body#/number"},
    )
    assert found == [
        (
            "links-resolve",
            "openapi.yaml#/paths/~1orders/post/responses/201/links/ReadOrder/parameters/order_id",
        )
    ]


def test_a_link_of_a_method_fills_its_params(after):
    found = after.set("/methods/0/links/0/params", {"ref": "$response.body#/number"}, "openrpc.yaml")
    assert found == [("links-resolve", "openrpc.yaml#/methods/0/links/0/params/ref")]


def test_a_link_of_a_method_reads_its_result(after):
    found = after.set("/methods/0/links/0/params", {"number": "$response.body#/id"}, "openrpc.yaml")
    assert found == [("links-resolve", "openrpc.yaml#/methods/0/links/0/params/number")]


def test_a_link_fills_something(after):
    found = after.set("/paths/~1orders/post/responses/201/links/ReadOrder/parameters", {})
    assert found == [("links-resolve", "openapi.yaml#/paths/~1orders/post/responses/201/links/ReadOrder")]
