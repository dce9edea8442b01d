STATE = "/components/schemas/OrderState"


def test_a_closed_enumeration_of_a_reply_lists_no_guesses(after):
    guess = {"status": "inferred", "note": "Orders can get lost."}
    found = after.set(f"{STATE}/x-provenance/enum/cancelled", guess)
    assert found == [("reply-enumeration", f"openapi.yaml#{STATE}/enum/3")]


def test_published_values_may_be_listed(after):
    fact = {"status": "published", "source": "website", "locator": "faq"}
    assert after.set(f"{STATE}/x-provenance/enum/printed", fact) == []
