"""The resources of one type, and how they live: what moves them, and who hears of it."""

from __future__ import annotations

import heapq
import random
import uuid
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from mediatasks.contracts.equality import text_of
from mediatasks.contracts.lifecycle.resource import Move, Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.model.seeds import account_of
from mediatasks.contracts.pointer import MISSING, drop, get, put
from mediatasks.contracts.schema.shape import Place
from mediatasks.mock.store.clock import Clock
from mediatasks.mock.store.index import Index, SortOrder
from mediatasks.mock.store.lifecycle import Item, Lifecycle

# A lifecycle may go round; a clock that leaps must not make it go round for ever: after so many
# moves at once a resource rests for so many seconds.
_MOVES = 1000
_REST = 1.0

# A resource as a state file keeps it: number, value, state, entered, due, private.
Kept = tuple[int, Any, str | None, float, float | None, dict[str, Any]]


class Behaviour:
    """How resources live by their contract alone; a simulator overrides what its provider does otherwise.

    `memory` holds JSON values that are no resource, and outlives the process in a state file.
    """

    def __init__(self) -> None:
        self.memory: dict[str, Any] = {}

    def reset(self) -> None:
        """Begin anew, with the seeded examples."""
        self.memory = {}

    def resume(self) -> None:
        """Go on with resources and a memory that a state file has just given back."""

    def first_state(self, collection: Collection, item: Item, at: float) -> str | None:
        """Return the state in which a new resource begins (None: in no known one)."""
        return collection.resource.initial

    def lasts(self, collection: Collection, item: Item, at: float) -> float | None:
        """Return how many seconds the state just entered lasts (None: time does not end it)."""
        return collection.lifecycle.lasts[item.state or ""]

    def leaves(self, collection: Collection, item: Item, at: float) -> Move | None:
        """Return where a resource goes whose time is over at `at`; None: it stays."""
        return collection.resource.states[item.state or ""].usual

    def entered(self, collection: Collection, item: Item, before: str | None, at: float) -> None:
        """Do what belongs to a resource's new state; `before` is the one that it left."""

    def tells(self, collection: Collection, item: Item, event: str, body: Any, at: float) -> Any:
        """Return the body of a webhook or callback, whole; None: it is not sent."""
        return body

    def passed(self, now: float) -> None:
        """Do what time brings besides the moves of resources."""


class Listener:
    """Who hears of what happens to resources; this one does nothing about it."""

    def reset(self) -> None:
        """Begin anew, with the seeded examples."""

    def resume(self) -> None:
        """Go on with resources that a state file has just given back."""

    def leaving(self, item: Item) -> None:
        """Hear of a resource that is about to leave its state."""

    def entered(self, collection: Collection, item: Item, before: str | None, at: float) -> None:
        """Hear of a resource that has entered a state; `before` is the one that it left."""

    def flush(self) -> None:
        """Hear that the new resources are whole."""


class Collection:
    """The resources of one type, by key. `account` owns them; `MISSING` where they have no owner."""

    def __init__(self, contract: Contract, resource: Resource, clock: Clock) -> None:
        self.resource, self.clock = resource, clock
        self.behaviour, self.listener = Behaviour(), Listener()
        self.lifecycle = Lifecycle(contract, resource)
        self.account = account_of(contract, resource)
        self._key = [self.lifecycle.place(pointer) for pointer in resource.key]
        chain: str | None = resource.data.get("chain")
        self._chain = None if chain is None else self.lifecycle.place(chain)
        # What a state file has yet to write, by number; None where there is no file.
        self.unsaved: dict[int, Item] | None = None
        self.clear(random.Random())

    def clear(self, rng: random.Random) -> None:
        """Hold nothing; ids come from `rng` from now on."""
        self.rng = rng
        self.items: dict[tuple[str, ...], Item] = {}
        self._due: list[tuple[float, int, Item]] = []
        self._number = 0
        self._highest: dict[str, int] = {}
        self._indexes: dict[SortOrder, Index] = {}
        self._stale: dict[int, Item] = {}
        self.wiped = True
        # How many resources were removed or replaced so far.
        self.losses = 0
        if self.unsaved is not None:
            self.unsaved = {}

    def holds(self, item: Item) -> bool:
        """Whether the resource is here, neither removed nor replaced."""
        return self.items.get(item.key) is item

    def changed(self, item: Item) -> None:
        """Have replies, indexes and the state file follow a change.

        Who changes `item.value` in place calls it.
        """
        item.outdate()
        self._note(item)

    def _note(self, item: Item) -> None:
        if self._indexes:
            self._stale[item.number] = item
        if self.unsaved is not None:
            self.unsaved[item.number] = item

    def index(self, order: SortOrder) -> Index:
        """Return the resources in an order, up to date."""
        if self._stale:
            for index in self._indexes.values():
                index.update(self._stale, self.items)
            self._stale = {}
        if order not in self._indexes:
            self._indexes[order] = Index(order, self.resource, self.items.values())
        return self._indexes[order]

    @property
    def counters(self) -> tuple[int, dict[str, int]]:
        """The last number given to a resource, and the highest integer of each part of the key."""
        return self._number, self._highest

    def restore(self, kept: Iterable[Kept], counters: tuple[int, dict[str, int]]) -> None:
        """Hold what was kept, instead of the seeds. Raises ValueError where it does not fit."""
        for number, value, state, entered, due, private in kept:
            self._number = number - 1
            item = self.add(value, private)
            if state is not None and state not in self.resource.states:
                raise ValueError(f"a {self.resource.name} in the state `{state}`")
            item.enter(value, state, entered)
            item.plan(due)
            self.watch(item)
        self._number, self._highest = counters

    def key_of(self, value: Any) -> tuple[str, ...] | None:
        """Return the key of a resource; None where a part of it is missing."""
        key: list[str] = []
        for place in self._key:
            part = place.read(value)
            if part is MISSING or isinstance(part, (dict, list)):
                return None
            key.append(text_of(part))
        return tuple(key)

    def is_own(self, item: Item) -> bool:
        """Whether a resource belongs to the account that asks, or to nobody."""
        pointer = self.resource.owner
        return pointer is None or get(item.value, pointer) in (MISSING, self.account)

    def complete_key(self, value: Any) -> Any:
        """Write the missing parts of a new resource's key: the next integer, or a UUID."""
        for place in self._key:
            if place.read(value) is MISSING:
                value = place.write(value, self._new_id(place))
        return self._begin_chain(value)

    def _begin_chain(self, value: Any) -> Any:
        """Tie a resource that no other led to, and its successors, to its own id."""
        return value if self._chain is None else self._chain.fill(value, self._key[0].read(value))

    def _new_id(self, place: Place) -> Any:
        is_known = place.pointer in self._highest and "string" not in place.types
        if "integer" in place.types or is_known:
            return self._highest.get(place.pointer, 0) + 1
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def add(self, value: Any, private: Mapping[str, Any] | None = None) -> Item:
        """Hold a resource with a whole key; one of the same key gives way. Raises ValueError."""
        key = self.key_of(value)
        if key is None:
            raise ValueError(f"a {self.resource.name} without {', '.join(self.resource.key)}")
        self._number += 1
        item = self.items.pop(key, None)
        if item is not None:
            item.plan(None)
            self.losses += 1
        item = self.items[key] = Item(value, key, self._number, self._note, private)
        self._note(item)
        for place, part in zip(self._key, key, strict=True):
            if part.isdecimal() and len(part) < 18:
                number = int(part)
                if number > self._highest.get(place.pointer, 0):
                    self._highest[place.pointer] = number
        return item

    def create(self, value: Any, at: float | None = None, private: Mapping[str, Any] | None = None) -> Item:
        """Hold a client's new resource and start its life, now or at the moment `at`."""
        item = self.add(value, private)
        self.begin(item, self.clock.now() if at is None else at)
        return item

    def begin(self, item: Item, at: float, state: str | None = None) -> None:
        """Start the life of a new resource, where its provider has it begin or in `state`."""
        owner = self.resource.owner
        if owner is not None and self.account is not MISSING and get(item.value, owner) is MISSING:
            item.put(put(item.value, owner, self.account))
        self.lifecycle.begin(item, at)
        state = state or self.behaviour.first_state(self, item, at)
        if state is not None:
            self.enter(item, state, at)

    def enter(self, item: Item, name: str, at: float, restarts: bool = False) -> None:
        """Put a resource into a state at the moment `at`, with all that follows from it."""
        before = item.state
        self.listener.leaving(item)
        self.lifecycle.enter(item, name, at, restarts)
        lasts = self.behaviour.lasts(self, item, at)
        if lasts is not None:
            item.plan(at + lasts)
            self.watch(item)
        self.behaviour.entered(self, item, before, at)
        self.listener.entered(self, item, before, at)

    def move(self, item: Item, name: str) -> None:
        """Put a resource into a state because a client asked for it; from there on it lives."""
        self.enter(item, name, self.clock.now())

    def remove(self, item: Item) -> None:
        """Hold a resource no longer."""
        item.plan(None)
        if self.holds(item):
            del self.items[item.key]
            self.losses += 1
            self.changed(item)

    def watch(self, item: Item) -> None:
        """Have time move the resource when it is due."""
        if item.due is not None:
            heapq.heappush(self._due, (item.due, item.number, item))

    def catch_up(self) -> float:
        """Move all resources that are due; return the time in seconds since 1970."""
        now = self.clock.now()
        self.pass_time(now)
        return now

    def pass_time(self, now: float) -> None:
        """Move all resources that are due at the moment `now`."""
        if not self._due or self._due[0][0] > now:
            return
        moved: dict[int, int] = {}
        while self._due and self._due[0][0] <= now:
            due, number, item = heapq.heappop(self._due)
            if item.due != due:
                continue
            moved[number] = moved.get(number, 0) + 1
            if moved[number] <= _MOVES:
                self._pass_on(item, due)
                continue
            item.plan(now + _REST)
            self.watch(item)

    def busy(self, at: float) -> bool:
        """Whether more is to happen up to the moment `at`."""
        due = self.next_due()
        return due is not None and due <= at

    def next_due(self) -> float | None:
        """Return when the next resource moves; None where none does."""
        while self._due and self._due[0][2].due != self._due[0][0]:
            heapq.heappop(self._due)
        return self._due[0][0] if self._due else None

    def _pass_on(self, item: Item, due: float) -> None:
        # Who takes over the resource must not find it due once more.
        item.plan(None)
        move = self.behaviour.leaves(self, item, due)
        if move is None:
            return
        if move.new_id:
            # The successor takes over; the resource itself stays in the state it is in.
            self.begin(self.copy(item), due, move.to)
            return
        self.enter(item, move.to, due, move.restarts_progress)

    def copy(self, item: Item) -> Item:
        """Hold a fresh copy of a resource under a key of its own; its life has not begun."""
        value = self.lifecycle.renew(item.value)
        value = self._begin_chain(value)
        for pointer in self.resource.key:
            drop(value, pointer)
        return self.add(self.complete_key(value), deepcopy(item.private))

    def ordered(self) -> Iterator[Item]:
        """Yield the resources in order of creation."""
        return iter(self.items.values())
