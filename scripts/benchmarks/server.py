"""A server that answers every request with one body, in a process of its own.

It does next to nothing, so that what is measured is the client.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from benchmarks.measurement import NotRun


@contextlib.contextmanager
def serve(body: bytes) -> Iterator[str]:
    """Serve `body` as JSON on a free port of the loopback and yield the base URL. Raises NotRun."""
    command = [sys.executable, "-m", "benchmarks.server"]
    folder = Path(__file__).resolve().parents[1]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(body)
            process.stdin.close()
            port = process.stdout.readline().decode().strip()
            if not port.isdecimal():
                raise NotRun("the loopback server did not start")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


class FixedReply(asyncio.Protocol):
    """One connection: a reply for each end of a request's header. Requests have no bodies here."""

    def __init__(self, reply: bytes) -> None:
        self._reply, self._rest = reply, b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        # uvloop's transports do not inherit from asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Answer each whole request."""
        assert self._transport
        *whole, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for _ in whole:
            self._transport.write(self._reply)


async def _run(body: bytes) -> None:
    head = (
        "HTTP/1.1 200 OK\r\nserver: fixed\r\ncontent-type: application/json; charset=utf-8\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    reply = head.encode() + body
    server = await asyncio.get_running_loop().create_server(lambda: FixedReply(reply), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    """Read the body from standard input, print the port, serve until terminated."""
    body = sys.stdin.buffer.read()
    try:
        import uvloop
    except ModuleNotFoundError:
        asyncio.run(_run(body))
    else:
        uvloop.run(_run(body))


if __name__ == "__main__":
    main()
