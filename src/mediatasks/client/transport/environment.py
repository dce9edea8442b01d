"""What the environment says about the way to the server: proxies and certificates, as for httpx2.

HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR, read when a client is made.
"""

from __future__ import annotations

import importlib.util
import ipaddress
import re
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.request import getproxies

import httpcore2

from mediatasks.client.exchange import Origin
from mediatasks.errors import UsageError

if TYPE_CHECKING:
    import httpx2

SCHEMES = ("http", "https", "all")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class ProxyRoute(NamedTuple):
    """The way to one origin: through a proxy or not, and the TLS settings of its connections."""

    proxy: httpcore2.Proxy | None
    tls: ssl.SSLContext | None


def find_route(origin: Origin, trust_env: bool) -> ProxyRoute:
    """Return the way to `origin`. Raises UsageError for settings of no use.

    One TLS context serves all connections: without it httpcore2 reads all certificates for each.
    """
    proxy = find_proxy(str(origin), getproxies()) if trust_env else None
    tls = _read_certificates(trust_env) if origin.scheme == b"https" else None
    if proxy is None:
        return ProxyRoute(None, tls)
    if proxy.url.scheme.startswith("socks"):
        _need_socks()
    url = proxy.url
    return ProxyRoute(
        httpcore2.Proxy(
            httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            auth=proxy.raw_auth,
            ssl_context=_read_certificates(trust_env) if url.scheme == "https" else None,
        ),
        tls,
    )


def find_proxy(url: str, settings: Mapping[str, str]) -> httpx2.Proxy | None:
    """Return the proxy for `url`; `settings` is like `urllib.request.getproxies()`."""
    if not any(settings.get(scheme) for scheme in SCHEMES):
        return None
    # Loaded only where there is a proxy, because it takes longer than httpcore2 to load.
    import httpx2

    excluded = [host.strip() for host in settings.get("no", "").split(",")]
    if "*" in excluded:
        return None
    rules: dict[str, httpx2.Proxy | None] = {}
    for scheme in SCHEMES:
        if value := settings.get(scheme):
            rules[f"{scheme}://"] = _read_proxy(scheme, value)
    rules.update(dict.fromkeys(_pattern(host) for host in excluded if host))
    target = httpx2.URL(url)
    patterns = []
    for text, proxy in rules.items():
        try:
            patterns.append((Pattern(httpx2.URL(text), text), proxy))
        except (httpx2.InvalidURL, ValueError):
            continue  # an entry that cannot be read counts for nothing
    patterns.sort(key=lambda pair: pair[0].rank)
    return next((proxy for pattern, proxy in patterns if pattern.matches(target)), None)


def _read_proxy(scheme: str, value: str) -> httpx2.Proxy:
    import httpx2

    try:
        return httpx2.Proxy(value if "://" in value else f"http://{value}")
    except (httpx2.InvalidURL, ValueError):
        # The value may hold a password.
        raise UsageError(
            f"the environment's {scheme.upper()}_PROXY is not the URL of a proxy; "
            "it looks like http://host:port (or https, socks5, socks5h), or give `trust_env=False`"
        ) from None


def _pattern(host: str) -> str:
    """Return the URL pattern of one entry of NO_PROXY."""
    address, _, size = host.partition("/")
    version: int
    try:
        version = ipaddress.ip_address(address).version
    except ValueError:
        version = 0
    if "://" in host:
        return host
    if version == 6:
        return f"all://[{address}]" + (f"/{size}" if "/" in host else "")
    if version == 4 or host.lower() == "localhost" or host.startswith(("[", "*.")):
        return f"all://{host}"
    # A name stands for its subdomains too.
    return f"all://*{host}"


class Pattern:
    """A rule for URLs: scheme, host with wildcards or a network, port; each may be left open."""

    def __init__(self, url: httpx2.URL, text: str) -> None:
        self.scheme = "" if url.scheme == "all" else url.scheme
        self.host = "" if url.host == "*" else url.host
        self.port = url.port
        self.network = _read_network(url, text)
        self._host_pattern = _host_pattern(self.host) if self.host and not self.network else None

    @property
    def rank(self) -> tuple[int, int, int, int, int]:
        """The order of patterns: the most specific comes first."""
        kind = 1 if self.network else 0 if self.host else 2
        size = self.network.num_addresses if self.network else 0
        length = 0 if self.network else len(self.host)
        return (self.port is None, kind, size, -length, -len(self.scheme))

    def matches(self, url: httpx2.URL) -> bool:
        """Say whether `url` is meant."""
        if self.scheme and self.scheme != url.scheme:
            return False
        if self.port is not None and self.port != url.port:
            return False
        if self.network:
            try:
                return ipaddress.ip_address(url.host) in self.network
            except ValueError:
                return False
        return self._host_pattern is None or bool(self._host_pattern.match(url.host))


def _read_network(url: httpx2.URL, text: str) -> Network | None:
    """Return the network of `all://192.168.0.0/16`. Raises ValueError for one that is none."""
    size = url.path.removeprefix("/")
    try:
        address = ipaddress.ip_address(url.host)
    except ValueError:
        return None
    if not size:
        return None
    literal = f"[{url.host}]" if address.version == 6 else url.host
    if not size.isdigit() or "@" in text or "%" in text or not text.endswith(f"{literal}/{size}"):
        raise ValueError(text)
    return ipaddress.ip_network(f"{url.host}/{size}", strict=False)


def _host_pattern(host: str) -> re.Pattern[str]:
    if host.startswith("*."):
        return re.compile(rf"^.+\.{re.escape(host[2:])}$")
    if host.startswith("*"):
        return re.compile(rf"^(.+\.)?{re.escape(host[1:])}$")
    return re.compile(f"^{re.escape(host)}$")


def _read_certificates(trust_env: bool) -> ssl.SSLContext:
    try:
        if trust_env:
            return httpcore2.default_ssl_context()
        import httpx2

        return httpx2.create_ssl_context(trust_env=False)
    except OSError:
        raise UsageError(
            "the certificates that the environment's SSL_CERT_FILE or SSL_CERT_DIR names cannot be read; "
            "name a PEM file, or give `trust_env=False`"
        ) from None


def _need_socks() -> None:
    if importlib.util.find_spec("socksio") is None:
        raise UsageError(
            "the environment's proxy speaks SOCKS, which needs the package `socksio`; "
            "install `httpcore2[socks]`, or give `trust_env=False`"
        )
