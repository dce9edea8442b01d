"""Find resources without looking at all of them: in an order, by the values of their members.

An index is made when a list first asks for its order, and a group when one first asks for its
members; from then on they follow every change of the collection.
"""

from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice, product
from math import prod
from typing import Any

import msgspec

from mediatasks.contracts.equality import text_of
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.pointer import get
from mediatasks.mock.store.lifecycle import Item

# Stands among pointers for the phase that a resource is in.
PHASE = "$phase"
# More groups than this are hardly asked for in turns; the oldest gives way.
_GROUPS = 8
_RANKS = (type(None), bool, int | float, str)

# What is sorted: the rank of the value's type, the value, the item's number (so two are never
# equal), the item.
Entry = tuple[int, Any, int, Item]
# Pointers → the values of which one must be there.
Terms = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class SortOrder:
    """The order of a list: by the member at the pointer `by`, else of creation.

    Those without the member come last, whichever way.
    """

    by: str | None = None
    descending: bool = False

    def entry(self, item: Item) -> Entry:
        """Return what puts an item in its place."""
        if self.by is None:
            return 0, 0, item.number, item
        value = get(item.value, self.by)
        for rank, kind in enumerate(_RANKS):
            if isinstance(value, kind):
                return rank, 0 if value is None else value, item.number, item
        return (-1 if self.descending else len(_RANKS)), 0, item.number, item


CREATION = SortOrder()


class Matches:
    """The items of some sorted lists, in order; nothing is copied until it is asked for."""

    def __init__(self, lists: Sequence[Sequence[Entry]], order: SortOrder) -> None:
        self._lists, self.order = lists, order

    def __len__(self) -> int:
        return sum(map(len, self._lists))

    def __iter__(self) -> Iterator[Item]:
        return self._walk([(0, len(entries)) for entries in self._lists])

    def page(self, skip: int, most: int | None) -> list[Item]:
        """Return `most` items (None: all) after the first `skip`."""
        # A client may ask for any number; there is never more than this.
        skip, most = min(skip, len(self)), len(self) if most is None else min(most, len(self))
        if len(self._lists) != 1:
            return list(islice(self, skip, skip + most))
        size = len(self._lists[0])
        bounds = (0, max(size - skip, 0)) if self.order.descending else (min(skip, size), size)
        return list(islice(self._walk([bounds]), most))

    def _walk(self, bounds: list[tuple[int, int]]) -> Iterator[Item]:
        down = self.order.descending
        ways = [
            map(entries.__getitem__, range(end - 1, start - 1, -1) if down else range(start, end))
            for entries, (start, end) in zip(self._lists, bounds, strict=True)
        ]
        entries = ways[0] if len(ways) == 1 else merge(*ways, reverse=down)
        return (entry[3] for entry in entries)


class Index:
    """The items of one collection in one order."""

    def __init__(self, order: SortOrder, resource: Resource, items: Iterable[Item]) -> None:
        self.order, self.resource = order, resource
        self._fill(items)

    def _fill(self, items: Iterable[Item]) -> None:
        self._entries = {item.number: self.order.entry(item) for item in items}
        self._groups: dict[tuple[str, ...], _Group] = {}

    def update(self, changed: Mapping[int, Item], held: Mapping[tuple[str, ...], Item]) -> None:
        """Follow the changes of some items, by number, to the collection that now holds `held`."""
        if len(changed) * 4 > len(self._entries):
            self._fill(held.values())
            return
        for number, item in changed.items():
            old = self._entries.pop(number, None)
            new = self.order.entry(item) if held.get(item.key) is item else None
            if new is not None:
                self._entries[number] = new
            for group in self._groups.values():
                group.replace(old, new)

    def matches(self, terms: Terms) -> Matches:
        """Return the items that have one of the values at each pointer."""
        pointers = tuple(sorted(terms))
        group = self._groups.get(pointers)
        if group is None:
            if len(self._groups) >= _GROUPS:
                del self._groups[next(iter(self._groups))]
            group = self._groups[pointers] = _Group(self.resource, pointers, self._entries)
        return Matches(group.lists_of([terms[pointer] for pointer in pointers]), self.order)


class _Group:
    """The sorted entries of an index, parted by the values at some pointers."""

    def __init__(self, resource: Resource, pointers: tuple[str, ...], entries: Mapping[int, Entry]) -> None:
        self.resource, self.pointers = resource, pointers
        self.lists: dict[tuple[Hashable, ...], list[Entry]] = {}
        self.places: dict[int, tuple[Hashable, ...]] = {}
        for entry in sorted(entries.values()):
            key = self.places[entry[2]] = self._key(entry[3])
            self.lists.setdefault(key, []).append(entry)

    def replace(self, old: Entry | None, new: Entry | None) -> None:
        """Take one entry out and another in."""
        if old is not None:
            key = self.places.pop(old[2])
            entries = self.lists[key]
            del entries[bisect_left(entries, old)]
            if not entries:
                del self.lists[key]
        if new is not None:
            key = self.places[new[2]] = self._key(new[3])
            insort(self.lists.setdefault(key, []), new)

    def lists_of(self, wanted: list[Sequence[Any]]) -> list[list[Entry]]:
        """Return the lists of the entries that have one of the values at each pointer."""
        sets = [dict.fromkeys(map(_sign, values)) for values in wanted]
        if prod(map(len, sets)) > len(self.lists):
            fitting = (k for k in self.lists if all(part in s for part, s in zip(k, sets, strict=True)))
            return [self.lists[key] for key in fitting]
        return [self.lists[key] for key in product(*sets) if key in self.lists]

    def _key(self, item: Item) -> tuple[Hashable, ...]:
        return tuple(
            _sign(self.resource.phase_of(item.value) if pointer == PHASE else get(item.value, pointer))
            for pointer in self.pointers
        )


def _sign(value: Any) -> Hashable:
    """Return what is the same for values that mean the same: 7 and "7" are the same id."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return bool, value
    if isinstance(value, int | float):
        return text_of(value)
    if isinstance(value, dict | list):
        return list, msgspec.json.encode(value, order="sorted")
    return (type(value),)
