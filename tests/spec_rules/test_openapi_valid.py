def test_a_response_needs_a_description(after):
    found = after.drop("/paths/~1orders/post/responses/201/description")
    assert found == [("openapi-valid", "openapi.yaml#/paths/~1orders/post/responses/201")]
