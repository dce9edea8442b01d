def test_a_tag_is_declared_at_the_root(after):
    found = after.set("/paths/~1orders/get/tags", ["lists"])
    assert found == [("tag-declared", "openapi.yaml#/paths/~1orders/get/tags")]


def test_an_operation_has_one_tag(after):
    found = after.drop("/paths/~1orders/get/tags")
    assert found == [("tag-declared", "openapi.yaml#/paths/~1orders/get")]
