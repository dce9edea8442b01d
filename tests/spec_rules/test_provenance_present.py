def test_a_fact_has_a_status_at_some_level(after):
    found = after.drop("/x-provenance")
    assert found == [
        ("provenance-present", "openapi.yaml#/components/schemas/Error"),
        ("provenance-present", "openapi.yaml#/components/schemas/Error/properties/message"),
    ]


def test_documented_is_not_stated_at_the_root_only(after):
    found = after.set("/x-provenance", {"status": "documented", "source": "manual", "locator": "1"})
    assert found == [
        ("provenance-present", "openapi.yaml#/components/schemas/Error"),
        ("provenance-present", "openapi.yaml#/components/schemas/Error/properties/message"),
    ]


def test_an_example_states_its_own(after):
    found = after.drop("/components/examples/get_order_documented/x-provenance")
    assert found == [("provenance-present", "openapi.yaml#/components/examples/get_order_documented")]


def test_a_security_scheme_states_its_own(after):
    found = after.drop("/components/securitySchemes/key/x-provenance")
    assert found == [("provenance-present", "openapi.yaml#/components/securitySchemes/key")]
