def test_an_unlisted_extension_is_a_problem(after):
    found = after.set("/paths/~1orders/get/x-color", "red")
    assert found == [("extension-known", "openapi.yaml#/paths/~1orders/get/x-color")]


def test_an_unlisted_extension_of_a_method_is_a_problem(after):
    found = after.set("/methods/0/x-color", "red", "openrpc.yaml")
    assert found == [("extension-known", "openrpc.yaml#/methods/0/x-color")]


def test_a_property_may_be_called_like_an_extension(after):
    assert after.set("/components/schemas/Error/properties/x-color", {"type": "string"}) == []
