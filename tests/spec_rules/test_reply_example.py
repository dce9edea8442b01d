def test_a_reply_has_an_example(after):
    found = after.drop("/components/responses/Refused/content/application~1json/examples")
    assert (
        "reply-example",
        "openapi.yaml#/components/responses/Refused/content/application~1json",
    ) in found


def test_a_request_has_an_example(after):
    found = after.set("/paths/~1orders/post/requestBody/content/application~1json/examples", {})
    assert (
        "reply-example",
        "openapi.yaml#/paths/~1orders/post/requestBody/content/application~1json",
    ) in found
