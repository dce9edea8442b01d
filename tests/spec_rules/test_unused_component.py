def test_a_schema_is_used(after):
    found = after.set("/components/schemas/Spare", {"type": "string"})
    assert found == [("unused-component", "openapi.yaml#/components/schemas/Spare")]


def test_a_security_scheme_is_used(after):
    found = after.set(
        "/components/securitySchemes/spare",
        {
            "type": "http",
            "scheme": "bearer",
            "x-credential": {"token": {"example": "x"}},
            "x-provenance": {"status": "inferred", "note": "x"},
        },
    )
    assert found == [("unused-component", "openapi.yaml#/components/securitySchemes/spare")]
