def test_a_source_is_listed(after):
    found = after.set("/components/schemas/Order/x-provenance/source", "hearsay")
    assert found == [("provenance-source", "openapi.yaml#/components/schemas/Order/x-provenance")]


def test_a_status_is_that_of_the_source(after):
    found = after.set("/components/schemas/Order/x-provenance/status", "published")
    assert found == [("provenance-source", "openapi.yaml#/components/schemas/Order/x-provenance")]


def test_a_single_value_names_its_source(after):
    found = after.set("/components/schemas/OrderState/x-provenance/enum/cancelled/source", "hearsay")
    assert found == [
        ("provenance-source", "openapi.yaml#/components/schemas/OrderState/x-provenance/enum/cancelled")
    ]


def test_a_locator_is_not_empty(after):
    found = after.set("/components/schemas/Order/x-provenance/locator", "")
    assert found == [("provenance-source", "openapi.yaml#/components/schemas/Order/x-provenance")]


def test_inferred_has_a_reason(after):
    found = after.set("/components/examples/get_order_not_found/x-provenance/note", " ")
    assert found == [
        ("provenance-source", "openapi.yaml#/components/examples/get_order_not_found/x-provenance")
    ]


def test_a_method_names_its_source(after):
    found = after.set("/methods/0/x-provenance/source", "hearsay", "openrpc.yaml")
    assert ("provenance-source", "openrpc.yaml#/methods/0/x-provenance") in found


def test_a_member_of_an_effect_states_a_source(after):
    place = "/x-lifecycle/Order/operations/list_orders/x-provenance"
    fact = {"status": "documented", "source": "rumour", "locator": "2"}
    assert after.set(place, {"members": {"order": fact}}) == [
        ("provenance-source", f"openapi.yaml#{place}/members/order")
    ]


def test_an_effect_need_not_state_more_than_its_members(after):
    place = "/x-lifecycle/Order/operations/list_orders/x-provenance"
    assert after.set(place, {"members": {"order": {"status": "inferred", "note": "Seen once."}}}) == []
