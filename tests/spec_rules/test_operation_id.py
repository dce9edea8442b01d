def test_a_webhook_is_received(after):
    found = after.set("/webhooks/order.printed/post/operationId", "hear_order")
    assert ("operation-id", "openapi.yaml#/webhooks/order.printed/post/operationId") in found


def test_an_id_is_snake_case(after):
    found = after.set("/paths/~1orders/get/operationId", "listOrders")
    assert ("operation-id", "openapi.yaml#/paths/~1orders/get/operationId") in found


def test_a_get_does_not_create(after):
    found = after.set("/paths/~1orders~1{order_id}/get/operationId", "create_thing")
    assert ("operation-id", "openapi.yaml#/paths/~1orders~1{order_id}/get/operationId") in found
