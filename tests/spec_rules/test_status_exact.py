def test_a_default_response_is_a_problem(after):
    found = after.set("/paths/~1orders~1{order_id}/get/responses/default", {"description": "Any."})
    assert found == [("status-exact", "openapi.yaml#/paths/~1orders~1{order_id}/get/responses/default")]


def test_a_family_of_statuses_is_a_problem(after):
    found = after.set(
        "/paths/~1orders~1{order_id}/get/responses/4XX", {"$ref": "#/components/responses/Refused"}
    )
    assert found == [("status-exact", "openapi.yaml#/paths/~1orders~1{order_id}/get/responses/4XX")]
