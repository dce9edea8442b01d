def test_an_error_is_not_written_in_place(after):
    found = after.set("/paths/~1orders~1{order_id}/get/responses/410", {"description": "Gone."})
    assert found == [("error-shared", "openapi.yaml#/paths/~1orders~1{order_id}/get/responses/410")]
