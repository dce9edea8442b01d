def test_an_operation_needs_a_description(after):
    found = after.drop("/paths/~1orders/get/description")
    assert found == [("description", "openapi.yaml#/paths/~1orders/get")]
