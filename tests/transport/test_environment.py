"""Proxies and certificates of the environment, over a real proxy and a real TLS server, and as httpx2 has them."""

import asyncio
import ssl
import subprocess
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mediatasks import AsyncTaskEngine, TaskEngine
from mediatasks.client.transport.environment import find_proxy
from mediatasks.errors import ConnectionFailed, UsageError
from tests.transport.conftest import KEYS
from tests.transport.servers import JobServer, serving


@pytest.fixture(params=["sync", "async"])
def get_job(request: pytest.FixtureRequest) -> Any:
    """Read one job with a new client."""

    async def get_async(url: str, **options: Any) -> Any:
        async with AsyncTaskEngine(url, **KEYS, max_retries=0, **options) as engine:
            return (await engine.get_job(7)).id

    def get(url: str, **options: Any) -> Any:
        if request.param == "async":
            return asyncio.run(get_async(url, **options))
        with TaskEngine(url, **KEYS, max_retries=0, **options) as engine:
            return engine.get_job(7).id

    return get


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_request_goes_through_the_proxy(
    get_job: Any, server: JobServer, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    with serving(proxy=True) as proxy:
        monkeypatch.setenv(variable, f"http://me:pass@127.0.0.1:{proxy.server_port}")
        assert get_job(server.url) == 7
    [(_, path, headers)] = proxy.asked
    assert path == f"{server.url}/jobs/7"
    assert headers["Proxy-Authorization"].startswith("Basic ")


def test_a_request_to_https_goes_through_a_tunnel(
    get_job: Any, secure_server: JobServer, authority_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority_file))
    with serving(proxy=True) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"127.0.0.1:{proxy.server_port}")
        assert get_job(secure_server.url) == 7
    assert [path for _, path, _ in proxy.asked] == [f"localhost:{secure_server.server_port}"]


def test_a_tunnel_through_a_proxy_of_https_hides_the_request(
    get_job: Any,
    secure_server: JobServer,
    secure_context: ssl.SSLContext,
    authority_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority_file))
    with serving(secure_context, proxy=True) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        assert get_job(secure_server.url) == 7


@pytest.mark.parametrize("exception", ["localhost", "*", "example.com, localhost"])
def test_no_proxy_names_the_hosts_without_one(
    get_job: Any, server: JobServer, monkeypatch: pytest.MonkeyPatch, exception: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", exception)
    assert get_job(server.url) == 7


def test_trust_env_switches_proxies_off(
    get_job: Any, server: JobServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert get_job(server.url, trust_env=False) == 7


def test_a_proxy_that_is_gone_has_sent_nothing(
    get_job: Any, server: JobServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with pytest.raises(ConnectionFailed) as caught:
        get_job(server.url)
    assert not caught.value.sent


@pytest.mark.parametrize("proxy", ["ftp://me:s3cret@proxy:1", "http://me:s3cret@[::1", "http://p:99999x"])
def test_a_proxy_that_is_none_is_a_usage_error_without_its_password(
    get_job: Any, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy)
    with pytest.raises(UsageError, match="HTTP_PROXY") as caught:
        get_job("http://localhost:1")
    assert "s3cret" not in str(caught.value)


def test_a_certificate_of_the_environment_counts(
    get_job: Any, secure_server: JobServer, authority_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority_file))
    assert get_job(secure_server.url) == 7


def test_a_directory_of_certificates_counts(
    get_job: Any, secure_server: JobServer, authority_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["openssl", "x509", "-hash", "-noout", "-in", str(authority_file)]
    name = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    (authority_file.parent / f"{name}.0").write_bytes(authority_file.read_bytes())
    monkeypatch.setenv("SSL_CERT_DIR", str(authority_file.parent))
    assert get_job(secure_server.url) == 7


def test_trust_env_switches_certificates_off(
    get_job: Any, secure_server: JobServer, authority_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority_file))
    with pytest.raises(ConnectionFailed, match="certificate"):
        get_job(secure_server.url, trust_env=False)


def test_a_certificate_file_that_cannot_be_read_is_a_usage_error(
    get_job: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty.pem").touch()
    for path in (tmp_path / "missing.pem", tmp_path / "empty.pem"):
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        with pytest.raises(UsageError, match="SSL_CERT_FILE"):
            get_job("https://localhost:1")


HOSTS = [
    "example.com",
    "www.example.com",
    "wwwexample.com",
    "localhost",
    "127.0.0.1",
    "192.168.3.4",
    "[::1]",
]
ENTRIES = [
    *HOSTS,
    ".example.com",
    "*.example.com",
    "com",
    "*",
    "",
    "::1",
    "::1/64",
    "fe80::/10",
    "EXAMPLE.com",
]
ENTRIES += [
    "192.168.0.0/16",
    "192.168.3.4/32",
    "10.0.0.0/8",
    "192.168.0.0/99",
    "example.com:8080",
    "http://",
]
ENTRIES += [
    "http://example.com",
    "https://localhost",
    "all://*example.com:81",
    "a b",
    "exa mple",
    "a/b",
    "ünï.com",
]
ENTRIES += ["[::1]:81", "127.0.0.1:81", "*example.com", "-", "%", "[", "all://[::1"]
PROXIES = st.sampled_from([None, "", "http://a:1", "b:2", "https://c", "socks5://d:3", "http://u:p@e:4"])


class Sent(Exception):
    pass


def proxy_of_httpx2(url: str) -> str | None:
    """Return the proxy to which a client of httpx2 connects; the outside judge."""
    found: list[str | None] = []

    class Watched(httpx2.Client):
        def _init_proxy_transport(self, proxy: Any, *_: Any, **__: Any) -> Any:
            return httpx2.MockTransport(lambda _: found.append(str(proxy.url)) or httpx2.Response(200))  # type: ignore[func-returns-value]

        def _init_transport(self, *_: Any, **__: Any) -> Any:
            return httpx2.MockTransport(lambda _: found.append(None) or httpx2.Response(200))  # type: ignore[func-returns-value]

    with Watched() as client:
        client.get(url)
    return found[0]


@given(
    settings=st.fixed_dictionaries({"http": PROXIES, "https": PROXIES, "all": PROXIES}),
    excluded=st.lists(st.sampled_from(ENTRIES), max_size=4),
    url=st.tuples(
        st.sampled_from(["http", "https"]), st.sampled_from(HOSTS), st.sampled_from(["", ":81", ":443"])
    ),
)
@example({"http": "a:1", "https": None, "all": None}, ["http://"], ("http", "localhost", ""))
def test_the_proxy_of_a_url_is_that_of_httpx2(
    settings: dict[str, str | None], excluded: list[str], url: tuple[str, str, str]
) -> None:
    values = {name: value for name, value in settings.items() if value is not None}
    values["no"] = ",".join(excluded)
    address = f"{url[0]}://{url[1]}{url[2]}"
    with pytest.MonkeyPatch.context() as patch:
        for name in ("http", "https", "all", "no"):
            patch.delenv(f"{name}_proxy", raising=False)
            patch.delenv(f"{name}_proxy".upper(), raising=False)
            if name in values:
                patch.setenv(f"{name}_proxy", values[name])
        expected = proxy_of_httpx2(address)
        proxy = find_proxy(address, values)
    assert (proxy and str(proxy.url)) == expected
