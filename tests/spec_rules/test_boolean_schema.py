def test_a_property_is_not_true(after):
    found = after.set("/components/schemas/Error/properties/cause", True)
    assert found == [("boolean-schema", "openapi.yaml#/components/schemas/Error/properties/cause")]


def test_additional_properties_may_be_false(after):
    assert after.set("/components/schemas/OrderCreate/additionalProperties", False) == []
