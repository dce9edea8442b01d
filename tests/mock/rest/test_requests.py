"""A request that breaks the contract gets the provider's error shape, naming the place."""

import pytest

DEEP = b'{"title":' + b"[" * 70 + b"]" * 70 + b"}"


def reason(reply):
    assert reply.status_code == 422, reply.text
    return reply.json()["reason"]


def post(press, raw, **headers):
    return press("POST", "/prints", content=raw, headers={"content-type": "application/json", **headers})


@pytest.mark.parametrize("text", ["abc", "1.5", "", "1e400", "true", "0x1", "9" * 5000])
def test_a_text_that_is_no_integer_is_refused(press, text):
    assert press("GET", f"/prints/{text or '%20'}").status_code == 422


def test_a_parameter_out_of_bounds_is_named(press):
    assert reason(press("GET", "/prints/0")) == "path parameter `number`: expected at least 1, got `0`"


def test_an_unknown_value_of_a_filter_is_refused(press):
    text = reason(press("GET", "/prints?stage=lost"))
    assert text == (
        'query parameter `stage`: expected one of: waiting, printing, printed, withdrawn, got `"lost"`'
    )


def test_a_scalar_parameter_that_comes_twice_is_refused(press):
    assert "expected one value, got 2 values" in reason(press("GET", "/prints?stage=printed&stage=waiting"))


def test_an_unknown_query_parameter_is_tolerated(press):
    assert press("GET", "/prints?colour=red").status_code == 200


def test_a_missing_member_is_named(press):
    assert (
        reason(press("POST", "/prints", json={})) == "body `/`: expected the member `title`, got no members"
    )


def test_a_wrong_type_in_the_body_is_placed(press):
    text = reason(press("POST", "/prints", json={"title": "A", "copies": "2"}))
    assert text == 'body `/copies`: expected integer, got `"2"`'


def test_a_missing_body_is_refused(press):
    assert reason(press("POST", "/prints")) == "body `/`: expected a JSON body, got none"


def test_another_content_type_is_refused(press):
    text = reason(press("POST", "/prints", data={"title": "A"}))
    assert text.startswith("request: expected the content type application/json, got")


def test_a_content_type_with_a_charset_is_accepted(press):
    reply = press(
        "POST",
        "/prints",
        content=b'{"title":"A"}',
        headers={"content-type": "application/JSON; charset=utf-8"},
    )
    assert reply.status_code == 201


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b'{"title": NaN}', "expected JSON"),
        (b'{"title": "a"', "expected JSON"),
        (b'{"title":"a","title":"b"}', "`title` twice"),
        (b'{"title":"a", "x":{"y":1,"y":2}}', "`y` twice"),
        (b'{"title":"\xff"}', "invalid UTF-8 at byte 10"),
        (DEEP, "64 levels"),
        (b"[" * 100_000, "64 levels"),
        (b'{"title":"\\ud800"}', "expected JSON"),
    ],
)
def test_json_that_readers_disagree_on_is_refused(press, raw, problem):
    assert problem in reason(post(press, raw))


def test_a_body_over_a_mebibyte_is_refused(press):
    assert "at most 1048576 bytes of body" in reason(post(press, b'{"title":"' + b"a" * 1_100_000 + b'"}'))


def test_too_many_headers_are_refused(press):
    assert "at most 100 headers" in reason(
        press("GET", "/prints", headers={f"x-{i}": "1" for i in range(120)})
    )


def test_too_many_query_parameters_are_refused(press):
    query = "&".join(f"a{i}=1" for i in range(300))
    assert "at most 200 query parameters" in reason(press("GET", f"/prints?{query}"))


def test_spaces_and_escapes_in_json_are_fine(press):
    assert post(press, b'{ "title" : "\\u0041" }').json()["title"] == "A"


def test_a_format_is_asserted(press_with):
    def change(document):
        document["components"]["schemas"]["PrintCreate"]["properties"]["day"] = {
            "type": "string",
            "format": "date",
        }

    text = reason(press_with(change)("POST", "/prints", json={"title": "A", "day": "today"}))
    assert text == 'body `/day`: expected a date, got `"today"`'


def test_a_secret_of_the_body_is_not_repeated(press_with):
    def change(document):
        secret = {"type": "string", "format": "password", "maxLength": 3}
        document["components"]["schemas"]["PrintCreate"]["properties"]["pin"] = secret

    text = reason(press_with(change)("POST", "/prints", json={"title": "A", "pin": "hunter2"}))
    assert "hunter2" not in text


def test_an_array_parameter_may_be_repeated(press_with):
    def change(document):
        parameter = document["paths"]["/prints"]["get"]["parameters"][0]
        parameter["schema"] = {"type": "array", "items": {"$ref": "#/components/schemas/Stage"}}

    reply = press_with(change)("GET", "/prints?stage=printed&stage=waiting")
    assert [p["number"] for p in reply.json()] == [1]


def test_the_place_is_a_list_of_steps_where_the_contract_asks_for_one(press_with):
    def change(document):
        document["x-errors"]["invalid"]["place"] = "/where"

    reply = press_with(change)("POST", "/prints", json={"title": 1})
    assert reply.json()["where"] == ["body", "title"]


def test_the_failing_variant_of_a_nullable_reference_is_told(press_with):
    def change(document):
        members = document["components"]["schemas"]["PrintCreate"]["properties"]
        members["stage"] = {"anyOf": [{"$ref": "#/components/schemas/Stage"}, {"type": "null"}]}

    text = reason(press_with(change)("POST", "/prints", json={"title": "A", "stage": "lost"}))
    assert text.startswith("body `/stage`: expected one of: waiting")
