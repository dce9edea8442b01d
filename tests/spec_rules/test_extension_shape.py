def test_a_value_of_another_type_is_a_problem(after):
    found = after.set("/paths/~1orders/post/x-safe", "no")
    assert found == [("extension-shape", "openapi.yaml#/paths/~1orders/post/x-safe")]


def test_an_unknown_status_word_is_a_problem(after):
    found = after.set("/components/schemas/Order/x-provenance/source", 5)
    assert ("extension-shape", "openapi.yaml#/components/schemas/Order/x-provenance/source") in found
