def test_a_method_says_whether_it_may_be_sent_twice(after):
    found = after.drop("/methods/1/x-safe", "openrpc.yaml")
    assert found == [("safe-stated", "openrpc.yaml#/methods/1")]
