"""CORS and prefixes as a real Chromium sees them."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from mediatasks.mock import Mock, MockServer
from tests.mock.page.conftest import PATIENCE

pytestmark = pytest.mark.browser

FETCH = """async ([url, options]) => {
  try {
    const reply = await fetch(url, options);
    return {status: reply.status, text: await reply.text(), fault: reply.headers.get("x-mock-fault")};
  } catch (error) { return {error: String(error)}; }
}"""
HEADERS = {"authorization": "Bearer demo-token", "content-type": "application/json"}


@contextmanager
def serving(server):
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class Blank(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>an application</title>")

    def log_message(self, *args):
        pass


@pytest.fixture
def application(chromium):
    """A window on an application's own page, at an origin of its own."""
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Blank)) as url:
        page.goto(url)
        yield page
    context.close()


@pytest.fixture
def press(made_up):
    return made_up.contract("press")


def ask(page, url, **options):
    return page.evaluate(FETCH, [url, options])


@pytest.mark.parametrize("credentials", ["omit", "include"])
def test_a_page_uses_a_provider_and_reads_what_it_answers(application, press, credentials):
    mock = Mock([press])
    with MockServer(mock) as server:
        url = server.url_of("press") + "/prints"
        sent = {"headers": {**HEADERS, "x-mock-fault": "latency:0"}, "credentials": credentials}
        made = ask(application, url, method="POST", body='{"title": "A"}', **sent)
        lost = ask(application, url, method="DELETE", headers=HEADERS, credentials=credentials)
    assert (made["status"], lost["status"]) == (201, 405)
    assert made["fault"] is None or "latency" in made["fault"]
    assert [entry.method for entry in mock.control.requests()] == ["DELETE", "POST"]


def test_a_page_cannot_use_the_control(application, press):
    mock = Mock([press], cors=["*"])
    with MockServer(mock) as server:
        before = mock.clock.now()
        body = {"method": "POST", "headers": HEADERS, "body": '{"advance": "PT1H"}'}
        for path in ("/_mock/clock", "/", "/_mock/health"):
            assert "error" in ask(application, server.url + path, **body)
            assert "error" in ask(application, server.url + path)
        plain = {"method": "POST", "headers": {"content-type": "text/plain"}, "body": body["body"]}
        assert "error" in ask(application, f"{server.url}/_mock/clock", **plain)
        assert mock.clock.now() - before < 1800


def test_a_page_is_kept_out_where_cors_is_off(application, press):
    with MockServer(Mock([press], cors=None)) as server:
        assert "error" in ask(application, server.url_of("press") + "/prints", headers=HEADERS)


def test_the_page_works_below_a_prefix(chromium, press):
    class Quiet(WSGIRequestHandler):
        def log_message(self, *args):
            pass

    mock = Mock([press])
    mounted = DispatcherMiddleware(
        lambda environ, start: (start("404 None", []), [b""])[1], {"/a/mocks": mock.wsgi}
    )
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    asked = []
    page.on("response", lambda response: asked.append((response.status, response.url)))
    with serving(make_server("127.0.0.1", 0, mounted, handler_class=Quiet)) as url:
        page.goto(f"{url}/a/mocks")
        page.get_by_text("Live", exact=True).wait_for()
        page.get_by_role("button", name="Create sample task of press").click()
        page.get_by_role("status").get_by_text("press: created").wait_for()
        page.goto(f"{url}/a/mocks/#reference/press")
        page.get_by_text("/prints/{number}").first.wait_for()
    context.close()
    assert [entry for entry in asked if entry[0] >= 400] == []
