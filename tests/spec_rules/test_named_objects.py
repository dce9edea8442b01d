def test_an_enumeration_is_a_named_component(after):
    found = after.set("/components/schemas/Order/properties/title/enum", ["Cats"])
    assert found == [("named-objects", "openapi.yaml#/components/schemas/Order/properties/title/enum")]


def test_a_nested_object_is_a_named_component(after):
    found = after.set(
        "/components/schemas/Error/properties/cause",
        {"type": "object", "properties": {"text": {"type": "string"}}},
    )
    assert found == [
        ("named-objects", "openapi.yaml#/components/schemas/Error/properties/cause/properties")
    ]
