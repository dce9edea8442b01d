import pytest

AT = "/webhooks/order.printed/x-delivery"
FOUND = "openapi.yaml#/webhooks/order.printed/x-delivery"


@pytest.mark.parametrize(
    ("member", "value", "place"),
    [
        ("resource", "Ordre", "/resource"),
        ("entered", {"prited": {}}, "/entered"),
        ("to", "$resource#/address", "/to"),
        ("to", "$request.body#/address", "/to"),
        ("body", {"/colour": "red"}, "/body/~1colour"),
        ("body", {"/title": "$resource#/colour"}, "/body/~1title"),
        ("created", {"/title": "$resource#/colour"}, "/created/~1title"),
        ("event_id", "/event", "/event_id"),
        ("sent", {"at": "/moment", "unit": "unix-s"}, "/sent/at"),
    ],
)
def test_what_a_delivery_names_exists(after, member, value, place):
    assert after.set(f"{AT}/{member}", value) == [("delivery-values", FOUND + place)]


def test_an_expression_is_one_that_there_is(after):
    found = after.set(f"{AT}/body", {"/title": "$resorce#/title"})
    assert ("delivery-values", FOUND) in found
