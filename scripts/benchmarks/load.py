"""Load on an HTTP server from a process of its own: 32 kept connections that never pause.

`python -m benchmarks.load` reads one JSON turn per line (`port`, `request` as text, `seconds`) and
answers each with a line: `count`, `seconds`, `p99` (seconds) and `statuses`.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from benchmarks.measurement import NotRun

CONNECTIONS = 32


@dataclass(frozen=True)
class Turn:
    """What one turn came to: seconds per request of all connections together, and the 99th percentile."""

    cost: float
    p99: float


class Load:
    """The process, as a context manager."""

    def __enter__(self) -> Load:
        command = [sys.executable, "-m", "benchmarks.load"]
        folder = Path(__file__).resolve().parents[1]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=folder, text=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def turn(self, port: int, request: str, seconds: float) -> Turn:
        """Send `request` for so many seconds. Raises NotRun where a reply is not 2xx."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([port, request, seconds]) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"error": "the load process ended"}')
        if "error" in answer:
            raise NotRun(f"{request.partition(' HTTP')[0]}: {answer['error']}")
        return Turn(answer["seconds"] / answer["count"], answer["p99"])


class Connection(asyncio.Protocol):
    """One connection: the next request leaves when the last reply is there."""

    def __init__(self, request: bytes, end: float, statuses: Counter[str]) -> None:
        self.request, self.end, self.statuses = request, end, statuses
        self.times: list[float] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        # uvloop's transports do not inherit from asyncio's.
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """Take a reply in; send the next request while there is time."""
        self._rest = self._rest + data if self._rest else data
        if not _is_whole(self._rest):
            return
        now = time.perf_counter()
        self.times.append(now - self._sent)
        self.statuses[self._rest[9:12].decode()] += 1
        self._rest = b""
        if now < self.end:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Tell that it is over."""
        if not self.done.done():
            self.done.set_result(None)


def _is_whole(data: bytes) -> bool:
    head, end, body = data.partition(b"\r\n\r\n")
    if not end:
        return False
    lower = head.lower()
    at = lower.find(b"content-length:")
    if at < 0:
        return body.endswith(b"0\r\n\r\n") if b"transfer-encoding: chunked" in lower else True
    return len(body) >= int(lower[at + 15 :].split(b"\r\n", 1)[0])


async def _load(port: int, request: bytes, seconds: float) -> dict[str, Any]:
    statuses: Counter[str] = Counter()
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    connections = [Connection(request, started + seconds, statuses) for _ in range(CONNECTIONS)]
    waiting = iter(connections)
    for _ in connections:
        await loop.create_connection(lambda: next(waiting), "127.0.0.1", port)
    await asyncio.gather(*(connection.done for connection in connections))
    took = time.perf_counter() - started
    times = sorted(t for connection in connections for t in connection.times)
    odd = {status: count for status, count in statuses.items() if not status.startswith("2")}
    if odd or not times:
        return {"error": f"answered {odd or 'nothing'}"}
    return {"count": len(times), "seconds": took, "p99": times[int(len(times) * 0.99)]}


def main() -> None:
    """Carry out the turns of standard input until it ends."""
    try:
        import uvloop
    except ModuleNotFoundError:
        runner = asyncio.Runner()
    else:
        runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
    with runner:
        for line in sys.stdin:
            port, request, seconds = json.loads(line)
            print(json.dumps(runner.run(_load(port, request.encode(), seconds))), flush=True)


if __name__ == "__main__":
    main()
