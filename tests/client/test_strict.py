import sys

import httpx2
import pytest

from mediatasks import Boro, TaskEngine
from mediatasks.errors import MissingExtra, ReplyError

JOB = {"id": 123, "queue_state": "queued"}


@pytest.fixture
def strict():
    def make(response, kind=TaskEngine, **credentials):
        http = httpx2.Client(transport=httpx2.MockTransport(lambda _: response))
        credentials = credentials or {"client": "c", "api_key": "k"}
        return kind("http://h.test", http_client=http, strict=True, **credentials)

    return make


def test_a_right_reply_passes(strict):
    assert strict(httpx2.Response(200, json={**JOB, "extra": 1})).get_job(123).id == 123


@pytest.mark.parametrize(
    ("response", "place", "problem"),
    [
        (httpx2.Response(200, json={"id": 1, "queue_state": "melted"}), "/queue_state", "melted"),
        (httpx2.Response(200, json={**JOB, "failed": None}), "/failed", "null"),
        (httpx2.Response(200, json={**JOB, "created_at": 5}), "/created_at", "string"),
        (httpx2.Response(201, json=JOB), "", "expected status 200"),
        (httpx2.Response(200, text="{}", headers={"content-type": "text/html"}), "", "text/html"),
    ],
)
def test_a_deviation_is_an_error_with_its_place(strict, response, place, problem):
    with pytest.raises(ReplyError, match=problem) as caught:
        strict(response).get_job(123)
    assert caught.value.pointer == place


def test_an_rpc_reply_is_validated_with_its_envelope(strict):
    reply = {"reply": [{"method": "TemplateList", "result": [{"template_id": "63", "name": "a"}]}]}
    with pytest.raises(ReplyError):
        strict(httpx2.Response(200, json=reply), Boro, user_id=1).template_list(project_id=2)


def test_without_its_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    with pytest.raises(MissingExtra, match=r"mediatasks\[strict\]"):
        TaskEngine("http://h.test", client="c", api_key="k", strict=True)
