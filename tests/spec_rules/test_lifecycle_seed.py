def test_a_seed_exists(after):
    found = after.set("/x-lifecycle/Order/seed", ["get_order_lost"])
    assert found == [("lifecycle-seed", "openapi.yaml#/x-lifecycle/Order/seed/0")]


def test_a_seed_holds_the_resource(after):
    found = after.set("/x-lifecycle/Order/seed", ["get_order_not_found"])
    assert found == [("lifecycle-seed", "openapi.yaml#/x-lifecycle/Order/seed/0")]


def test_a_seed_is_in_a_known_state(after):
    found = after.set("/x-lifecycle/Order/states/printed/when", {"/state": "printed", "/title": "Dogs"})
    assert found == [("lifecycle-seed", "openapi.yaml#/x-lifecycle/Order/seed/0")]
