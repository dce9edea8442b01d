"""Who may use the page and the control: this machine's programs and the page itself, no foreign page."""

import httpx2
import pytest

from mediatasks.mock import Mock, MockRequest, MockServer
from mediatasks.mock.http.origin_guard import OriginGuard

OWN = {"host": "127.0.0.1:8420"}


def status(listens_on, path="/_mock/clock", method="GET", **headers):
    gate = OriginGuard(Mock([]).handle, listens_on)
    return gate.handle(MockRequest(method, path, headers=headers)).status


@pytest.mark.parametrize(
    "name",
    [
        "127.0.0.1",
        "127.0.0.1:8420",
        "localhost:1",
        "LOCALHOST",
        "localhost.",
        "mock.localhost:1",
        "[::1]:8420",
        "127.9.9.9",
    ],
)
def test_a_mock_on_loopback_is_known_by_loopback_names(name):
    assert status("127.0.0.1", host=name) == 200


@pytest.mark.parametrize(
    "name",
    [
        "evil.example",
        "evil.example:8420",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evillocalhost",
        "10.1.2.3",
        "a@localhost",
        "[::2]",
        "::1",
        " ",
    ],
)
@pytest.mark.parametrize("path", ["/", "/_mock/clock", "_mock/clock", "/_mock/page/main.js", ""])
def test_a_mock_on_loopback_is_not_known_by_another_name(name, path):
    assert status("127.0.0.1", path, host=name) == 403


def test_the_refusal_says_what_to_use():
    reply = OriginGuard(Mock([]).handle, "127.0.0.1").handle(
        MockRequest("GET", "/", headers={"host": "evil.example"})
    )
    assert reply.json()["error"] == (
        "this mock listens on 127.0.0.1 and is not known as `evil.example`; use `localhost`, or start it with --host"
    )


@pytest.mark.parametrize("listens_on", ["0.0.0.0", "10.1.2.3", "buildbox", None])
def test_a_mock_that_others_reach_has_any_name(listens_on):
    assert status(listens_on, host="buildbox:8420") == 200


def test_a_program_without_the_header_host_is_let_in():
    assert status("127.0.0.1") == 200


@pytest.mark.parametrize("listens_on", ["127.0.0.1", "0.0.0.0", None])
@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://127.0.0.1:9999", "http://localhost:8420", "null", "", "https://x"],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_page_of_another_origin_is_refused(listens_on, origin, method):
    assert status(listens_on, method=method, origin=origin, **OWN) == 403


def test_an_origin_is_not_own_because_there_is_no_host():
    assert [status("127.0.0.1", origin=origin) for origin in ("null", "")] == [403, 403]


def test_the_own_page_is_let_in():
    assert status("127.0.0.1", origin="http://127.0.0.1:8420", **OWN) == 200


def test_requests_to_providers_pass(press):
    gate = OriginGuard(press.mock.handle, "127.0.0.1")
    headers = {**press.headers, "host": "evil.example", "origin": "http://evil.example"}
    assert gate.handle(MockRequest("GET", "/press/prints/1", headers=headers)).status == 200


def test_the_server_has_the_gate(press):
    with MockServer(press.mock) as server:
        url = f"{server.url}/_mock/clock"
        assert httpx2.get(url).status_code == 200
        assert httpx2.get(url, headers={"host": "evil.example"}).status_code == 403
        foreign = httpx2.post(url, json={"advance": "PT1H"}, headers={"origin": "http://evil.example"})
        assert foreign.status_code == 403
    assert press.clock.now() == 1_770_000_000.0


def test_an_application_in_another_server_has_the_gate_for_origins(press):
    transport = httpx2.WSGITransport(press.mock.wsgi)
    with httpx2.Client(transport=transport, base_url="http://any.name") as client:
        assert client.get("/_mock/clock").status_code == 200
        assert client.get("/_mock/clock", headers={"origin": "http://evil.example"}).status_code == 403
