"""The files of the page: which are served, how, and that no other file can be read."""

import hashlib
import json
import re
from pathlib import Path

import httpx2
import pytest

import mediatasks.mock.page
from mediatasks.mock import Mock, MockRequest, MockServer

FOLDER = Path(mediatasks.mock.page.__file__).parent
VENDOR = FOLDER / "vendor" / "swagger-ui"
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture
def get():
    """Return what asks a mock for a path as it stands."""
    mock = Mock([])
    return lambda path, **headers: mock.handle(MockRequest("GET", path, headers=headers))


def test_a_browser_gets_the_page(get):
    reply = get("/", accept=FIREFOX)
    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert reply.body == (FOLDER / "index.html").read_bytes()


def test_every_local_address_in_the_page_leads_somewhere(get):
    sources = [*FOLDER.glob("*.html"), *FOLDER.glob("*.js")]
    named = {n for s in sources for n in re.findall(r'"(/_mock/page/[^"$]+\.\w+)"', s.read_text())}
    imported = {
        f"/_mock/page/{n}" for s in sources for n in re.findall(r'from "\./([^"]+)"', s.read_text())
    }
    assert len(named | imported) > 10
    assert [path for path in named | imported if get(path).status != 200] == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [("main.js", "text/javascript"), ("page.css", "text/css"), ("icon.svg", "image/svg+xml")],
)
def test_a_file_is_served_as_what_it_is(get, name, kind):
    reply = get(f"/_mock/page/{name}")
    assert reply.headers["content-type"] == f"{kind}; charset=utf-8"
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_the_policy_allows_no_other_origin_and_nothing_inline(get):
    policy = get("/", accept="text/html").headers["content-security-policy"]
    sources = {d.split()[0]: d.split()[1:] for d in policy.split("; ")}
    assert sources["default-src"] == sources["frame-ancestors"] == ["'none'"]
    assert {*sources["script-src"], *sources["style-src"], *sources["connect-src"]} == {"'self'"}


@pytest.mark.parametrize("part", [r"<script>", r"<style", r" style=", r" on[a-z]+=", r"javascript:"])
def test_nothing_is_inline_in_the_document(part):
    assert re.findall(part, (FOLDER / "index.html").read_text()) == []


def test_the_modules_write_no_markup():
    written = [
        p.name
        for p in FOLDER.glob("*.js")
        if re.search(r"(inner|outer)HTML|insertAdjacentHTML|document\.write", p.read_text())
    ]
    assert written == []


@pytest.mark.parametrize(
    "path",
    [
        "../control.yaml",
        "..%2fcontrol.yaml",
        "%2e%2e/control.yaml",
        "..\\control.yaml",
        "vendor/../../control.yaml",
        "vendor/swagger-ui/../../../control.yaml",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "files.py",
        "__init__.py",
        "vendor/swagger-ui/source.json",
        "vendor",
        "",
        "index.html%00",
        "index.html/",
        "./index.html",
        "x" * 10_000,
    ],
)
def test_no_other_file_is_read(get, path):
    reply = get(f"/_mock/page/{path}")
    assert (reply.status, [*reply.json()]) == (404, ["error"])


def test_no_other_file_is_read_through_the_server():
    with MockServer(Mock([])) as server, httpx2.Client() as client:
        for path in ("/_mock/page/..%2f..%2fcontrol.yaml", "/_mock/page/%2e%2e/control.yaml"):
            request = client.build_request("GET", server.url)
            request.url = request.url.copy_with(raw_path=path.encode())
            assert client.send(request).status_code == 404


def test_the_page_is_only_read():
    reply = Mock([]).handle(MockRequest("POST", "/_mock/page/main.js"))
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_the_page_is_loaded_when_a_browser_comes():
    import subprocess
    import sys

    code = (
        "import sys; from mediatasks.mock import Mock, MockRequest; mock = Mock([]);"
        "mock.handle(MockRequest('GET', '/')); print('mediatasks.mock.page' in sys.modules);"
        "mock.handle(MockRequest('GET', '/', headers={'accept': 'text/html'}));"
        "print('mediatasks.mock.page' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_swagger_ui_is_the_pinned_version_unchanged():
    source = json.loads((VENDOR / "source.json").read_text())
    assert {path.name for path in VENDOR.iterdir()} == {*source["sha256"], "source.json"}
    for name, digest in source["sha256"].items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name
