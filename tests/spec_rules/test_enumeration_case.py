def test_values_differ_by_more_than_case(after):
    found = after.set(
        "/components/schemas/OrderState/enum", ["waiting", "printing", "printed", "cancelled", "Printed"]
    )
    assert ("enumeration-case", "openapi.yaml#/components/schemas/OrderState/enum/4") in found
