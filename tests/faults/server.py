"""A server of raw sockets that follows a script: bytes, pauses and resets, one script per request."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

NO_LINGER = struct.pack("ii", 1, 0)
PATIENCE = 20.0


class Gone(Exception):
    """The client has closed the connection, or the test is over."""


@dataclass(frozen=True)
class Asked:
    """One request as it came: the head as text, and the body."""

    head: str
    body: bytes

    @property
    def method(self) -> str:
        return self.head.split(" ", 1)[0]

    @property
    def target(self) -> str:
        return self.head.split(" ", 2)[1]


class Peer:
    """The server's end of one connection, for scripts."""

    def __init__(self, server: "ScriptedServer", sock: socket.socket) -> None:
        self.server, self.sock = server, sock
        self.sent = 0
        sock.settimeout(0.05)

    def send(self, data: bytes) -> None:
        """Send all of `data`, however slowly it is read."""
        view = memoryview(data)
        while view:
            self.check()
            try:
                count = self.sock.send(view)
            except TimeoutError:
                continue
            except OSError:
                raise Gone from None
            self.sent += count
            view = view[count:]

    def drip(self, data: bytes, pause: float = 0.05) -> None:
        """Send `data` one byte at a time."""
        for i in range(len(data)):
            self.send(data[i : i + 1])
            self.pause(pause)

    def pause(self, seconds: float) -> None:
        """Wait, unless the client leaves before."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.check()
            self.sock.settimeout(min(left, 0.05))
            with contextlib.suppress(TimeoutError):
                if not self._peek():
                    raise Gone

    def _peek(self) -> bytes:
        try:
            return self.sock.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            raise
        except OSError:
            raise Gone from None

    def read_request(self) -> Asked:
        """Return the next request. Raises Gone at the end of the connection."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._read()
        head, _, body = data.partition(b"\r\n\r\n")
        text = head.decode("latin-1")
        length = 0
        for line in text.split("\r\n")[1:]:
            name, _, value = line.partition(":")
            if name.lower() == "content-length":
                length = int(value)
        while len(body) < length:
            body += self._read()
        return Asked(text, body)

    def _read(self) -> bytes:
        self.sock.settimeout(0.05)
        while True:
            self.check()
            try:
                data = self.sock.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                raise Gone from None
            if not data:
                raise Gone
            return data

    def check(self) -> None:
        """Raise Gone once the test is over."""
        if self.server.over.is_set():
            raise Gone

    def close(self) -> None:
        """Close in order."""
        self.sock.close()

    def reset(self) -> None:
        """Close with a reset. The pause lets the client read first what was sent before."""
        time.sleep(0.05)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self.sock.close()


Script = Callable[[Peer], None]


class ScriptedServer:
    """Answers the n-th request by the n-th script; the last one answers all the others.

    `unread` scripts run as soon as a connection opens, before any request is read.
    """

    def __init__(
        self, scripts: Sequence[Script], unread: bool = False, address: tuple[str, int] = ("127.0.0.1", 0)
    ) -> None:
        self.scripts, self.unread = list(scripts), unread
        self.asked: list[Asked] = []
        self.accepted = 0
        self.sent = 0
        self.over = threading.Event()
        self._served = 0
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._socket = socket.create_server(address, backlog=64)
        self._socket.settimeout(0.01)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._accepting = threading.Thread(target=self._accept)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._accepting.join(PATIENCE)
        for thread in self._threads:
            thread.join(PATIENCE)
        self._socket.close()

    def all_left(self) -> bool:
        """Whether every client has closed its connections, without the server's doing."""
        end = time.monotonic() + 5
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _accept(self) -> None:
        while not self.over.is_set():
            try:
                sock, _ = self._socket.accept()
            except TimeoutError:
                continue
            self.accepted += 1
            thread = threading.Thread(target=self._serve, args=(Peer(self, sock),))
            thread.start()
            self._threads.append(thread)

    def _serve(self, peer: Peer) -> None:
        with contextlib.suppress(Gone), contextlib.closing(peer.sock):
            while peer.sock.fileno() != -1:
                if not self.unread:
                    asked = peer.read_request()
                    self.asked.append(asked)
                self._next()(peer)
        self.sent += peer.sent

    def _next(self) -> Script:
        with self._lock:
            script = self.scripts[min(self._served, len(self.scripts) - 1)]
            self._served += 1
            return script


@contextlib.contextmanager
def refusing() -> Iterator[str]:
    """Yield the URL of a port that nobody listens at."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"


@contextlib.contextmanager
def unanswering() -> Iterator[tuple[str, int]]:
    """Yield an address whose connections never open: its queue of connections is full."""
    with socket.socket() as sock, contextlib.ExitStack() as stack:
        sock.bind(("127.0.0.1", 0))
        sock.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(sock.getsockname())
        yield sock.getsockname()
