PAGES = "/components/schemas/Order/properties/pages"
STATED = {"status": "documented", "source": "manual", "locator": "3"}


def pages(kind, provenance):
    return {"description": "Number of pages printed so far.", "type": kind, "x-provenance": provenance}


def test_an_integer_of_a_reply_needs_a_source(after):
    found = after.set(PAGES, pages("integer", {"status": "inferred", "note": "Seen in no source."}))
    assert found == [("reply-integer", f"openapi.yaml#{PAGES}/type")]


def test_so_does_one_among_several_types(after):
    found = after.set(PAGES, pages(["integer", "string"], STATED))
    assert found == [("reply-integer", f"openapi.yaml#{PAGES}/type")]


def test_a_number_needs_none(after):
    assert after.set(PAGES, pages("number", {"status": "inferred", "note": "Seen in no source."})) == []


def test_a_stated_integer_stands(after):
    assert after.set(PAGES, pages("integer", {**STATED, "keywords": {"type": STATED}})) == []


def test_what_an_object_states_holds_for_its_members(after):
    def change(document):
        order = document["components"]["schemas"]["Order"]
        order["properties"]["pages"]["type"] = "integer"
        order["x-provenance"]["keywords"] = {"type": STATED}

    assert after.change(change) == []
