"""A total deadline for synchronous calls: no read or write of a socket waits past it.

The timeouts of httpcore2 and httpcore count each read anew, so a server that sends a byte now and then
never meets them. Their network backend is where every wait happens; this one shortens each to what
is left. `core` is the library, httpcore2 or httpcore, whose exceptions are raised.
"""

import socket
import ssl
import time
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

import httpcore2

_deadline: ContextVar[float | None] = ContextVar("mediatasks_deadline", default=None)
# How much is written at once where only the stream itself can write, with a time limit for each part.
PART = 16 * 1024


class deadline:
    """Let no wait of this thread's sockets last past `moment` (of `time.monotonic()`, in seconds)."""

    def __init__(self, moment: float) -> None:
        self._moment, self._before = moment, _deadline.get()

    def __enter__(self) -> None:
        _deadline.set(self._moment)

    def __exit__(self, *_: object) -> None:
        _deadline.set(self._before)


def clear_deadline() -> None:
    """Let no deadline hold in this thread, after an interrupt that may have come before its end."""
    _deadline.set(None)


def left(timeout: float | None, kind: type[Exception]) -> float | None:
    """Return how long to wait at most. Raises `kind` past the deadline."""
    moment = _deadline.get()
    if moment is None:
        return timeout
    rest = moment - time.monotonic()
    if rest <= 0:
        raise kind("the call's time is up")
    return rest if timeout is None else min(timeout, rest)


class DeadlineStream(httpcore2.NetworkStream):
    """A stream whose waits end at the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, core: Any = httpcore2) -> None:
        self._stream, self._core = stream, core
        # TLS within the TLS of a proxy: what is written to the socket itself would go out as it is.
        self._nested = isinstance(stream.get_extra_info("ssl_object"), ssl.SSLObject)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read at most `max_bytes`."""
        return self._stream.read(max_bytes, left(timeout, self._core.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of `buffer`. The inner stream would count each part that goes out anew."""
        late, broken = self._core.WriteTimeout, self._core.WriteError
        sock = self._stream.get_extra_info("socket")
        view = memoryview(buffer)
        try:
            while view:
                rest = left(timeout, late)
                if self._nested:
                    self._stream.write(bytes(view[:PART]), rest)
                    view = view[PART:]
                    continue
                sock.settimeout(rest)
                view = view[sock.send(view) :]
        except TimeoutError as error:
            raise late(str(error)) from None
        except OSError as error:
            raise broken(str(error)) from error

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        """Return the stream under TLS."""
        rest = left(timeout, self._core.ConnectTimeout)
        return DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, rest), self._core)

    def get_extra_info(self, info: str) -> Any:
        """Return what the stream knows of itself."""
        return self._stream.get_extra_info(info)


class DeadlineBackend(httpcore2.NetworkBackend):
    """A network backend whose waits end at the deadline."""

    def __init__(self) -> None:
        self._backend = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Return a connected stream. Of several addresses, none may use up the time of the others."""
        addresses = self.addresses(host, port)
        for tried, address in enumerate(addresses, 1):
            rest = left(timeout, httpcore2.ConnectTimeout)
            share = None if rest is None else rest / (len(addresses) - tried + 1)
            try:
                stream = self._backend.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if tried == len(addresses):
                    raise
            else:
                return DeadlineStream(stream)
        raise httpcore2.ConnectError(f"`{host}` has no address")

    def addresses(self, host: str, port: int) -> list[str]:
        """Return what to connect to, in this order."""
        return _resolve(host, port)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore2.NetworkStream:
        """Return a connected stream."""
        rest = left(timeout, httpcore2.ConnectTimeout)
        return DeadlineStream(self._backend.connect_unix_socket(path, rest, socket_options))


class CallersBackend(httpcore2.NetworkBackend):
    """The network backend of a caller's own client, unchanged but for the deadline of our calls."""

    def __init__(self, backend: Any, core: Any) -> None:
        self._backend, self._core = backend, core

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *args: Any, **kwargs: Any
    ) -> httpcore2.NetworkStream:
        """Return a connected stream."""
        rest = left(timeout, self._core.ConnectTimeout)
        stream = self._backend.connect_tcp(host, port, rest, *args, **kwargs)
        return DeadlineStream(stream, self._core)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, *args: Any, **kwargs: Any
    ) -> httpcore2.NetworkStream:
        """Return a connected stream."""
        rest = left(timeout, self._core.ConnectTimeout)
        stream = self._backend.connect_unix_socket(path, rest, *args, **kwargs)
        return DeadlineStream(stream, self._core)

    def sleep(self, seconds: float) -> None:
        """Wait before a connection is tried again."""
        self._backend.sleep(seconds)


def _resolve(host: str, port: int) -> list[str]:
    """Return the addresses of `host`. The system's resolver has a time limit of its own only."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore2.ConnectError(str(error)) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    # An address itself may name its network interface, which the answer leaves out.
    return addresses if len(addresses) > 1 else [host]
