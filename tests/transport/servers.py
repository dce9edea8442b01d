"""Servers of the standard library that answer every request with one job: plain, over TLS, and a proxy."""

import contextlib
import http.server
import json
import select
import socket
import ssl
import threading
from collections.abc import Iterator

BODY = json.dumps({"id": 123, "queue_state": "queued", "client": "c"}).encode()


class JobServer(http.server.ThreadingHTTPServer):
    """Answers with a job; `asked` lists (port of the peer, path, headers)."""

    daemon_threads = False  # so that `server_close` waits for them

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), JobHandler)
        self.asked: list[tuple[int, str, dict[str, str]]] = []
        self.context = context

    def finish_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        if not self.context:
            self.RequestHandlerClass(request, client_address, self)  # type: ignore[arg-type]
            return
        with contextlib.suppress(OSError), self.context.wrap_socket(request, server_side=True) as secure:
            self.RequestHandlerClass(secure, client_address, self)  # type: ignore[arg-type]

    def handle_error(self, *_: object) -> None:
        """Say nothing: clients here leave early on purpose."""

    @property
    def url(self) -> str:
        scheme = "https" if self.context else "http"
        return f"{scheme}://localhost:{self.server_port}"

    def ports(self) -> list[int]:
        """The peers' ports: as many as connections were used."""
        return list(dict.fromkeys(port for port, _, _ in self.asked))


class JobHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10  # a connection that a client leaves open ends then
    server: JobServer

    def do_GET(self) -> None:
        self.server.asked.append((self.client_address[1], self.path, dict(self.headers)))
        number = self.path.rpartition("/")[2].partition("?")[0]
        body = BODY.replace(b"123", number.encode()) if number.isdigit() else b"[]"
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.send_header("set-cookie", "seen=1")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class ProxyHandler(http.server.BaseHTTPRequestHandler):
    """Passes requests on: as they are, or by a tunnel."""

    protocol_version = "HTTP/1.1"
    timeout = 10  # a connection that a client leaves open ends then
    server: JobServer

    def do_GET(self) -> None:
        self.server.asked.append((self.client_address[1], self.path, dict(self.headers)))
        host, _, path = self.path.removeprefix("http://").partition("/")
        with socket.create_connection((host.partition(":")[0], int(host.partition(":")[2]))) as there:
            there.sendall(f"GET /{path} HTTP/1.0\r\nhost: {host}\r\n\r\n".encode())
            while data := there.recv(65536):
                self.wfile.write(data)
        self.close_connection = True

    def do_CONNECT(self) -> None:
        self.server.asked.append((self.client_address[1], self.path, dict(self.headers)))
        host, _, port = self.path.partition(":")
        with socket.create_connection((host, int(port))) as there:
            self.send_response(200)
            self.end_headers()
            ends = {self.connection: there, there: self.connection}
            while True:
                for end in select.select(list(ends), [], [], 10)[0] or [None]:
                    data = end.recv(65536) if end else b""
                    if not data:
                        self.close_connection = True
                        return
                    ends[end].sendall(data)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def serving(context: ssl.SSLContext | None = None, proxy: bool = False) -> Iterator[JobServer]:
    """Run a server in a thread."""
    server = JobServer(context)
    if proxy:
        server.RequestHandlerClass = ProxyHandler
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
