ERROR = "/components/schemas/Error"
PLACE = f"openapi.yaml#{ERROR}/required/0"


def test_an_example_promises_no_member(after):
    assert after.set(f"{ERROR}/required", ["message"]) == [("reply-required", PLACE)]


def test_the_key_and_the_state_need_no_source(after):
    assert after.set("/components/schemas/Order/required", ["state", "id"]) == []


def test_a_source_may_promise_a_member(after):
    fact = {"status": "published", "source": "website", "locator": "faq"}
    assert after.change(lambda document: promise(document, fact)) == []


def test_an_inferred_promise_is_none(after):
    guess = {"status": "inferred", "note": "All examples have it."}
    assert after.change(lambda document: promise(document, guess)) == [("reply-required", PLACE)]


def test_a_request_may_require_what_it_likes(after):
    assert after.set("/components/schemas/OrderCreate/required", ["title"]) == []


def promise(document, fact):
    error = document["components"]["schemas"]["Error"]
    error["required"] = ["message"]
    error["x-provenance"] = {"status": "inferred", "note": "Chosen.", "required": {"message": fact}}
