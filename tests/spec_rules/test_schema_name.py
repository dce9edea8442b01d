def test_a_name_is_pascal_case(after):
    found = after.set("/components/schemas/order_note", {"type": "string"})
    assert ("schema-name", "openapi.yaml#/components/schemas/order_note") in found


def test_a_name_does_not_say_that_it_is_an_object(after):
    found = after.set("/components/schemas/NoteObject", {"type": "string"})
    assert ("schema-name", "openapi.yaml#/components/schemas/NoteObject") in found
