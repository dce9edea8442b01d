"""CORS by the Fetch standard: pages that are let in can use the providers, none can use the control."""

import httpx2
import pytest

from mediatasks.errors import UsageError
from mediatasks.mock import Mock, MockRequest, MockServer
from mediatasks.mock.http.cors import Cors
from mediatasks.mock.http.origin_guard import OriginGuard

LOCAL = "http://localhost:5173"
APP = "https://app.example"


def preflight(mock, origin, method="POST", path="/press/prints", **headers):
    asked = {"origin": origin, "access-control-request-method": method, **headers}
    return OriginGuard(mock.handle, "127.0.0.1").handle(MockRequest("OPTIONS", path, headers=asked))


@pytest.fixture
def mock(made_up):
    return Mock([made_up.contract("press")], cors=[APP])


@pytest.mark.parametrize(
    "origin",
    [
        LOCAL,
        "http://127.0.0.1",
        "https://127.0.0.1:8443",
        "http://[::1]:3000",
        "http://my.localhost:1",
        APP,
    ],
)
def test_a_page_that_is_let_in_may_ask_for_anything(mock, origin):
    reply = preflight(
        mock, origin, "PATCH", **{"access-control-request-headers": "authorization,content-type,x-own"}
    )
    assert reply.status == 204
    assert reply.headers["access-control-allow-origin"] == origin
    assert reply.headers["access-control-allow-credentials"] == "true"
    assert "PATCH" in reply.headers["access-control-allow-methods"].split(", ")
    assert reply.headers["access-control-allow-headers"] == "authorization, content-type, x-own"
    assert reply.headers["vary"] == "origin, access-control-request-method, access-control-request-headers"


STRANGE = [
    "https://app.example.evil.example",
    "https://evil-app.example",
    "http://app.example",
    "https://app.example:444",
    "https://sub.app.example",
    "http://localhost.evil.example",
    "http://evillocalhost",
    "http://127.0.0.1.evil.example",
    "http://10.0.0.1",
    "http://localhost@evil.example",
    "ftp://localhost",
    "localhost",
    "null",
    "",
    "*",
]


@pytest.mark.parametrize("origin", STRANGE)
def test_any_other_page_is_told_nothing(mock, origin):
    refused = preflight(mock, origin)
    reply = mock.handle(MockRequest("GET", "/press/prints", headers={"origin": origin}))
    shared = [name for r in (refused, reply) for name in r.headers if name.startswith("access-control-")]
    assert (refused.status, shared, reply.headers["vary"]) == (403, [], "origin")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize("path", ["/press/prints", "/press/lost", "/nobody/at/all"])
def test_a_page_can_read_every_reply_errors_too(mock, method, path):
    reply = mock.handle(MockRequest(method, path, headers={"origin": LOCAL}))
    assert reply.headers["access-control-allow-origin"] == LOCAL
    assert reply.headers["access-control-allow-credentials"] == "true"


def test_a_page_can_read_the_headers_that_matter(press):
    headers = {"origin": LOCAL, "x-mock-fault": "rate_limit:7"}
    reply = press("GET", "/prints", headers=headers)
    assert reply.headers["access-control-expose-headers"] == "retry-after, x-mock-fault"
    paged = press("GET", "/prints?size=1", headers={"origin": LOCAL})
    assert [n for n in ("link", "x-total-count") if n in paged.headers] == [
        n for n in paged.headers.get("access-control-expose-headers", "").split(", ") if n
    ]


def test_replies_vary_by_the_origin_whether_or_not_there_is_one(press):
    with MockServer(press.mock) as server:
        for _ in range(2):
            assert (
                httpx2.get(f"{server.url}/press/prints", headers=press.headers).headers["vary"] == "origin"
            )


def test_a_preflight_is_no_violation_and_stands_in_no_log(mock):
    for path in ("/press/prints", "/press/lost", "/lost"):
        preflight(mock, LOCAL, "DELETE", path)
        preflight(mock, "https://evil.example", "DELETE", path)
    assert (mock.control.violations(), mock.control.requests()) == ([], [])


@pytest.mark.parametrize("path", ["/", "/_mock/clock", "/_mock/page/main.js", "/_mock/health", ""])
@pytest.mark.parametrize("origin", [LOCAL, APP, "https://evil.example", "null"])
@pytest.mark.parametrize("cors", [[APP], ["*"], ["null"], [], None])
def test_the_control_is_shared_with_no_page(path, origin, cors):
    mock = Mock([], cors=cors)
    asked = preflight(mock, origin, "POST", path)
    got = OriginGuard(mock.handle, "127.0.0.1").handle(MockRequest("GET", path, headers={"origin": origin}))
    unguarded = mock.handle(MockRequest("GET", path, headers={"origin": origin}))
    assert (asked.status, got.status) == (403, 403)
    headers = [*asked.headers, *got.headers, *unguarded.headers]
    assert [name for name in headers if name.startswith("access-control-")] == []


def test_all_pages_can_be_let_in_without_their_cookies(made_up):
    mock = Mock([made_up.contract("press")], cors=["*"])
    reply = preflight(mock, "https://any.example")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in reply.headers


def test_no_page_is_let_in_where_cors_is_off(made_up):
    mock = Mock([made_up.contract("press")], cors=None)
    reply = mock.handle(MockRequest("GET", "/press/prints", headers={"origin": LOCAL}))
    assert [n for n in reply.headers if n.startswith("access-control-") or n == "vary"] == []


def test_a_network_that_is_asked_for_by_name_is_allowed(mock):
    reply = preflight(mock, LOCAL, **{"access-control-request-private-network": "true"})
    assert reply.headers["access-control-allow-private-network"] == "true"


def test_what_is_no_header_name_is_not_sent_back(mock):
    reply = preflight(
        mock, LOCAL, "B\r\nX", **{"access-control-request-headers": "good, ba d,\r\nset-cookie: x"}
    )
    assert reply.headers["access-control-allow-headers"] == "good"
    assert "X" not in reply.headers["access-control-allow-methods"]


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("https://app.example/", "`https://app.example`?"),
        ("https://app.example/path?x=1", "`https://app.example`?"),
        ("app.example:8080", "`https://app.example:8080`?"),
        ("https://*.example", ""),
        ("", ""),
        ("https://", ""),
        ("https://a b", ""),
    ],
)
def test_what_is_no_origin_is_refused_with_the_nearest_that_is(given, hint):
    with pytest.raises(UsageError, match="is no origin: expected") as error:
        Cors([given])
    assert hint in str(error.value)


@pytest.mark.parametrize("given", ["HTTPS://App.Example", "https://app.example:443", APP])
def test_an_origin_is_taken_as_browsers_send_it(given):
    assert Cors([given]).origins == {APP}
