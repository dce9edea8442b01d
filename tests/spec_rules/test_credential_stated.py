def test_a_scheme_names_its_argument(after):
    found = after.drop("/components/securitySchemes/key/x-credential")
    assert found == [("credential-stated", "openapi.yaml#/components/securitySchemes/key")]


def test_an_argument_is_a_python_name(after):
    found = after.set("/components/securitySchemes/key/x-credential", {"the-key": {"example": "x"}})
    assert found == [("credential-stated", "openapi.yaml#/components/securitySchemes/key")]
