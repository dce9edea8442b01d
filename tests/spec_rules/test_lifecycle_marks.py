STATES = "/x-lifecycle/Order/states"


def test_a_predicate_asks_for_a_value_that_the_schema_takes(after):
    place = f"openapi.yaml#{STATES}/printing/when/~1state"
    assert ("lifecycle-marks", place) in after.set(f"{STATES}/printing/when", {"/state": "pritning"})


def test_every_value_of_the_state_member_is_a_state(after):
    values = ["waiting", "printing", "printed", "cancelled", "lost"]
    found = after.set("/components/schemas/OrderState/enum", values)
    assert found == [("lifecycle-marks", f"openapi.yaml#{STATES}")]
