"""A real HTTP receiver on loopback that keeps what it was sent."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """`heard` holds (method, path, headers by lower-case name, body bytes); `status` is what it answers.

    `redirect` is where it sends the client instead; `hold` makes it wait for `released`.
    """

    def __init__(self):
        self.heard, self.status, self.redirect = [], 200, None
        self.hold, self.released = False, threading.Event()

    @property
    def bodies(self):
        return [json.loads(body) for _, _, _, body in self.heard]

    @property
    def paths(self):
        return [path for _, path, _, _ in self.heard]

    def answer(self, handler):
        body = handler.rfile.read(int(handler.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.heard.append((handler.command, handler.path, headers, body))
        if self.hold:
            self.released.wait(10)
        handler.send_response(302 if self.redirect else self.status)
        if self.redirect:
            handler.send_header("location", self.redirect)
        handler.end_headers()


@contextmanager
def receiving():
    """Serve a receiver while the block runs."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            receiver.answer(self)

        def do_POST(self):
            receiver.answer(self)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.port = server.server_port
        receiver.url = f"http://127.0.0.1:{receiver.port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            receiver.released.set()
            server.shutdown()
            thread.join()
