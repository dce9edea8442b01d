"""Which resources a request addresses: `where`, `together`, and the other filters (`filters`)."""

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

import msgspec

from mediatasks.contracts.equality import equal_on_wire, same_key, text_of
from mediatasks.contracts.expression import Scope, evaluator
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.mock.store.collection import Collection
from mediatasks.mock.store.filters import Filters
from mediatasks.mock.store.index import CREATION, PHASE, Matches, SortOrder
from mediatasks.mock.store.lifecycle import Item

_MOST_KEYS = 10_000


class Found(msgspec.Struct):
    """The resources that a request addresses, and the ids among them that do not exist."""

    items: list[Item] | Matches
    missing: list[Any]


class Query:
    """The filters of one effect."""

    def __init__(self, effect: Mapping[str, Any], collection: Collection) -> None:
        self.collection = collection
        self.where = [(pointer, evaluator(e)) for pointer, e in effect.get("where", {}).items()]
        self.codes: Mapping[str, Mapping[str, Any]] = effect.get("codes", {})
        self.separators: Mapping[str, str] = effect.get("separators", {})
        self.absent: Mapping[str, Any] = effect.get("absent", {})
        self.together: list[Mapping[str, Any]] = effect.get("together", [])
        self.filters = Filters(effect)
        wildcard = effect.get("wildcard", {})
        self.wildcard, self.phases = wildcard.get("value", MISSING), set(wildcard.get("phases", ()))
        self.key = collection.resource.key
        self.addressed = frozenset(self.key)

    def find(self, scope: Scope, order: SortOrder = CREATION) -> Found:
        """Return what `scope` addresses, in `order` (ids: a list in order of the request).

        Raises RequestFailure where a filter asks for something that there is not.
        """
        found = self._where(scope, order)
        if self.filters.is_empty:
            return found
        tests = self.filters.tests(scope)
        if not tests:
            return found
        return Found([i for i in found.items if all(fits(i.value) for fits in tests)], found.missing)

    def _where(self, scope: Scope, order: SortOrder) -> Found:
        terms: dict[str, list[Any]] = {}
        phases: set[str] = set()
        for pointer, read in self.where:
            wanted = read(scope)
            if wanted is MISSING:
                continue
            if self.wildcard is not MISSING and equal_on_wire(wanted, self.wildcard):
                phases = self.phases
                continue
            terms[pointer] = self._values(pointer, wanted)
        if self.together and not self._go_together(terms):
            return Found([], [])
        if terms.keys() >= self.addressed:
            return self._by_key(terms)
        if phases:
            terms[PHASE] = list(phases)
        return Found(self.collection.index(order).matches(terms), [])

    def _values(self, pointer: str, wanted: Any) -> list[Any]:
        """Return the values that would do, as the resource has them."""
        if isinstance(wanted, list):
            values = wanted
        elif isinstance(wanted, str) and pointer in self.separators:
            values = [part.strip() for part in wanted.split(self.separators[pointer])]
        else:
            values = [wanted]
        codes = self.codes.get(pointer)
        if codes is not None:
            meant: list[Any] = []
            for value in values:
                code = codes.get(text_of(value), value)
                meant.extend(code if isinstance(code, list) else [code])
            values = meant
        if pointer in self.absent and any(same_key(v, self.absent[pointer]) for v in values):
            values = [*values, MISSING, None]
        return values

    def _go_together(self, terms: Mapping[str, list[Any]]) -> bool:
        for rule in self.together:
            asked = all(
                pointer in terms and any(same_key(v, value) for v in terms[pointer])
                for pointer, value in rule["when"].items()
            )
            if asked and any(
                pointer in terms and not any(same_key(v, w) for v in terms[pointer] for w in allowed)
                for pointer, allowed in rule["only"].items()
            ):
                return False
        return True

    def _by_key(self, terms: dict[str, list[Any]]) -> Found:
        if len(self.key) == 1 and len(terms) == 1:
            values = terms[self.key[0]]
            if len(values) == 1:
                item = self.collection.items.get((text_of(values[0]),))
                return Found([item], []) if item else Found([], values)
        rest = [(pointer, values) for pointer, values in terms.items() if pointer not in self.key]
        items: dict[tuple[str, ...], Item] = {}
        missing: list[Any] = []
        for count, parts in enumerate(product(*(terms[pointer] for pointer in self.key))):
            if count >= _MOST_KEYS:
                break
            item = self.collection.items.get(tuple(text_of(part) for part in parts))
            if item is not None and _fits(item, rest):
                items[item.key] = item
            elif not any(equal_on_wire(parts[-1], other) for other in missing):
                missing.append(parts[-1])
        return Found(list(items.values()), missing)


def _fits(item: Item, terms: Iterable[tuple[str, list[Any]]]) -> bool:
    return all(
        any(same_key(value, wanted) for wanted in values)
        for pointer, values in terms
        for value in [get(item.value, pointer)]
    )


def ids_text(ids: Iterable[Any]) -> str:
    """Return a list of ids for a message: `[2288, 2289]`."""
    return "[" + ", ".join(text_of(i)[:80] for i in list(ids)[:100]) + "]"
