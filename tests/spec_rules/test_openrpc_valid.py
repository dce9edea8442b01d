def test_a_method_has_only_members_of_the_specification(after):
    found = after.set("/methods/0/paramStructure", "by-luck", "openrpc.yaml")
    assert found == [("openrpc-valid", "openrpc.yaml#/methods/0/paramStructure")]
