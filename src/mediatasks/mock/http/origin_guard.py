"""Keep web pages of other origins from the page and the control.

Programs are let in. A browser names the page that asks (`Origin`) and the host that it connects to
(`Host`): a page of another origin is refused, and so is a foreign name that points to this machine
(DNS rebinding) while the mock listens on loopback. Requests to the providers pass: their own
credentials protect them.
"""

import ipaddress
import re
from collections.abc import Callable

from mediatasks.mock.http.messages import MockReply, MockRequest, json_reply

# The first segment of the control API's paths.
SEGMENT = "_mock"
_HOST = re.compile(r"(?:\[(?P<v6>[0-9a-fA-F:.]+)\]|(?P<name>[^:\[\]/@]*))(?::[0-9]*)?")


class OriginGuard:
    """Refuse foreign web pages before `handle`. `host` is what the server listens on; None: not known."""

    def __init__(self, handle: Callable[[MockRequest], MockReply], host: str | None = None) -> None:
        self._handle = handle
        self._host = host if host is not None and is_loopback(host) else None

    def handle(self, request: MockRequest) -> MockReply:
        """Answer a request, or refuse it with a 403."""
        path = request.path.removeprefix("/")
        if path and not path.startswith(SEGMENT):
            return self._handle(request)
        problem = self._problem(request)
        return json_reply(403, {"error": problem}) if problem else self._handle(request)

    def _problem(self, request: MockRequest) -> str:
        """Return why the request is refused; empty where it is not."""
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        own = (f"http://{host}".lower(), f"https://{host}".lower())
        if origin is not None and origin.lower() not in own:
            return f"a page of `{origin[:100]}` may not use the mock's control; only its own page may"
        if self._host is None or not host or self._is_own(host):
            return ""
        return (
            f"this mock listens on {self._host} and is not known as `{host[:100]}`;"
            " use `localhost`, or start it with --host"
        )

    def _is_own(self, header: str) -> bool:
        return _name_of(header) == self._host or is_loopback_name(header)


def _name_of(host: str) -> str:
    """Return the name in a `HOST[:PORT]`; empty where it is none."""
    match = _HOST.fullmatch(host)
    return (match["v6"] or match["name"]).lower().removesuffix(".") if match else ""


def is_loopback_name(host: str) -> bool:
    """Whether a browser finds `HOST[:PORT]` on this machine, whatever a name server says."""
    name = _name_of(host)
    return name.endswith(".localhost") or is_loopback(name)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    try:
        ip = ipaddress.ip_address(host.partition("%")[0])
        mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
        return (mapped or ip).is_loopback
    except ValueError:
        return host == "localhost"
