import asyncio
import io

import httpx2
import pytest

from mediatasks.mock.application import Mock
from mediatasks.mock.http.messages import MockRequest


def test_the_root_lists_the_providers(press):
    (listed,) = press.client.get("http://mock/").json()["providers"]
    assert (listed["provider"], listed["path"], listed["operations"]) == ("press", "/press", 4)


def test_an_unknown_provider_gets_the_nearest_name(press):
    reply = press.client.get("http://mock/pres/prints")
    assert (reply.status_code, reply.json()) == (
        404,
        {"error": "no provider `pres`; did you mean `press`?"},
    )


def test_an_unknown_path_has_the_providers_error_shape(press):
    reply = press("GET", "/print")
    reason = "no such path: `/print`; did you mean `/prints`?"
    assert (reply.status_code, reply.json()) == (404, {"reason": reason})


def test_another_method_lists_those_allowed(press):
    reply = press("DELETE", "/prints")
    assert (reply.status_code, reply.headers["allow"], [*reply.json()]) == (
        405,
        "GET, HEAD, OPTIONS, POST",
        ["reason"],
    )


def test_a_failure_of_the_mock_is_a_plain_500(press, monkeypatch, caplog):
    def fail(request, path):
        raise KeyError("inside")

    monkeypatch.setattr(press.mock.services["press"], "handle", fail)
    reply = press("GET", "/prints")
    assert (reply.status_code, reply.json()) == (500, {"error": "the mock failed: KeyError: 'inside'"})
    assert "KeyError" in caplog.text


def test_an_asynchronous_client_can_use_the_transport(press):
    async def read():
        async with httpx2.AsyncClient(transport=press.mock.transport(), headers=press.headers) as client:
            return await client.get("http://mock/press/prints/1")

    assert asyncio.run(read()).json()["title"] == "Poster"


def wsgi(press, **environ):
    sent = {}
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/press/prints/1",
        "HTTP_AUTHORIZATION": "Bearer demo-token",
        "wsgi.input": io.BytesIO(b'{"title":"A"}'),
        **environ,
    }
    body = press.mock.wsgi(environ, lambda status, headers: sent.update(status=status, headers=headers))
    return sent["status"], b"".join(body)


def test_the_wsgi_application_answers(press):
    assert wsgi(press)[0] == "200 OK"


def test_the_wsgi_application_reads_bodies(press):
    status, _ = wsgi(
        press,
        REQUEST_METHOD="POST",
        PATH_INFO="/press/prints",
        CONTENT_TYPE="application/json",
        CONTENT_LENGTH="13",
    )
    assert status == "201 Created"


def test_the_wsgi_application_keeps_an_encoded_slash(press):
    status, _ = wsgi(
        press, PATH_INFO="/press/prints/1/withdrawal", REQUEST_URI="/press/prints/1%2Fwithdrawal"
    )
    assert status.startswith("422")


def test_the_asgi_application_answers(press):
    transport = httpx2.ASGITransport(press.mock.asgi)

    async def write():
        async with httpx2.AsyncClient(transport=transport, headers=press.headers) as client:
            return await client.post("http://mock/press/prints", json={"title": "A"})

    assert asyncio.run(write()).status_code == 201


@pytest.mark.parametrize(
    "path", ["", "press", "//", "/press//prints", "/press/%ff", "/%00", "/press/prints/%F0"]
)
def test_no_path_breaks_the_mock(press, path):
    reply = press.mock.handle(MockRequest("GET", path, headers=press.headers))
    assert reply.status in (200, 404, 422)


def test_a_contract_without_operations_can_be_served(press_with):
    def change(document):
        document["paths"] = {}
        document["x-lifecycle"] = {}

    assert press_with(change)("GET", "/prints").status_code == 404


def test_two_providers_do_not_share_state(made_up):
    mock = Mock([made_up.contract("press"), made_up.contract("render")])
    assert mock.services["press"].store is not mock.services["render"].store
