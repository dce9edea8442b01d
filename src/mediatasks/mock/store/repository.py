"""Keep one provider's state in the tables of a state file: read it once, then write what changes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

import msgspec

from mediatasks.mock.store.collection import Kept, Shelf, State

TABLES = (
    "CREATE TABLE providers (name TEXT PRIMARY KEY, starts INTEGER, memory BLOB) WITHOUT ROWID",
    "CREATE TABLE shelves (provider TEXT, type TEXT, number INTEGER, highest BLOB,"
    " PRIMARY KEY (provider, type)) WITHOUT ROWID",
    "CREATE TABLE resources (provider TEXT, type TEXT, number INTEGER, value BLOB, state TEXT,"
    " entered REAL, due REAL, PRIMARY KEY (provider, type, number)) WITHOUT ROWID",
)
_READ = (
    "SELECT number, value, state, entered, due FROM resources"
    " WHERE provider = ? AND type = ? ORDER BY number"
)
_WRITE = "REPLACE INTO resources VALUES (?, ?, ?, ?, ?, ?, ?)"
_REMOVE = "DELETE FROM resources WHERE provider = ? AND type = ? AND number = ?"


class KeptLock:
    """The lock of a state that writes what was changed under it before it is given back."""

    def __init__(self, save: Callable[[], None]) -> None:
        self._lock, self._depth, self._save = threading.RLock(), 0, save

    def __enter__(self) -> KeptLock:
        self._lock.acquire()
        self._depth += 1
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._depth == 1:
                self._save()
        finally:
            self._depth -= 1
            self._lock.release()


class Keeper:
    """One provider's part of the file. `transaction` gives what each write goes through."""

    def __init__(
        self,
        database: sqlite3.Connection,
        transaction: Callable[[], AbstractContextManager[object]],
        state: State,
    ) -> None:
        self.database, self.transaction, self.state = database, transaction, state
        self.name = state.contract.provider
        self._memory = b""

    def start(self) -> None:
        """Fill the state from the file, and keep it from now on.

        What the file does not know yet begins with its seeds. Raises ValueError where the file does
        not fit the contract, sqlite3.Error where it fails.
        """
        row = self._row("SELECT starts, memory FROM providers WHERE name = ?", self.name)
        start = 0 if row is None else row[0] + 1
        # What was started before has given ids, which must not come again.
        rng = self.state.rng(start)
        for name, shelf in self.state.shelves.items():
            kept = self._row(
                "SELECT number, highest FROM shelves WHERE provider = ? AND type = ?", self.name, name
            )
            if kept is None:
                shelf.unsaved, shelf.wiped = {item.number: item for item in shelf.items.values()}, True
            else:
                shelf.clear(rng)
                shelf.restore(self._kept(name), (kept[0], msgspec.json.decode(kept[1])))
                shelf.unsaved, shelf.wiped = {}, False
            shelf.rng = rng
        if row is not None:
            # In place: parts of the simulator may hold it.
            self.state.simulator.memory.clear()
            self.state.simulator.memory.update(msgspec.json.decode(row[1]))
            self.state.simulator.resume()
        with self.transaction():
            self.database.execute("REPLACE INTO providers VALUES (?, ?, ?)", (self.name, start, b"{}"))
        self.save()
        self.state.lock = KeptLock(self.save)
        if self.state.herald is not None:
            self.state.herald.resume()

    def save(self) -> None:
        """Write what has changed. Raises sqlite3.Error, and then tries again the next time."""
        memory = msgspec.json.encode(self.state.simulator.memory)
        changed = [(n, s) for n, s in self.state.shelves.items() if s.unsaved or s.wiped]
        if not changed and memory == self._memory:
            return
        with self.transaction():
            for name, shelf in changed:
                self._write(name, shelf)
            if memory != self._memory:
                self.database.execute("UPDATE providers SET memory = ? WHERE name = ?", (memory, self.name))
        self._memory = memory
        for _, shelf in changed:
            shelf.unsaved, shelf.wiped = {}, False

    def _write(self, name: str, shelf: Shelf) -> None:
        run, unsaved = self.database.execute, shelf.unsaved or {}
        if shelf.wiped:
            run("DELETE FROM resources WHERE provider = ? AND type = ?", (self.name, name))
        for number, item in unsaved.items():
            if shelf.items.get(item.key) is item:
                value = msgspec.json.encode(item.value)
                run(_WRITE, (self.name, name, number, value, item.state, item.entered, item.due))
            else:
                run(_REMOVE, (self.name, name, number))
        last, highest = shelf.counters
        run(
            "REPLACE INTO shelves VALUES (?, ?, ?, ?)",
            (self.name, name, last, msgspec.json.encode(highest)),
        )

    def _row(self, query: str, *values: str) -> Any:
        return self.database.execute(query, values).fetchone()

    def _kept(self, name: str) -> Iterator[Kept]:
        for number, value, state, entered, due in self.database.execute(_READ, (self.name, name)):
            yield number, msgspec.json.decode(value), state, entered, due
