"""Serve the mock on a port: in a thread for tests, or until a signal for the command line."""

from __future__ import annotations

import gc
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from mediatasks.errors import MissingExtra, UsageError
from mediatasks.mock.application import Mock
from mediatasks.mock.http.adapters import AsgiApplication
from mediatasks.mock.http.origin_guard import OriginGuard, is_loopback
from mediatasks.mock.http.protocol import protocol_of
from mediatasks.signals import heeded

CONNECTIONS = 1000
_START_SECONDS = 10.0
_LOOK_SECONDS = 0.1
_NEVER = 2**31 - 1


class MockServer:
    """The mock behind a port, as a context manager: it listens when the block begins.

    Port 0 takes a free one. Raises UsageError where the address cannot be used, MissingExtra
    without uvicorn.
    """

    def __init__(self, mock: Mock, host: str = "127.0.0.1", port: int = 0) -> None:
        self.mock, self.host, self.port = mock, host, port
        self._server: Any = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The root URL, without a slash at its end."""
        # All addresses of the machine are reached by its loopback one.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.port}"

    def url_of(self, provider: str) -> str:
        """Return the base URL of a provider."""
        return f"{self.url}/{provider}"

    def __enter__(self) -> MockServer:
        return self.start()

    def start(self) -> MockServer:
        """Listen until `stop`. Raises as the constructor does."""
        try:
            import uvicorn
        except ModuleNotFoundError:
            raise MissingExtra("serving the mock", "mock") from None
        listener = _listen(self.host, self.port)
        self.port = listener.getsockname()[1]
        application = AsgiApplication(OriginGuard(self.mock.handle, self.host).handle)
        config = uvicorn.Config(
            application,
            lifespan="off",
            http=protocol_of(application),
            ws="none",
            proxy_headers=False,
            access_log=False,
            log_config=None,
            server_header=False,
            limit_concurrency=CONNECTIONS,
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name="mock", daemon=True
        )
        self._thread.start()
        # uvicorn tells of its start by a flag only.
        pause = threading.Event()
        for _ in range(int(_START_SECONDS / 0.005)):
            if self._server.started:
                return self
            if not self._thread.is_alive():
                break
            pause.wait(0.005)
        raise UsageError(f"the mock did not start on {self.host}:{self.port}")

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self, *, wait: bool = True) -> None:
        """Listen no longer, and send nothing more. Without `wait` the last replies are not waited for."""
        if self._server is not None:
            self._server.should_exit = True
        if wait and self._thread is not None:
            self._thread.join(_START_SECONDS)
        self.mock.queue.stop()

    @property
    def is_running(self) -> bool:
        """Whether the server's thread has not ended yet."""
        return self._thread is not None and self._thread.is_alive()


def serve(mock: Mock, host: str, port: int, ready: Callable[[MockServer], None]) -> None:
    """Serve until a signal asks the process to end; `ready` is called when the port listens.

    Raises UsageError where the address cannot be used.
    """
    # No Event: the handler runs in this thread, and would wait for the lock that this thread holds.
    stops: list[int] = []
    thresholds = gc.get_threshold()
    # What the mock holds is no garbage: to look through all of it takes a second per 300,000 tasks,
    # during which nobody is answered. Cycles of single requests and connections die young, and are
    # looked for while what was just made is still at hand: the more often, the less is seen twice.
    gc.set_threshold(thresholds[0], 0, _NEVER)
    earlier = {number: signal.signal(number, lambda number, _: stops.append(number)) for number in heeded()}
    try:
        with MockServer(mock, host, port) as server:
            if not is_loopback(host):
                print(
                    f"warning: other machines can reach {host}, and the mock's credentials are public",
                    file=sys.stderr,
                )
            ready(server)
            # The system may hand the signal to another thread, which does not wake this one.
            while not stops:
                time.sleep(_LOOK_SECONDS)
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
        gc.set_threshold(*thresholds)


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises UsageError."""
    if not 0 <= port <= 65535:
        raise UsageError(f"no such port: {port}; expected 0 to 65535")
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError):
        raise UsageError(f"no such host: `{host}`; expected an address of this machine") from None
    listener = socket.socket(family, kind, proto)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        reason = (error.strerror or str(error)).lower()
        problem = f"cannot listen on {host}:{port}: {reason}"
        raise UsageError(f"{problem}; choose another --port or --host") from None
    listener.setblocking(False)
    return listener
