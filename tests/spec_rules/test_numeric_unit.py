def test_a_number_has_a_unit(after):
    found = after.drop("/components/schemas/Order/properties/pages/description")
    assert found == [("numeric-unit", "openapi.yaml#/components/schemas/Order/properties/pages")]


def test_a_numeric_parameter_has_a_unit(after):
    found = after.drop("/paths/~1orders/get/parameters/1/description")
    assert found == [("numeric-unit", "openapi.yaml#/paths/~1orders/get/parameters/1/schema")]


def test_a_text_needs_none(after):
    assert after.drop("/components/schemas/Order/properties/title/description") == []
