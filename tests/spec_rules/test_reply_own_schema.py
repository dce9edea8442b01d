def test_a_request_schema_is_none_of_a_reply(after):
    def change(document):
        member = {"$ref": "#/components/schemas/OrderCreate"}
        document["components"]["schemas"]["Order"]["properties"]["request"] = member

    found = after.change(change)
    assert ("reply-own-schema", "openapi.yaml#/components/schemas/OrderCreate") in found


def test_a_list_of_values_may_be_shared(after):
    def change(document):
        member = {"$ref": "#/components/schemas/OrderState"}
        document["components"]["schemas"]["OrderCreate"]["properties"]["state"] = member

    assert after.change(change) == []
