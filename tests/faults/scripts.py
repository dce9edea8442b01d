"""What a faulty server sends, and how: small functions that make scripts."""

import gzip
import json
import time
import zlib

from tests.faults.server import Peer, Script

JOB = {"id": 123, "queue_state": "queued", "client": "demo-client", "workflow": "vodcapture"}
BODY = json.dumps(JOB).encode()
MIB = 1024 * 1024
BLANKS = b" " * MIB
# A server that holds out longer than any test waits, so that a client without deadline fails and ends.
PATIENCE = 8.0


def reply(
    body: bytes = BODY,
    status: str = "200 OK",
    *headers: str,
    content: str = "application/json",
    length: int | None = None,
) -> bytes:
    """Return a whole reply; `length` is the one it states."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content}", *headers]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def sends(data: bytes) -> Script:
    """Send and keep the connection."""
    return lambda peer: peer.send(data)


def sends_and_closes(data: bytes) -> Script:
    def script(peer: Peer) -> None:
        peer.send(data)
        peer.close()

    return script


def sends_and_resets(data: bytes) -> Script:
    def script(peer: Peer) -> None:
        peer.send(data)
        peer.reset()

    return script


def sends_and_hangs(data: bytes) -> Script:
    def script(peer: Peer) -> None:
        peer.send(data)
        peer.pause(PATIENCE)

    return script


def drips(start: bytes, rest: bytes) -> Script:
    """Send `start` at once, then `rest` byte by byte, again and again; then close."""

    def script(peer: Peer) -> None:
        end = time.monotonic() + PATIENCE
        peer.send(start)
        while time.monotonic() < end:
            peer.drip(rest)

    return script


def floods(start: bytes, block: bytes, count: int) -> Script:
    """Send `start`, then `block` again and again."""

    def script(peer: Peer) -> None:
        peer.send(start)
        for _ in range(count):
            peer.send(block)

    return script


def dribbles(data: bytes, pause: float = 0.005) -> Script:
    """Send a whole reply byte by byte: slow, but in time."""
    return lambda peer: peer.drip(data, pause)


def closes(peer: Peer) -> None:
    peer.close()


def resets(peer: Peer) -> None:
    peer.reset()


def hangs(peer: Peer) -> None:
    peer.pause(PATIENCE)


def head(*headers: str, status: str = "200 OK") -> bytes:
    """Return the head of a reply, without its end."""
    return "\r\n".join([f"HTTP/1.1 {status}", *headers]).encode("latin-1") + b"\r\n"


def chunked(*parts: bytes) -> bytes:
    """Return a whole reply in chunks; each part is a chunk with its size line."""
    start = head("Content-Type: application/json", "Transfer-Encoding: chunked") + b"\r\n"
    return start + b"".join(parts)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def zipped(body: bytes = BODY) -> bytes:
    return gzip.compress(body)


def bomb(size: int) -> bytes:
    """Return `size` bytes of blanks before a job, compressed about a thousandfold."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(BLANKS) for _ in range(size // MIB)]
    return b"".join(parts) + packer.compress(BODY) + packer.flush()


def nested(depth: int) -> bytes:
    return (
        b'{"id": 123, "queue_state": "queued", "parameters": '
        + b'{"a":' * depth
        + b"1"
        + b"}" * depth
        + b"}"
    )
