"""How requests travel to a server: through which proxy, trusting which certificates.

Our own requests and those of schemathesis go the same way, by the environment variables that their HTTP
libraries know: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR. Nothing to this
machine goes through a proxy.
"""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mediatasks.check.target import Target
from mediatasks.errors import UsageError

_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass(frozen=True)
class Route:
    """The way to one server: the URL of a proxy, and the file or folder of trusted certificates."""

    proxy: str | None = None
    certificates: str | None = None

    def client_options(self) -> dict[str, Any]:
        """Return the options of an HTTP client that takes this way. Raises UsageError."""
        options: dict[str, Any] = {"trust_env": False, "proxy": self.proxy}
        if self.certificates is not None:
            is_folder = os.path.isdir(self.certificates)
            where = {"capath" if is_folder else "cafile": self.certificates}
            try:
                options["verify"] = ssl.create_default_context(**where)  # type: ignore[arg-type]
            except OSError:
                problem = "holds no certificates that can be read"
                raise UsageError(f"{self.certificates}: {problem}; see $SSL_CERT_FILE") from None
        return options

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Have every request that the engine makes in this process take this way while the block runs.

        Some of its requests know no option for it: they follow the environment variables.
        """
        wanted: dict[str, str | None] = dict.fromkeys([*_PROXIES, *map(str.upper, _PROXIES)])
        if self.proxy is None:
            wanted["no_proxy"] = "*"
        else:
            wanted |= {"http_proxy": self.proxy, "https_proxy": self.proxy}
        wanted["REQUESTS_CA_BUNDLE"] = self.certificates
        # Credentials in ~/.netrc would take the place of those that are given.
        wanted["NETRC"] = os.devnull
        before = {name: os.environ.get(name) for name in wanted}
        _set(wanted)
        try:
            yield
        finally:
            _set(before)


def find_route(target: Target) -> Route:
    """Return the way to a target by the environment. Raises UsageError for a proxy that cannot be used."""
    certificates = next(filter(None, map(os.environ.get, _CERTIFICATES)), None)
    if target.is_local:
        return Route(None, certificates)
    from requests.utils import get_environ_proxies, select_proxy

    proxy = select_proxy(target.url, get_environ_proxies(target.url)) or None
    if proxy is not None and "://" not in proxy:
        proxy = f"http://{proxy}"
    if proxy is not None and not proxy.lower().startswith(("http://", "https://")):
        kind = proxy.partition(":")[0]
        raise UsageError(
            f"the check cannot use a proxy of the kind `{kind}`: expected http or https\n"
            "set $HTTP_PROXY, $HTTPS_PROXY or $ALL_PROXY to one, or $NO_PROXY to the server's host"
        )
    return Route(proxy, certificates)


def _set(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
