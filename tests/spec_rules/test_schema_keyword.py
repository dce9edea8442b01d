def test_a_stray_member_is_no_keyword(after):
    found = after.set("/components/schemas/Error/properties/cause/in words", None)
    assert [(rule, place.split("#")[1]) for rule, place in found] == [
        ("schema-keyword", "/components/schemas/Error/properties/cause/in words")
    ]


def test_a_keyword_of_json_schema_is_taken(after):
    assert after.set("/components/schemas/Error/properties/cause/$comment", "why") == []
