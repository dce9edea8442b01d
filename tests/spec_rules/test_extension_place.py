def test_paging_belongs_to_an_operation(after):
    found = after.set("/components/schemas/Order/x-safe", True)
    assert found == [("extension-place", "openapi.yaml#/components/schemas/Order/x-safe")]
