"""Send one request of the mock's own: to this machine only unless allowed, and bounded.

A name is looked up once, its addresses are judged, and the connection goes to a judged address: a
later answer of the name server does not count. Redirects are not followed, proxies of the environment
not used, and of the answer only the status is read.
"""

import base64
import ipaddress
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import SplitResult, quote, unquote, urlsplit

import httpcore2

from mediatasks.client.transport.deadline import DeadlineBackend, deadline
from mediatasks.client.transport.failure import translate
from mediatasks.mock.http.origin_guard import is_loopback

MAX_BYTES = 1024 * 1024
MAX_ADDRESS = 2000
# For the whole of one request, and for looking up one name.
TIMEOUT = 5.0
_LOOKUP = 1.0
# A name that was refused is not looked up again for so many seconds; so many names are remembered.
_REFUSED_FOR, _NAMES = 60.0, 1000
_UNSENDABLE = re.compile(r"[\x00-\x20\x7f]")
_SAFE = "%/:=&?~+!$,;'@()*[]"
_PORTS = {"http": 80, "https": 443}
_ADVICE = "`--allow-egress` lets the mock send there"


class NotSent(Exception):
    """The request was not sent, and never will be; the text says why."""


class NoAnswer(Exception):
    """No answer came: no connection, none in time, or no HTTP; the text says which."""


@dataclass(frozen=True, slots=True)
class _Target:
    scheme: str
    host: str
    port: int
    path: str
    headers: Mapping[str, str]


class Sender:
    """The way out. `allow_egress` opens it to other machines."""

    def __init__(self, allow_egress: bool = False, timeout: float = TIMEOUT) -> None:
        self.timeout = timeout
        self._backend = _Backend(allow_egress)

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Return the status of the answer. Raises NotSent or NoAnswer."""
        if len(body) > MAX_BYTES:
            raise NotSent(f"at most {MAX_BYTES} bytes are sent, this is {len(body)}")
        target = _read(url)
        sent = {**target.headers, "content-length": str(len(body)), "connection": "close", **headers}
        request = httpcore2.Request(
            method,
            httpcore2.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path),
            headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in sent.items()],
            content=body,
        )
        secure = self._context if target.scheme == "https" else None
        with (
            deadline(time.monotonic() + self.timeout),
            httpcore2.ConnectionPool(ssl_context=secure, network_backend=self._backend) as pool,
        ):
            return _status(pool, request, self.timeout)

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context()


def _status(pool: httpcore2.ConnectionPool, request: httpcore2.Request, timeout: float) -> int:
    try:
        response = pool.handle_request(request)
    except (httpcore2.TimeoutException, TimeoutError):
        raise NoAnswer(f"no answer within {timeout:g} s") from None
    except httpcore2.LocalProtocolError:
        # Its text would show the header.
        raise NotSent("a header has a character that HTTP forbids") from None
    except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
        raise NoAnswer(str(translate(error))) from None
    response.close()
    return response.status


def _read(url: str) -> _Target:
    """Return the parts of an address. Raises NotSent."""
    if len(url) > MAX_ADDRESS or _UNSENDABLE.search(url):
        raise NotSent(f"an address has at most {MAX_ADDRESS} characters, without spaces or line breaks")
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = _PORTS.get(parts.scheme, 0) if parts.port is None else parts.port
    except (ValueError, UnicodeError):
        raise NotSent("no address: the host or the port is not valid") from None
    if parts.scheme not in _PORTS or not host or not port:
        raise NotSent("no address: expected `http://HOST…` or `https://HOST…`")
    path = quote(parts.path or "/", _SAFE) + (f"?{quote(parts.query, _SAFE)}" if parts.query else "")
    return _Target(parts.scheme, host, port, path, _headers(parts, host, port))


def _headers(parts: SplitResult, host: str, port: int) -> dict[str, str]:
    name = f"[{host}]" if ":" in host else host
    headers = {"host": name if port == _PORTS[parts.scheme] else f"{name}:{port}"}
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return headers


class _Backend(DeadlineBackend):
    """Connects to judged addresses only."""

    def __init__(self, allow_egress: bool) -> None:
        super().__init__()
        self._allow_egress = allow_egress
        self._refused: dict[str, tuple[float, str]] = {}

    def addresses(self, host: str, port: int) -> list[str]:
        """Return the addresses of `host` that may be connected to. Raises NotSent or NoAnswer."""
        if self._allow_egress:
            found = _lookup(host, port)
            if not found:
                raise NoAnswer(f"no address of `{host[:100]}` is known")
            return found
        until, problem = self._refused.get(host, (0.0, ""))
        if until < time.monotonic():
            found = _lookup(host, port)
            near = [address for address in found if is_loopback(address)]
            if near:
                return near
            where = f"is not this machine, but {found[0]}" if found else "has no known address"
            problem = f"`{host[:100]}` {where}; {_ADVICE}"
            if len(self._refused) >= _NAMES:
                self._refused.clear()
            self._refused[host] = (time.monotonic() + _REFUSED_FOR, problem)
        raise NotSent(problem)


def _lookup(host: str, port: int) -> list[str]:
    """Return the addresses of `host`; none where it has none, or they do not come in time.

    The system's resolver cannot be given a time limit: it is asked in a thread that may outlast us.
    """
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    answer: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.put(list(dict.fromkeys(str(entry[4][0]) for entry in found)))
        except (OSError, UnicodeError):
            answer.put([])

    threading.Thread(target=ask, name="lookup", daemon=True).start()
    try:
        return answer.get(timeout=_LOOKUP)
    except queue.Empty:
        return []
