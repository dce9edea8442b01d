def test_an_example_of_a_body_fits(after):
    found = after.set("/components/examples/list_orders_documented/value/0/state", "lost")
    assert found == [
        ("example-fits-schema", "openapi.yaml#/components/examples/list_orders_documented/value/0/state")
    ]


def test_an_example_file_fits(after):
    found = after.write("examples/get_order_documented.json", '{"id": "7", "state": "printed"}')
    assert found == [("example-fits-schema", "examples/get_order_documented.json#/id")]


def test_an_example_of_a_parameter_fits(after):
    found = after.set("/components/parameters/OrderId/example", "seven")
    assert found == [("example-fits-schema", "openapi.yaml#/components/parameters/OrderId/example")]


def test_a_default_fits(after):
    found = after.set("/paths/~1orders/get/parameters/1/schema/default", "ten")
    assert ("example-fits-schema", "openapi.yaml#/paths/~1orders/get/parameters/1/schema/default") in found


def test_an_example_of_a_webhook_fits(after):
    found = after.set("/components/examples/receive_order_printed_published/value/id", None)
    assert found == [
        (
            "example-fits-schema",
            "openapi.yaml#/components/examples/receive_order_printed_published/value/id",
        )
    ]


def test_an_example_of_a_credential_in_a_body_fits(after):
    found = after.set("/x-rpc/credentials/token/example", 5, "envelope.yaml")
    assert ("example-fits-schema", "envelope.yaml#/x-rpc/credentials/token/example") in found
