import pytest

TITLE = "/components/schemas/Order/properties/title"
BOUNDS = {"minLength": 1, "maxLength": 80, "pattern": "^[A-Z]", "format": "uri", "const": "Cats"}


@pytest.mark.parametrize("keyword", sorted(BOUNDS))
def test_a_reply_has_no_bound_without_a_source(after, keyword):
    found = after.set(f"{TITLE}/{keyword}", BOUNDS[keyword])
    assert ("reply-bounds", f"openapi.yaml#{TITLE}/{keyword}") in found


def test_a_stated_bound_stands(after):
    fact = {"status": "documented", "source": "manual", "locator": "3"}
    stated = {**fact, "keywords": {"maxLength": fact}}
    value = {"description": "Title.", "type": "string", "maxLength": 80, "x-provenance": stated}
    assert after.set(TITLE, value) == []


def test_a_request_has_its_bounds(after):
    assert after.set("/components/schemas/OrderCreate/properties/title/maxLength", 80) == []


def test_what_a_webhook_sends_is_a_reply_too(after):
    def change(document):
        event = {"type": "object", "properties": {"at": {"type": "string", "description": "When."}}}
        event["properties"]["at"]["format"] = "date-time"
        event["x-provenance"] = {"status": "published", "source": "website", "locator": "webhooks"}
        document["components"]["schemas"]["Event"] = event
        media = document["webhooks"]["order.printed"]["post"]["requestBody"]["content"]
        media["application/json"]["schema"] = {"$ref": "#/components/schemas/Event"}

    place = "openapi.yaml#/components/schemas/Event/properties/at/format"
    assert ("reply-bounds", place) in after.change(change)
