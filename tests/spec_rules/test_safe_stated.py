def test_a_method_says_whether_it_only_reads(after):
    found = after.drop("/methods/1/x-safe", "openrpc.yaml")
    assert found == [("safe-stated", "openrpc.yaml#/methods/1")]


def test_an_operation_that_writes_is_not_safe(after):
    found = after.set("/methods/0/x-safe", True, "openrpc.yaml")
    assert found == [("safe-stated", "openrpc.yaml#/methods/0")]
