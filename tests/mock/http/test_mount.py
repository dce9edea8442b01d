"""The mock below a prefix, as frameworks and servers mount it: paths are found, generated URLs lead back."""

import asyncio
import email.utils
import io
import threading
from urllib.parse import unquote
from wsgiref.validate import validator

import httpx2
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from mediatasks.mock import MockRequest
from mediatasks.mock.http.mount import locate

# How the path `/press/prints` below `/mocks` comes from each: root_path, path, raw_path.
SERVERS = {
    "at the root": ("", "/press/prints", "/press/prints"),
    "uvicorn --root-path, Starlette's Mount": ("/mocks", "/mocks/press/prints", "/mocks/press/prints"),
    "Starlette's Mount before 0.33": ("/mocks", "/press/prints", "/mocks/press/prints"),
    "Hypercorn's root_path behind a proxy that cuts": ("/mocks", "/press/prints", "/press/prints"),
    "a slash at the end": ("/mocks/", "/mocks/press/prints", "/mocks/press/prints"),
    "no slash at the start": ("mocks", "/mocks/press/prints", "/mocks/press/prints"),
    "a mount that cuts the path only": ("", "/press/prints", "/mocks/press/prints"),
    "no raw path": ("/mocks", "/mocks/press/prints", None),
    "no raw path, and a path that was cut": ("/mocks", "/press/prints", None),
    "a mount in a mount": ("/a/mocks", "/a/mocks/press/prints", "/a/mocks/press/prints"),
    "a mount with a space": ("/a b", "/a b/press/prints", "/a%20b/press/prints"),
}
PREFIXES = {"at the root": "", "a mount in a mount": "/a/mocks", "a mount with a space": "/a%20b"}


@pytest.mark.parametrize("server", SERVERS)
def test_the_path_below_the_prefix_is_found(server):
    assert locate(*SERVERS[server]) == (PREFIXES.get(server, "/mocks"), "/press/prints")


@pytest.mark.parametrize("raw", ["/mocks", "/mocks/", None])
def test_the_prefix_alone_is_the_root(raw):
    path = raw or "/mocks"
    assert locate("/mocks", path, raw) == ("/mocks", path.removeprefix("/mocks"))


def test_a_path_that_only_begins_like_the_prefix_is_no_part_of_it():
    assert locate("/mock", "/mocks/press", "/mocks/press") == ("/mock", "/mocks/press")


segments = st.lists(
    st.sampled_from(["press", "a%2Fb", "a%20b", "%C3%A4", "%25", "x", ""]), min_size=1, max_size=4
)


@given(segments, st.sampled_from(["", "/mocks", "/a/b", "/press"]), st.booleans())
def test_an_encoded_path_stays_as_it_was_sent(parts, root, cut):
    below = "/" + "/".join(parts)
    path = unquote(below) if cut and not unquote(below).startswith(f"{root}/") else root + unquote(below)
    if path == root or (cut and path.startswith(root) and root and path == unquote(below)):
        return
    assert locate(root, path, root + below) == (root, below)


@pytest.fixture
def livepeer(call):
    """A caller of the provider whose lists have Link headers."""
    return call("livepeer")


def asgi(press, root, path, raw, **headers):
    """Return (status, headers, body) of the ASGI application for one request."""
    scope = {"type": "http", "method": "GET", "path": path, "root_path": root, "query_string": b"limit=1"}
    sent = {"host": "box.example", **press.headers, **headers}
    scope |= {"headers": [(n.encode(), v.encode()) for n, v in sent.items()], "scheme": "https"}
    if raw is not None:
        scope["raw_path"] = raw.encode()
    messages = []

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        messages.append(message)

    asyncio.run(press.mock.asgi(scope, receive, send))
    return messages[0]["status"], dict(messages[0]["headers"]), messages[1]["body"]


@pytest.mark.parametrize("server", SERVERS)
def test_a_link_leads_to_the_prefix(livepeer, server):
    places = [place and place.replace("/press/prints", "/livepeer/task") for place in SERVERS[server]]
    status, headers, _ = asgi(livepeer, *places)
    prefix = PREFIXES.get(server, "/mocks")
    assert status == 200
    assert headers[b"link"].decode().startswith(f"<https://box.example{prefix}/livepeer/task?")


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_the_root_below_a_prefix(press, accept):
    status, _, body = asgi(press, "/mocks", "/mocks/", "/mocks/", accept=accept)
    assert status == 200
    assert (b'src="_mock/page/main.js"' in body) == (accept == "text/html")
    assert (b'"path":"/mocks/press"' in body) == (accept != "text/html")


def test_a_browser_is_sent_to_the_slash_that_the_page_needs(press):
    status, headers, _ = asgi(press, "/mocks", "/mocks", "/mocks", accept="text/html")
    assert (status, headers[b"location"]) == (307, b"/mocks/")


def test_the_guard_stands_before_the_control_below_a_prefix(press):
    for path in ("/mocks/_mock/clock", "/mocks/", "/mocks"):
        assert asgi(press, "/mocks", path, path)[0] == 200
        assert asgi(press, "/mocks", path, path, origin="https://evil.example")[0] == 403


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/openapi.json", lambda d: d["servers"][0]["url"]),
        ("/contracts/press", lambda d: d["servers"][0]["url"]),
        ("/providers", lambda d: d["providers"][0]["path"]),
    ],
)
def test_documents_of_the_control_name_the_prefix(press, path, place):
    def read(prefix):
        return place(press.mock.handle(MockRequest("GET", f"/_mock{path}", prefix=prefix)).json())

    assert (read("/mocks"), read("")) == ("/mocks" + read(""), read(""))


def test_a_lost_path_is_told_the_base_url_with_the_prefix(press):
    status, _, body = asgi(press, "/mocks", "/mocks/prints/7", "/mocks/prints/7")
    assert (status, b"its base URL is https://box.example/mocks/press" in body) == (404, True)


def test_a_signature_of_the_whole_path_counts_below_a_prefix(call):
    from mediatasks.exchange.http.signing import sign_request

    boro = call("boro")
    boro.mock.clock.restart(0)
    simulator = boro.mock.services["boro"].simulator
    given = {c.argument: c.example for c in simulator.contract.credentials}
    date = email.utils.formatdate(boro.mock.clock.now(), usegmt=True)
    path = boro.envelope.path
    for signed in (f"/mocks/boro{path}", f"/boro{path}", path):
        headers = sign_request(given["access_id"], given["secret"], "POST", signed, b"{}", date)
        request = MockRequest(
            "POST", f"/boro{path}", headers={**headers, "date": date}, body=b"{}", prefix="/mocks"
        )
        assert simulator.admits(request), signed


def refuse(environ, start_response):
    start_response("404 Not Found", [("content-type", "text/plain")])
    return [b""]


def test_the_mock_mounted_in_werkzeug_keeps_the_rules_of_wsgi(livepeer):
    application = DispatcherMiddleware(refuse, {"/mocks": validator(livepeer.mock.wsgi)})
    transport = httpx2.WSGITransport(application)
    with httpx2.Client(
        transport=transport, base_url="http://box.example/mocks", headers=livepeer.headers
    ) as client:
        got, head = (client.request(m, "/livepeer/task?limit=1") for m in ("GET", "HEAD"))
        assert got.links["next"]["url"].startswith("http://box.example/mocks/livepeer/task?")
        assert client.get(got.links["next"]["url"]).status_code == 200
        assert (head.content, head.headers["content-length"]) == (b"", str(len(got.content)))
        assert client.options("/livepeer/task").status_code == 204
        assert client.post("/livepeer/transcode", json={}).status_code == 422
        assert client.get("/_mock/health").json()["status"] == "ok"


def test_a_body_without_a_length_is_read_where_the_server_ends_it(press):
    sent = []
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/press/prints", "CONTENT_TYPE": "application/json"}
    environ |= {"HTTP_AUTHORIZATION": "Bearer demo-token", "wsgi.input_terminated": True}
    environ["wsgi.input"] = io.BytesIO(b'{"title": "A"}')
    press.mock.wsgi(environ, lambda status, headers: sent.append(status))
    assert sent == ["201 Created"]


def test_a_server_with_a_root_path_serves_the_mock_there(press):
    config = uvicorn.Config(press.mock.asgi, root_path="/mocks", port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        threading.Event().wait(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        # A proxy before it cuts the prefix, and uvicorn puts it back.
        document = httpx2.get(f"http://127.0.0.1:{port}/_mock/providers").json()
    finally:
        server.should_exit = True
        thread.join(5)
    assert document["providers"][0]["path"] == "/mocks/press"
