def test_the_client_has_a_name(after):
    found = after.drop("/info/x-name")
    assert found == [("info-complete", "openapi.yaml#/info")]


def test_a_server_is_described(after):
    found = after.drop("/servers/0/description")
    assert found == [("info-complete", "openapi.yaml#/servers")]
