def test_what_addresses_a_resource_declares_missing(after):
    found = after.drop("/paths/~1orders~1{order_id}/get/responses/404")
    assert found == [("errors-declared", "openapi.yaml#/paths/~1orders~1{order_id}/get/responses")]


def test_what_takes_parameters_declares_invalid(after):
    found = after.drop("/paths/~1orders/get/responses/400")
    assert found == [("errors-declared", "openapi.yaml#/paths/~1orders/get/responses")]


def test_what_a_state_forbids_declares_refused(after):
    found = after.drop("/paths/~1orders~1{order_id}/delete/responses/409")
    assert found == [("errors-declared", "openapi.yaml#/paths/~1orders~1{order_id}/delete/responses")]


def test_the_message_has_a_place_in_the_error_body(after):
    found = after.set("/x-errors/refused/message", "/reason")
    assert found == [("errors-declared", "openapi.yaml#/paths/~1orders~1{order_id}/delete/responses/409")]
