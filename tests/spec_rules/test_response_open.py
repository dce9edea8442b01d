def test_a_reply_is_not_closed(after):
    found = after.set("/components/schemas/Order/additionalProperties", False)
    assert found == [("response-open", "openapi.yaml#/components/schemas/Order/additionalProperties")]


def test_a_request_may_be_closed(after):
    assert after.set("/components/schemas/OrderCreate/additionalProperties", False) == []
