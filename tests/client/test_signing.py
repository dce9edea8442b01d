import httpx2
import pytest

from mediatasks import Boro
from mediatasks.errors import UsageError
from mediatasks.exchange.http.signing import sign_request

# The vendor's published example key and its public test vector.
SECRET = "AGnO/VenzHB9xkLYZG1i70kQ9iyFBBvugGXSFyTQaB0="
DATE = "Thu, 25 Aug 2022 04:27:52 GMT"


def test_the_public_vector_is_signed_rightly(monkeypatch):
    digest = "OniJqRAkzQHN8KgmAZm/yT5dP94m8CmVVaSTRVg/ptQ="
    monkeypatch.setattr("mediatasks.exchange.http.signing.digest_of", lambda content: digest)
    headers = sign_request("id", SECRET, "POST", "/ctrl_api/v1/json", b"", DATE)
    assert headers["authorization"] == (
        "APIAuth-HMAC-SHA256 id:vPI9MMRwBZLWNrCcnLnbJjZRna0+XP7yFMhc9KMUFdw="
    )
    assert headers["x-authorization-content-sha256"] == digest


def test_a_digest_is_of_the_content():
    headers = sign_request("id", SECRET, "POST", "/p", b"{}", DATE)
    assert headers["x-authorization-content-sha256"] == "RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o="


def test_boro_signs_when_it_has_a_key(server):
    server.answer = httpx2.Response(200, json={"reply": [{"method": "TemplateList", "result": []}]})
    with httpx2.Client(transport=httpx2.MockTransport(server)) as http:
        boro = Boro("http://boro.test", user_id=1, access_id="me", secret=SECRET, http_client=http)
        boro.template_list(project_id=2)
    assert server.request.headers["authorization"].startswith("APIAuth-HMAC-SHA256 me:")
    assert server.request.headers["date"].endswith("GMT")


def test_boro_without_a_key_does_not_sign(server, boro):
    server.answer = httpx2.Response(200, json={"reply": [{"method": "TemplateList", "result": []}]})
    boro.template_list(project_id=2)
    assert "authorization" not in server.request.headers


@pytest.mark.parametrize("secret", ["n*t base64", "n*t ä"])
def test_a_secret_that_is_not_base64_is_refused_without_showing_it(secret):
    with pytest.raises(UsageError) as caught:
        sign_request("id", secret, "POST", "/p", b"")
    assert "n*t" not in str(caught.value)


def test_an_empty_secret_signs_nothing():
    with pytest.raises(UsageError, match="empty"):
        sign_request("id", "", "POST", "/p", b"")
