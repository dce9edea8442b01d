import pytest

from tests.mock.conftest import Caller, change_of

SCHEMES = {
    "header": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Key",
        "x-credential": {"key": {"example": "k1"}},
    },
    "query": {"type": "apiKey", "in": "query", "name": "key", "x-credential": {"key": {"example": "k1"}}},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "key", "x-credential": {"key": {"example": "k1"}}},
    "signed": {"type": "http", "scheme": "HMAC-X", "x-credential": {"secret": {"example": "s"}}},
    "basic": {
        "type": "http",
        "scheme": "basic",
        "x-credential": {"user": {"example": "u"}, "password": {"example": "p"}},
    },
}


@pytest.fixture
def secured(press_with):
    """Return a caller without credentials whose contract asks for `alternatives`."""

    def build(*alternatives):
        def change(document):
            document["components"]["securitySchemes"].update(SCHEMES)
            document["security"] = [{name: [] for name in names} for names in alternatives]

        caller = press_with(change)
        caller.headers = {}
        return caller

    return build


def test_no_credentials_give_the_documented_failure(secured):
    reply = secured(["token"])("GET", "/prints")
    assert (reply.status_code, reply.json()) == (401, {"reason": "credentials are missing or wrong"})


def test_a_wrong_token_is_refused(secured):
    reply = secured(["token"])("GET", "/prints", headers={"authorization": "Bearer other"})
    assert reply.status_code == 401


def test_the_name_of_the_bearer_scheme_may_be_in_any_case(secured):
    reply = secured(["token"])("GET", "/prints", headers={"authorization": "bearer demo-token"})
    assert reply.status_code == 200


@pytest.mark.parametrize(
    ("scheme", "request_parts"),
    [
        ("header", {"headers": {"x-key": "k1"}}),
        ("query", {"params": {"key": "k1"}}),
        ("cookie", {"headers": {"cookie": "a=b; key=k1"}}),
        ("basic", {"headers": {"authorization": "Basic dTpw"}}),
        ("signed", {"headers": {"authorization": "HMAC-X id:signature"}}),
    ],
)
def test_each_kind_of_scheme_is_met_by_its_example(secured, scheme, request_parts):
    assert secured([scheme])("GET", "/prints", **request_parts).status_code == 200


@pytest.mark.parametrize("scheme", [*SCHEMES, "token"])
def test_each_kind_of_scheme_is_demanded(secured, scheme):
    assert secured([scheme])("GET", "/prints").status_code == 401


def test_all_schemes_of_an_alternative_are_needed(secured):
    both = secured(["token", "header"])
    assert both("GET", "/prints", headers={"x-key": "k1"}).status_code == 401


def test_one_alternative_is_enough(secured):
    either = secured(["token"], ["header"])
    assert either("GET", "/prints", headers={"x-key": "k1"}).status_code == 200


def test_an_empty_alternative_admits_everyone(secured):
    assert secured(["token"], [])("GET", "/prints").status_code == 200


def test_credentials_are_judged_before_the_rest_of_the_request(secured):
    assert secured(["token"])("GET", "/prints/abc").status_code == 401


def test_optional_credentials_can_be_demanded(made_up):
    contract = change_of(made_up.contract("press"))(lambda d: d.update(security=[{}, {"token": []}]))
    for demanded, status in ((False, 200), (True, 401)):
        caller = Caller(contract, demand_credentials=demanded)
        assert caller("GET", "/prints").status_code == status
        assert caller("GET", "/prints", headers={"authorization": "Bearer demo-token"}).status_code == 200


def test_an_operation_that_takes_no_credentials_demands_none(made_up):
    contract = change_of(made_up.contract("press"))(lambda d: d.update(security=[]))
    assert Caller(contract, demand_credentials=True)("GET", "/prints").status_code == 200
