def test_a_reference_leads_to_a_component(after):
    found = after.set(
        "/components/schemas/OrderList/items",
        {"$ref": "#/webhooks/order.printed/post/requestBody/content/application~1json/schema"},
    )
    assert found == [("no-external-ref", "openapi.yaml#/components/schemas/OrderList/items/$ref")]


def test_a_reference_leads_somewhere(after):
    found = after.set("/components/schemas/OrderList/items", {"$ref": "#/components/schemas/Lost"})
    assert ("no-external-ref", "openapi.yaml#/components/schemas/OrderList/items/$ref") in found
