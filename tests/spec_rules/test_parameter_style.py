def test_a_parameter_has_the_default_style(after):
    found = after.set("/paths/~1orders/get/parameters/1/style", "deepObject")
    assert found == [("parameter-style", "openapi.yaml#/paths/~1orders/get/parameters/1/style")]


def test_a_list_is_exploded(after):
    found = after.set("/paths/~1orders/get/parameters/1/explode", False)
    assert found == [("parameter-style", "openapi.yaml#/paths/~1orders/get/parameters/1/explode")]
