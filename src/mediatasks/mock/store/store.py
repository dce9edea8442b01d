"""All that the mock holds of one provider: its collections, seeded with the contract's examples.

Seeds are documented facts and stay as they are: time does not move them. A resource that a client
created, or moved by an operation, lives by the clock.
"""

import random
import threading
from contextlib import AbstractContextManager
from typing import Any

import msgspec

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.model.seeds import seeded
from mediatasks.mock.store.clock import Clock
from mediatasks.mock.store.collection import Behaviour, Collection, Listener


class Store:
    """The collections of one provider by the names of their types, behind one lock.

    Whoever reads or changes them holds the lock.
    """

    def __init__(self, contract: Contract, clock: Clock, seed: int | None) -> None:
        self.contract, self.clock, self.seed = contract, clock, seed
        self.lock: AbstractContextManager[Any] = threading.RLock()
        self.behaviour, self.listener = Behaviour(), Listener()
        resources = contract.resources.values()
        self.collections = {r.name: Collection(contract, r, clock) for r in resources}
        self._living = [c for c in self.collections.values() if c.resource.states]
        self.reset()

    def connect(self, behaviour: Behaviour, listener: Listener) -> None:
        """Let resources live as `behaviour` says, and `listener` hear of it, from now on."""
        self.behaviour, self.listener = behaviour, listener
        for collection in self.collections.values():
            collection.behaviour, collection.listener = behaviour, listener
        behaviour.reset()

    def reset(self) -> None:
        """Go back to the seeded examples."""
        with self.lock:
            rng = self.rng()
            for collection in self.collections.values():
                collection.clear(rng)
                self._seed(collection)
            self.listener.reset()
            self.behaviour.reset()

    def rng(self, start: int = 0) -> random.Random:
        """Return what gives ids at the `start`-th start: others than the starts before it gave."""
        if self.seed is None:
            return random.Random()
        again = f":{start}" if start else ""
        return random.Random(f"{self.seed}:{self.contract.provider}{again}")

    def catch_up(self) -> float:
        """Move all resources that are due; return the time in seconds since 1970."""
        now = self.clock.now()
        for collection in self._living:
            collection.pass_time(now)
        self.behaviour.passed(now)
        self.listener.flush()
        return now

    def next_due(self) -> float | None:
        """Return when the next resource moves; None where none does."""
        dues = (collection.next_due() for collection in self._living)
        return min((due for due in dues if due is not None), default=None)

    def _seed(self, collection: Collection) -> None:
        for value in seeded(self.contract, collection.resource):
            # The contract's own tree must not change when the resource does.
            found = msgspec.json.decode(msgspec.json.encode(value))
            key = collection.key_of(found)
            if key is not None and key not in collection.items:
                collection.lifecycle.settle(collection.add(found), self.clock.now())
