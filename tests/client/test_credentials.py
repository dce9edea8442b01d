import httpx2
import pytest

from mediatasks import Boro, KoKoon, Livepeer, TaskEngine, Vionlabs
from mediatasks.errors import UsageError


@pytest.fixture
def request_of(server):
    def send(kind, **credentials):
        http = httpx2.Client(transport=httpx2.MockTransport(server))
        client = kind("http://host.test", http_client=http, **credentials)
        return client, server

    return send


def test_a_missing_credential_is_an_error_before_any_request(monkeypatch):
    monkeypatch.delenv("TASKENGINE_API_KEY", raising=False)
    with pytest.raises(UsageError, match=r"`api_key` \(or \$TASKENGINE_API_KEY\)"):
        TaskEngine("http://host.test", client="demo")


def test_a_credential_may_come_from_the_environment(request_of, monkeypatch):
    monkeypatch.setenv("LIVEPEER_API_KEY", "from-env")
    client, server = request_of(Livepeer)
    server.answer = httpx2.Response(200, json={"id": "a"})
    client.get_task("a")
    assert server.request.headers["authorization"] == "Bearer from-env"


def test_livepeer_sends_a_bearer_token(request_of):
    client, server = request_of(Livepeer, api_key="k")
    server.answer = httpx2.Response(200, json={"id": "a"})
    client.get_task("a")
    assert server.request.headers["authorization"] == "Bearer k"


def test_kokoon_sends_the_raw_token(request_of):
    client, server = request_of(KoKoon, token="raw")
    server.answer = httpx2.Response(200, json={"tid": "a", "step": "done"})
    client.get_task("a")
    assert server.request.headers["authorization"] == "raw"


def test_vionlabs_sends_its_key_in_the_query(request_of):
    client, server = request_of(Vionlabs, key="k")
    server.answer = httpx2.Response(200, json=[])
    client.list_items()
    assert server.request.url.params["key"] == "k"


def test_boro_sends_its_user_in_the_body(server, boro):
    server.answer = httpx2.Response(200, json={"reply": [{"method": "TemplateList", "result": []}]})
    boro.template_list(project_id=2)
    assert b'"user_id":1' in server.request.content


@pytest.mark.parametrize("text", [repr, str])
def test_a_client_does_not_show_its_secrets(text):
    assert "s3cret" not in text(TaskEngine("http://h.test", client="c", api_key="s3cret"))


def test_a_number_from_the_environment_travels_as_a_number(server, monkeypatch):
    monkeypatch.setenv("BORO_USER_ID", "7")
    server.answer = httpx2.Response(200, json={"reply": [{"method": "TemplateList", "result": []}]})
    with httpx2.Client(transport=httpx2.MockTransport(server)) as http:
        Boro("http://host.test", http_client=http).template_list(project_id=2)
    assert b'"user_id":7' in server.request.content


def test_a_variable_that_should_be_a_number_and_is_not_is_named(monkeypatch):
    monkeypatch.setenv("BORO_USER_ID", "seven")
    with pytest.raises(UsageError, match=r"\$BORO_USER_ID is not an integer"):
        Boro("http://host.test")


def test_boro_needs_its_user():
    with pytest.raises(UsageError, match="BORO_USER_ID"):
        Boro("http://host.test")
