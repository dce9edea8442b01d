def test_a_secured_operation_states_the_failure(after):
    found = after.drop("/paths/~1orders~1{order_id}/get/responses/401")
    assert found == [("authentication-failure", "openapi.yaml#/paths/~1orders~1{order_id}/get")]


def test_an_open_operation_needs_no_failure(after):
    assert after.set("/paths/~1orders~1{order_id}/get/security", []) == []


def test_an_rpc_provider_states_the_text(after):
    found = after.drop("/x-rpc/errors/unauthenticated", "envelope.yaml")
    assert found == [("authentication-failure", "envelope.yaml#/x-rpc")]
