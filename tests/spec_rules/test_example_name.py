def test_an_example_begins_with_its_operation(after):
    found = after.set(
        "/components/examples/cats", {"x-provenance": {"status": "inferred", "note": "x"}, "value": 1}
    )
    assert ("example-name", "openapi.yaml#/components/examples/cats") in found


def test_a_file_is_named_like_its_example(after):
    found = after.set(
        "/components/examples/list_orders_documented",
        {
            "x-provenance": {"status": "inferred", "note": "x"},
            "externalValue": "examples/get_order_documented.json",
        },
    )
    assert (
        "example-name",
        "openapi.yaml#/components/examples/list_orders_documented/externalValue",
    ) in found
