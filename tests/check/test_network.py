"""Both halves of a check, our requests and those of schemathesis, take the same way to a server."""

import os
import threading
from http.server import ThreadingHTTPServer

import pytest

from mediatasks.check import Options, Target, check_provider
from mediatasks.check.requests.network import Route, find_route
from mediatasks.contracts.compose.store import open_store
from mediatasks.errors import UsageError
from mediatasks.mock import Mock
from tests.check.test_interruption import Answering

# Nothing listens on port 9 (discard), and `.test` names never resolve.
DEAD = "http://127.0.0.1:9"
ELSEWHERE = "http://service.test/kokoon"
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


class Proxy(ThreadingHTTPServer):
    """A forward proxy that knows one host, a mock, and notes the requests of each kind of sender."""

    daemon_threads = True

    def __init__(self, contract):
        super().__init__(("127.0.0.1", 0), Answering)
        self.mock, self.lock = Mock([contract], seed=1, sends=False), threading.Lock()
        self.senders, self.url = set(), f"http://127.0.0.1:{self.server_port}"

    def answer(self, request):
        assert request.path.startswith(ELSEWHERE)
        with self.lock:
            request.path = request.path.removeprefix("http://service.test")
            self.senders.add(request.headers.get("user-agent", "").partition("/")[0])
            return self.mock.handle(request)

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.shutdown()
        self.server_close()


def check(url, phases=("probing", "examples"), rules=(), **target):
    contract = open_store().contract("kokoon")
    values = {c.argument: c.example for c in contract.credentials}
    options = Options(max_examples=1, phases=phases, rules=rules, rate=10_000)
    return check_provider(contract, Target(url, **target), options, values)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
def test_both_halves_go_through_the_proxy_of_the_environment(name, monkeypatch):
    with Proxy(open_store().contract("kokoon")) as proxy:
        # What requests looks for is lower case first; a CGI script's HTTP_PROXY is a header.
        monkeypatch.setenv(name.lower(), proxy.url)
        rules = ("read-identity", "status-code-conformance")
        result = check(ELSEWHERE, rules=rules, allow_writes=True)
    assert result.findings == []
    assert proxy.senders == {"python-httpx2", "schemathesis"}


def test_no_proxy_counts_for_both_halves(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", DEAD)
    monkeypatch.setenv("NO_PROXY", "service.test")
    assert find_route(Target(ELSEWHERE)).proxy is None


@pytest.mark.parametrize(("phase", "rules"), [("probing", ("read-identity",)), ("examples", ())])
def test_nothing_to_this_machine_goes_through_a_proxy(phase, rules, monkeypatch):
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, DEAD)
    with Proxy(open_store().contract("kokoon")) as server:
        server.answer = server.mock.handle
        result = check(f"{server.url}/kokoon", (phase,), rules, allow_writes=True)
    assert result.findings == []
    assert any(o.accepted for o in result.operations)


@pytest.mark.parametrize("host", ["localhost", "api.localhost", "127.0.0.2", "[::1]"])
def test_a_name_or_address_of_this_machine_is_reached_directly(host, monkeypatch):
    monkeypatch.setenv("ALL_PROXY", DEAD)
    assert find_route(Target(f"http://{host}:80/x")).proxy is None


def test_a_proxy_that_cannot_be_used_is_told(monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    with pytest.raises(UsageError, match="cannot use a proxy of the kind `socks5`"):
        find_route(Target(ELSEWHERE))


def test_certificates_that_cannot_be_read_are_told(monkeypatch, tmp_path):
    (tmp_path / "ca.pem").write_text("none")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with pytest.raises(UsageError, match=r"ca\.pem: holds no certificates"):
        find_route(Target(ELSEWHERE)).client_options()


def test_the_environment_is_as_before_after_a_run(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", DEAD)
    before = dict(os.environ)
    with Route().applied():
        assert "HTTP_PROXY" not in os.environ
    assert dict(os.environ) == before
