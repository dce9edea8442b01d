import hashlib
import hmac
import json
import time

import httpx2
import pytest

from mediatasks import Boro, Livepeer
from mediatasks.client.signing import sign_request
from mediatasks.errors import UsageError, WebhookError

# The vendor's published example key and its public test vector.
SECRET = "AGnO/VenzHB9xkLYZG1i70kQ9iyFBBvugGXSFyTQaB0="
DATE = "Thu, 25 Aug 2022 04:27:52 GMT"


def test_the_public_vector_is_signed_rightly(monkeypatch):
    digest = "OniJqRAkzQHN8KgmAZm/yT5dP94m8CmVVaSTRVg/ptQ="
    monkeypatch.setattr("mediatasks.client.signing.digest_of", lambda content: digest)
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


def test_a_secret_that_is_not_base64_is_refused_without_showing_it():
    with pytest.raises(UsageError) as caught:
        sign_request("id", "n*t base64", "POST", "/p", b"")
    assert "n*t" not in str(caught.value)


EVENT = {
    "id": "e1",
    "webhookId": "w1",
    "createdAt": 1587667174725,
    "timestamp": 0,
    "event": "task.completed",
    "payload": {"success": True, "task": {"id": "t1", "type": "upload", "snapshot": {"id": "t1"}}},
}


def signed(secret="hush", age=0.0, **changes):
    body = json.dumps({**EVENT, "timestamp": int((time.time() - age) * 1000), **changes}).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return body, {"Livepeer-Signature": f"t={int(time.time() * 1000)},v1={signature}"}


def test_a_signed_event_is_parsed():
    body, headers = signed()
    event = Livepeer.webhooks.parse(body, headers, secret="hush")
    assert (event.event, event.payload.task.id) == ("task.completed", "t1")


def test_header_names_may_be_lower_case():
    body, headers = signed()
    lower = {k.lower(): v for k, v in headers.items()}
    assert Livepeer.webhooks.parse(body, lower, secret="hush").id == "e1"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda b, h: (b + b" ", h), "does not fit"),
        (lambda b, h: (b, {}), "is missing"),
        (lambda b, h: (b, {"Livepeer-Signature": "v1=zz"}), "is not of the form"),
        (lambda b, h: signed("other"), "does not fit"),
        (lambda b, h: signed(age=3600), "own time is more than 300 s"),
        (lambda b, h: signed(age=-3600), "own time is more than 300 s"),
        (lambda b, h: signed(timestamp="now"), "has no time"),
    ],
)
def test_a_webhook_that_is_not_signed_rightly_is_refused(change, problem):
    body, headers = change(*signed())
    with pytest.raises(WebhookError, match=problem) as caught:
        Livepeer.webhooks.parse(body, headers, secret="hush")
    assert "hush" not in str(caught.value)


def test_a_fresh_header_does_not_save_an_old_body():
    body, headers = signed(age=3600)
    assert f"t={int(time.time())}" in headers["Livepeer-Signature"]
    with pytest.raises(WebhookError, match="own time"):
        Livepeer.webhooks.parse(body, headers, secret="hush")
