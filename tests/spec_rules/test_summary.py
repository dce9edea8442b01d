def test_a_summary_has_no_full_stop(after):
    found = after.set("/paths/~1orders/get/summary", "List orders.")
    assert found == [("summary", "openapi.yaml#/paths/~1orders/get/summary")]


def test_a_summary_is_an_imperative(after):
    found = after.set("/paths/~1orders/get/summary", "Returns orders")
    assert found == [("summary", "openapi.yaml#/paths/~1orders/get/summary")]


def test_a_summary_is_short(after):
    found = after.set("/paths/~1orders/get/summary", "List " + "many " * 12 + "orders")
    assert found == [("summary", "openapi.yaml#/paths/~1orders/get/summary")]


def test_a_summary_is_in_sentence_case(after):
    found = after.set("/paths/~1orders/get/summary", "List Every Printed Order")
    assert found == [("summary", "openapi.yaml#/paths/~1orders/get/summary")]


def test_a_method_needs_a_summary_too(after):
    found = after.drop("/methods/0/summary", "openrpc.yaml")
    assert found == [("summary", "openrpc.yaml#/methods/0")]
