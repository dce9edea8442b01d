"""Keep one provider's state in the tables of a state file: read it once, then write what changes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import msgspec

from mediatasks.mock.store.collection import Collection, Kept
from mediatasks.mock.store.store import Store

TABLES = (
    "CREATE TABLE providers (name TEXT PRIMARY KEY, starts INTEGER, memory BLOB) WITHOUT ROWID",
    "CREATE TABLE collections (provider TEXT, type TEXT, number INTEGER, highest BLOB,"
    " PRIMARY KEY (provider, type)) WITHOUT ROWID",
    "CREATE TABLE resources (provider TEXT, type TEXT, number INTEGER, value BLOB, state TEXT,"
    " entered REAL, due REAL, private BLOB, PRIMARY KEY (provider, type, number)) WITHOUT ROWID",
)
_READ = (
    "SELECT number, value, state, entered, due, private FROM resources"
    " WHERE provider = ? AND type = ? ORDER BY number"
)
_WRITE = "REPLACE INTO resources VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_REMOVE = "DELETE FROM resources WHERE provider = ? AND type = ? AND number = ?"


class KeptLock:
    """The lock of a state that writes what was changed under it before it is given back."""

    def __init__(self, save: Callable[[], None]) -> None:
        self._lock, self._depth, self._save = threading.RLock(), 0, save

    def __enter__(self) -> KeptLock:
        self._lock.acquire()
        self._depth += 1
        return self

    def __exit__(self, *error: object) -> None:
        try:
            if self._depth == 1:
                self._save()
        finally:
            self._depth -= 1
            self._lock.release()


class StoreRepository:
    """One provider's part of the file. `transaction` gives what each write goes through."""

    def __init__(
        self,
        database: sqlite3.Connection,
        transaction: Callable[[], AbstractContextManager[object]],
        store: Store,
    ) -> None:
        self.database, self.transaction, self.store = database, transaction, store
        self.name = store.contract.provider
        self._memory = b""

    def start(self) -> None:
        """Fill the state from the file, and keep it from now on.

        What the file does not know yet begins with its seeds. Raises ValueError where the file does
        not fit the contract, sqlite3.Error where it fails.
        """
        row = self._row("SELECT starts, memory FROM providers WHERE name = ?", self.name)
        start = 0 if row is None else row[0] + 1
        # What was started before has given ids, which must not come again.
        rng = self.store.rng(start)
        for name, collection in self.store.collections.items():
            kept = self._row(
                "SELECT number, highest FROM collections WHERE provider = ? AND type = ?", self.name, name
            )
            if kept is None:
                collection.unsaved = {item.number: item for item in collection.items.values()}
                collection.wiped = True
            else:
                collection.clear(rng)
                collection.restore(self._kept(name), (kept[0], msgspec.json.decode(kept[1])))
                collection.unsaved, collection.wiped = {}, False
            collection.rng = rng
        if row is not None:
            # In place: parts of the simulator may hold it.
            self.store.behaviour.memory.clear()
            self.store.behaviour.memory.update(msgspec.json.decode(row[1]))
            self.store.behaviour.resume()
        with self.transaction():
            self.database.execute("REPLACE INTO providers VALUES (?, ?, ?)", (self.name, start, b"{}"))
        self.save()
        self.store.lock = KeptLock(self.save)
        self.store.listener.resume()

    def save(self) -> None:
        """Write what has changed. Raises sqlite3.Error, and then tries again the next time."""
        memory = msgspec.json.encode(self.store.behaviour.memory)
        changed = [(n, s) for n, s in self.store.collections.items() if s.unsaved or s.wiped]
        if not changed and memory == self._memory:
            return
        with self.transaction():
            for name, collection in changed:
                self._write(name, collection)
            if memory != self._memory:
                self.database.execute("UPDATE providers SET memory = ? WHERE name = ?", (memory, self.name))
        self._memory = memory
        for _, collection in changed:
            collection.unsaved, collection.wiped = {}, False

    def _write(self, name: str, collection: Collection) -> None:
        run, unsaved = self.database.execute, collection.unsaved or {}
        if collection.wiped:
            run("DELETE FROM resources WHERE provider = ? AND type = ?", (self.name, name))
        for number, item in unsaved.items():
            if collection.items.get(item.key) is item:
                value, private = msgspec.json.encode(item.value), msgspec.json.encode(item.private)
                life = item.state, item.entered, item.due
                run(_WRITE, (self.name, name, number, value, *life, private))
            else:
                run(_REMOVE, (self.name, name, number))
        last, highest = collection.counters
        run(
            "REPLACE INTO collections VALUES (?, ?, ?, ?)",
            (self.name, name, last, msgspec.json.encode(highest)),
        )

    def _row(self, query: str, *values: str) -> Any:
        return self.database.execute(query, values).fetchone()

    def _kept(self, name: str) -> Iterator[Kept]:
        decode = msgspec.json.decode
        for number, value, *life, private in self.database.execute(_READ, (self.name, name)):
            yield number, decode(value), *life, decode(private)
