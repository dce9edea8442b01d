"""Contracts, typed clients, mock servers and contract checks for video task APIs.

The clients (`mediatasks.TaskEngine`, `mediatasks.AsyncTaskEngine`, …) are loaded when first used;
`mediatasks_clients.CLIENTS`, which is generated, lists them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mediatasks_clients import *  # noqa: F403

    __version__: str


# Type checkers see the names above; a `__getattr__` would make any other name pass.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name == "__version__":
            # Read when it is asked for: the metadata of packages takes longer to load than this one.
            from importlib.metadata import version

            return version("mediatasks")
        import mediatasks_clients

        if name == "__all__":
            return list(mediatasks_clients.CLIENTS)
        if name in mediatasks_clients.CLIENTS:
            return getattr(mediatasks_clients, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    import mediatasks_clients

    return sorted([*globals(), "__version__", *mediatasks_clients.CLIENTS])
