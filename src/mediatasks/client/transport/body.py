"""Collect the body of one reply: decompress it, and keep it under a limit on the way."""

import contextlib
import zlib
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping

from mediatasks.client.exchange import BadEncoding, TooLong


class Body:
    """A body that grows chunk by chunk; neither what came nor what it unpacks to passes the limit."""

    def __init__(self, status: int, headers: Mapping[str, str], limit: int) -> None:
        self.status, self.limit = status, limit
        self.chunks: list[bytes] = []
        self.received = self.size = 0
        self.encoding = headers.get("content-encoding", "identity").strip().lower()
        self.inflater = None
        if self.encoding in ("gzip", "x-gzip", "deflate"):
            # 47: gzip or zlib header, whichever comes.
            self.inflater = zlib.decompressobj(47)
        elif self.encoding not in ("identity", "") and self.succeeded:
            raise BadEncoding(status, self.encoding, b"")

    @property
    def succeeded(self) -> bool:
        """Whether the status is 2xx, so that the body matters more than the status."""
        return 200 <= self.status < 300

    @property
    def start(self) -> bytes:
        """How the body begins."""
        return self.chunks[0] if self.chunks else b""

    def add(self, chunk: bytes) -> None:
        """Add one chunk as it came. Raises TooLong or BadEncoding."""
        self.received += len(chunk)
        if self.received > self.limit:
            raise TooLong(self.status, self.start or chunk)
        if self.inflater is not None:
            chunk = self._inflate(chunk)
        if chunk:
            self.size += len(chunk)
            self.chunks.append(chunk)
        if self.size > self.limit:
            raise TooLong(self.status, self.start)

    def _inflate(self, chunk: bytes) -> bytes:
        parts = []
        # No more than the limit is ever unpacked, however much a chunk would give.
        room = self.limit - self.size + 1
        rest = chunk
        try:
            while rest and room > 0:
                if self.inflater is None or self.inflater.eof:
                    # One gzip file may follow another (RFC 1952, 2.2).
                    self.inflater = zlib.decompressobj(47)
                parts.append(self.inflater.decompress(rest, room))
                room -= len(parts[-1])
                rest = self.inflater.unused_data
        except zlib.error:
            raise BadEncoding(self.status, self.encoding, self.start or chunk) from None
        return b"".join(parts)

    def done(self) -> bytes:
        """Return the whole body. Raises BadEncoding if it ends too early."""
        if self.inflater is not None and self.received and not self.inflater.eof:
            raise BadEncoding(self.status, self.encoding, self.start)
        return b"".join(self.chunks)

    def salvage(self, error: TooLong | BadEncoding) -> bytes:
        """Return the start of a failure's body, whose status says enough; raise `error` for a success."""
        if self.succeeded:
            raise error
        return error.start


def collect(status: int, headers: Mapping[str, str], chunks: Iterable[bytes], limit: int) -> bytes:
    """Return the body made of `chunks`. Raises TooLong or BadEncoding where the status is 2xx."""
    body = Body(status, headers, limit)
    try:
        for chunk in chunks:
            body.add(chunk)
        return body.done()
    except (TooLong, BadEncoding) as error:
        return body.salvage(error)


async def acollect(
    status: int,
    headers: Mapping[str, str],
    chunks: AsyncIterable[bytes],
    limit: int,
    close: Callable[[], Awaitable[None]],
) -> bytes:
    """Do the same asynchronously; `close` ends the connection of a body that is not read to its end."""
    body = Body(status, headers, limit)
    iterator = aiter(chunks)
    try:
        async for chunk in iterator:
            body.add(chunk)
        return body.done()
    except (TooLong, BadEncoding) as error:
        await close()
        # Generators that are left half-way are closed later, by tasks of the event loop's own; these
        # end now, because their connection is closed.
        with contextlib.suppress(Exception):
            async for _ in iterator:
                pass
        return body.salvage(error)
