def test_the_list_is_there(after):
    found = after.drop("/x-left-out")
    assert found == [("left-out", "openapi.yaml#")]


def test_an_entry_names_a_source(after):
    found = after.set("/x-left-out/0/source", "hearsay")
    assert found == [("left-out", "openapi.yaml#/x-left-out/0/source")]
