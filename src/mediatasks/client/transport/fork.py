"""What a forked child must leave alone: connections that it shares with its parent.

Two processes that read from one connection get each other's replies. Each transport is told in the
child, before any other code runs there, and goes on with connections of its own.
"""

import contextlib
import os
import weakref
from collections.abc import Iterable
from typing import Any, Protocol


class Forkable(Protocol):
    """Holds connections that a child must not use."""

    def forget_connections(self) -> None:
        """Go on without the connections of the parent. Called in the child."""


_transports: weakref.WeakSet[Any] = weakref.WeakSet()
# Connections of a parent's event loop. Their finalizers would act on what the parent still uses.
_kept: list[Any] = []


def reset_in_child(transport: Forkable) -> None:
    """Call `transport.forget_connections()` in every process that is forked from now on."""
    _transports.add(transport)


def keep(connections: object) -> None:
    """Hold `connections` until the process ends, so that no finalizer touches them."""
    _kept.append(connections)


def close_copies(connections: Iterable[Any]) -> None:
    """Close the child's copies of blocking sockets: nothing is sent, and the parent's stay open."""
    for connection in connections:
        with contextlib.suppress(Exception):
            connection.close()


def _reset() -> None:
    for transport in list(_transports):
        transport.forget_connections()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset)
