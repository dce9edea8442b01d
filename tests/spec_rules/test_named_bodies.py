def test_a_body_is_not_written_in_place(after):
    found = after.set(
        "/paths/~1orders/get/responses/200/content/application~1json/schema",
        {"type": "array", "items": {"$ref": "#/components/schemas/Order"}},
    )
    assert (
        "named-bodies",
        "openapi.yaml#/paths/~1orders/get/responses/200/content/application~1json/schema",
    ) in found


def test_a_result_of_a_method_is_not_written_in_place(after):
    found = after.set("/methods/0/result/schema", {"type": "object"}, "openrpc.yaml")
    assert ("named-bodies", "openrpc.yaml#/methods/0/result") in found
