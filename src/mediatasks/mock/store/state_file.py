"""Keep what the mock holds in a file, so that it outlives the process, however that ends.

Everything that a request changed is written in one SQLite transaction before the lock of the state
is given back, so before the reply leaves: a killed process loses nothing that it has answered, and
leaves nothing half-written. (A machine that loses its power may lose the last moments; the file
stays whole.)
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from mediatasks.errors import UsageError
from mediatasks.mock.store.clock import Clock
from mediatasks.mock.store.repository import TABLES, StoreRepository
from mediatasks.mock.store.store import Store

VERSION = 2
_APPLICATION = 0x6D746D6B  # "mtmk" in the file's header
_CLOCK = "CREATE TABLE clock (one INTEGER PRIMARY KEY, real REAL, shown REAL, speed REAL)"
_ADVICE = "name another file, or remove it to start anew"
# What SQLite's error codes mean here.
_PROBLEMS = {
    "SQLITE_BUSY": "another process uses it; end that one, or name another file",
    "SQLITE_LOCKED": "another process uses it; end that one, or name another file",
    "SQLITE_CANTOPEN": "cannot be opened for writing; name a file in a folder of yours",
    "SQLITE_READONLY": "cannot be written; name a file in a folder of yours",
    "SQLITE_PERM": "cannot be written; name a file in a folder of yours",
    "SQLITE_NOTADB": f"is not a database; {_ADVICE}",
    "SQLITE_CORRUPT": f"is damaged; {_ADVICE}",
    "SQLITE_FULL": "cannot grow: the disk is full",
    "SQLITE_IOERR": "cannot be read or written: the disk or the file system fails",
}
# A clock that is this many seconds off from what the file says has been moved.
_DRIFT = 0.5


class HasStores(Protocol):
    """What a file keeps: a mock."""

    clock: Clock

    @property
    def stores(self) -> list[Store]:
        """What it holds, by provider."""


class StateFile:
    """The file, held by this process alone until `close`; also a context manager.

    Raises UsageError where it cannot be used, where another process has it, where it is no file of
    the mock or one of another version.

        with StateFile("mock.db") as file:
            mock = Mock(contracts, file.clock(speed=1.0))
            file.keep(mock)
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._lock = threading.RLock()
        self._clock: Clock | None = None
        self._anchor: tuple[float, float, float] | None = None
        try:
            self._database = sqlite3.connect(
                self.path, isolation_level=None, check_same_thread=False, timeout=1.0
            )
        except sqlite3.Error as error:
            raise self._unusable(error) from None
        try:
            self._open()
        except sqlite3.Error as error:
            self._database.close()
            raise self._unusable(error) from None
        except UsageError:
            self._database.close()
            raise

    def _open(self) -> None:
        run = self._database.execute
        # Held until the process ends: two mocks in one file would not see each other's changes.
        run("PRAGMA locking_mode=EXCLUSIVE")
        application, version = (
            run(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        tables = run("SELECT count(*) FROM sqlite_master").fetchone()[0]
        is_new = not (tables or application or version)
        if not is_new and application != _APPLICATION:
            raise UsageError(f"{self.path}: a database of something else; {_ADVICE}")
        if not is_new and version != VERSION:
            problem = f"a state file of version {version}, and this mock reads version {VERSION}"
            raise UsageError(f"{self.path}: {problem}; {_ADVICE}")
        run("PRAGMA journal_mode=WAL")
        # What has left the process survives its end; there is no need to wait for the disk.
        run("PRAGMA synchronous=NORMAL")
        with self._transaction():
            if is_new:
                for table in (_CLOCK, *TABLES):
                    run(table)
                run(f"PRAGMA application_id={_APPLICATION}")
                run(f"PRAGMA user_version={VERSION}")
        self._anchor = run("SELECT real, shown, speed FROM clock").fetchone()

    def _unusable(self, error: Exception) -> UsageError:
        name = str(getattr(error, "sqlite_errorname", ""))
        problem = next((said for code, said in _PROBLEMS.items() if name.startswith(code)), "")
        return UsageError(f"{self.path}: {problem or f'cannot be used; {_ADVICE}'}")

    def clock(self, speed: float) -> Clock:
        """Return the clock that goes on where the last one was, from now on at `speed`.

        Time has passed while nothing was served, as fast as it did before.
        """
        at = None if self._anchor is None else _shown(self._anchor, time.time())
        self._clock = Clock(speed, at)
        self._clock.watch(self.save_clock)
        self.save_clock()
        return self._clock

    def keep(self, mock: HasStores) -> None:
        """Fill the mock from the file, and write into it whatever changes from now on.

        A provider that the file does not know yet begins with its seeds. Raises UsageError where
        the file does not fit the contracts.
        """
        self._clock = mock.clock
        try:
            for store in mock.stores:
                with store.lock:
                    StoreRepository(self._database, self._transaction, store).start()
        except (ValueError, KeyError) as error:
            problem = f"does not fit the contracts: it holds {error}"
            raise UsageError(f"{self.path}: {problem}; {_ADVICE}") from None
        except sqlite3.Error as error:
            raise self._unusable(error) from None

    def save_clock(self) -> None:
        """Write down where the clock is, if it was moved."""
        with self._transaction():
            pass

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._database.close()

    def __enter__(self) -> StateFile:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Write all that the block writes, or nothing of it; and the clock, if it was moved."""
        with self._lock:
            run = self._database.execute
            run("BEGIN IMMEDIATE")
            try:
                yield
                anchor = self._moved()
                if anchor is not None:
                    run("REPLACE INTO clock VALUES (1, ?, ?, ?)", anchor)
                run("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    run("ROLLBACK")
                raise
            self._anchor = anchor or self._anchor

    def _moved(self) -> tuple[float, float, float] | None:
        """Return where the clock is; None where the file's tells the same."""
        clock, anchor = self._clock, self._anchor
        if clock is None:
            return None
        now = (time.time(), clock.now(), clock.speed)
        same = anchor is not None and anchor[2] == now[2] and abs(_shown(anchor, now[0]) - now[1]) < _DRIFT
        return None if same else now


def _shown(anchor: Any, real: float) -> float:
    """Return what a clock shows at the moment `real` that went on from `anchor`."""
    since, shown, speed = anchor
    return float(shown + max(0.0, real - since) * speed)
