"""The connection pools inside a client: all that knows private parts of httpx2, httpx and their cores.

Neither library has a public way to leave the connections of a parent process or of an event loop that
has ended, or to give a call a total deadline. What is not found here is left as it is.
"""

import contextlib
import sys
import threading
from collections.abc import Iterator
from typing import Any

from mediatasks.client.transport import fork
from mediatasks.client.transport.deadline import CallersBackend

# The extension of a request by which a pool tells our calls apart.
MARK = "mediatasks"
CORES = {"httpx2": "httpcore2", "httpx": "httpcore"}


class ClientPool:
    """One connection pool of a caller's client."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    def connections(self) -> list[Any]:
        """Return all connections."""
        return list(self._pool.connections)

    def forget(self) -> None:
        """Go on without connections and without the calls that wait for one, in a child process."""
        self._pool._connections = []
        self._pool._requests = []
        # Another thread of the parent may have held it.
        self._pool._optional_thread_lock = type(self._pool._optional_thread_lock)()
        self._mend_lock()

    def forget_idle(self) -> None:
        """Go on without the connections that wait for a call."""
        self._pool._connections = [c for c in self._pool._connections if not c.is_idle()]

    def release_lost(self, mark: object) -> None:
        """Close what the call marked with `mark` left behind, which was interrupted by a signal.

        Which connection that was cannot always be told, so all that serve no other call are closed.
        """
        pool = self._pool
        release_lock(pool)
        with pool._optional_thread_lock:
            pool._requests = [r for r in pool._requests if r.request.extensions.get(MARK) is not mark]
            used = {id(request.connection) for request in pool._requests}
            lost = [c for c in pool._connections if id(c) not in used]
            pool._connections = [c for c in pool._connections if c not in lost]
        fork.close_copies(lost)

    def prepare(self, core: Any) -> None:
        """End the waits of new connections at the deadline of the call, where it is one of ours."""
        self._mend_lock()
        if not isinstance(self._pool._network_backend, CallersBackend):
            self._pool._network_backend = CallersBackend(self._pool._network_backend, core)

    def _mend_lock(self) -> None:
        """Let a thread take the lock of httpcore again: it does so when a signal interrupts it inside."""
        lock = self._pool._optional_thread_lock
        if isinstance(getattr(lock, "_lock", None), type(threading.Lock())):
            lock._lock = threading.RLock()


def release_lock(pool: Any) -> None:
    """Give back the pool's lock where a call of this thread was interrupted while it held it."""
    lock = getattr(getattr(pool, "_optional_thread_lock", None), "_lock", None)
    with contextlib.suppress(RuntimeError, AttributeError):
        while lock is not None:
            lock.release()  # RuntimeError: this thread does not hold it


def find_pools(client: Any, library: Any) -> Iterator[ClientPool]:
    """Yield the pools of the client's transports, those that another transport wraps included."""
    kinds = (library.BaseTransport, library.AsyncBaseTransport)
    waiting = [getattr(client, "_transport", None), *getattr(client, "_mounts", {}).values()]
    seen: set[int] = set()
    while waiting:
        transport = waiting.pop()
        if id(transport) in seen or not isinstance(transport, kinds):
            continue
        seen.add(id(transport))
        members = getattr(transport, "__dict__", {})
        pool = members.get("_pool")
        if all(hasattr(pool, name) for name in ("_connections", "_requests", "_optional_thread_lock")):
            yield ClientPool(pool)
        waiting.extend(members.values())


def prepare_pools(client: Any, library: Any) -> None:
    """Let our calls through a synchronous client end at their deadline, and survive a signal."""
    core = sys.modules.get(CORES[library.__name__])
    for pool in find_pools(client, library):
        if core is not None:
            pool.prepare(core)
