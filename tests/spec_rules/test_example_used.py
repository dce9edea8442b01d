def test_an_example_is_referred_to(after):
    found = after.set(
        "/components/examples/get_order_spare",
        {"x-provenance": {"status": "inferred", "note": "x"}, "value": 1},
    )
    assert found == [("example-used", "openapi.yaml#/components/examples/get_order_spare")]


def test_a_file_is_an_example(after):
    found = after.write("examples/get_order_spare.json", "1")
    assert found == [("example-used", "examples/get_order_spare.json#")]
