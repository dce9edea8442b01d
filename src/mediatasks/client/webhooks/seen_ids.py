"""Ids of webhooks that were taken before, so that none is taken twice."""

import threading
from collections import OrderedDict
from typing import Protocol, runtime_checkable

from mediatasks.errors import UsageError


@runtime_checkable
class SeenIds(Protocol):
    """A store of the ids of events, such as a table or a Redis server that several processes share.

    `claim` must be atomic, and an id must be kept for at least the tolerance of `Webhooks.parse`.
    """

    def claim(self, id: str) -> bool:
        """Keep `id`; return whether it was not there yet."""

    def release(self, id: str) -> None:
        """Forget `id`: its event was not handled, and may come again."""


class SeenInMemory:
    """Keeps the ids of the last `most` events in this process; safe to share between threads."""

    def __init__(self, most: int = 100_000) -> None:
        if not isinstance(most, int) or isinstance(most, bool) or most < 1:
            raise UsageError(f"`most` must be an integer of at least 1, got {most!r}")
        self._most = most
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def claim(self, id: str) -> bool:
        """Keep `id`, and drop the oldest one beyond `most`; return whether it was not there yet."""
        with self._lock:
            if id in self._ids:
                return False
            self._ids[id] = None
            if len(self._ids) > self._most:
                self._ids.popitem(last=False)
            return True

    def release(self, id: str) -> None:
        """Forget `id`."""
        with self._lock:
            self._ids.pop(id, None)

    def __len__(self) -> int:
        return len(self._ids)
