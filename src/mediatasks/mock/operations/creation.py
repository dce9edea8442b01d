"""Create resources from requests: `create` (one, or one per element of `each`) and `upsert`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mediatasks.contracts.expression import Scope, evaluator
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.schema.request_parts import is_left_open, written_default
from mediatasks.contracts.schema.shape import Place
from mediatasks.mock.operations.actions import Action, Outcome, UpdateAction
from mediatasks.mock.operations.replies import NESTED, Element, copied
from mediatasks.mock.store.lifecycle import Item
from mediatasks.mock.store.query import Query


@dataclass(frozen=True, slots=True)
class Given:
    """What a request gives a new resource, and where; `default` counts where it does not.

    `is_alone`: nothing else refers to that part of the request, so the resource may have it as it is.
    """

    place: Place
    read: Callable[[Scope], Any]
    default: Any
    is_alone: bool


class CreateAction(Action):
    """Make a resource out of what `sets` takes from the request.

    A request member that is absent counts with its schema's default, or not at all. The key is
    made up where `sets` does not give it; a resource of the same key is replaced.
    """

    def compile(self) -> None:
        """Read what a request gives a new resource, and where."""
        effect = self.effect
        self.each: str | None = effect.get("each")
        sets: Mapping[str, Any] = effect.get("sets", {})
        # What refers to the resource itself waits until the rest, the key included, is there.
        own = {pointer for pointer, e in sets.items() if str(e).startswith("$resource")}
        self.own = [(self.lifecycle.place(p), evaluator(sets[p])) for p in sets if p in own]
        given = {pointer: e for pointer, e in sets.items() if pointer not in own}
        self.given = [
            Given(
                self.lifecycle.place(pointer),
                evaluator(expression),
                written_default(self.operation, effect, expression),
                self.each is None and _is_alone(expression, sets.values()),
            )
            for pointer, expression in given.items()
        ]
        self.unless: Mapping[str, Any] = effect.get("unless", {})
        self.completer = Element(self.lifecycle.shape, None, True)

    def carry_out(
        self, scope: Scope, given: Mapping[str, Any] | None = None, private: Mapping[str, Any] | None = None
    ) -> Outcome:
        """Create the resource, or one per element.

        `given` (JSON Pointer → value) and `private` are what a simulator adds to a single resource.
        """
        now = self.collection.catch_up()
        if self.each is None:
            item = self.make(scope, scope, now, given, private)
            shown = self.show(item, scope, now)
            return Outcome(self.plan.all([shown], Scope(total=1, count=1)) if self.plan.many else shown)
        listed = get(scope.body, self.each)
        elements = []
        for element in listed if isinstance(listed, list) else []:
            inner = self.resource_scope(scope, MISSING, element)
            elements.append(self.show(self.make(inner, scope, now), scope, now))
        return Outcome(self.plan.all(elements, Scope(total=len(elements), count=len(elements))))

    def make(
        self,
        inner: Scope,
        scope: Scope,
        now: float,
        given: Mapping[str, Any] | None = None,
        private: Mapping[str, Any] | None = None,
    ) -> Item:
        """Make one resource and start its life."""
        value: Any = {}
        for part in self.given:
            if self.unless and is_left_open(self.effect, part.place.pointer, inner):
                continue
            thing = part.read(inner)
            if thing is MISSING:
                if part.default is not MISSING:
                    value = part.place.write(value, copied(part.default))
            else:
                is_safe = part.is_alone or type(thing) not in NESTED
                value = part.place.write(value, thing if is_safe else copied(thing))
        for pointer, thing in (given or {}).items():
            value = self.lifecycle.write(value, pointer, thing)
        value = self.collection.complete_key(value)
        for place, read in self.own:
            thing = read(self.resource_scope(scope, value))
            if thing is not MISSING:
                value = place.write(value, copied(thing))
        item = self.collection.create(value, now, private)
        self.completer.complete(item.value)
        self.collection.changed(item)
        return item


class UpsertAction(CreateAction):
    """Update the resource that `where` (or else the key in `sets`) addresses, or create it."""

    def compile(self) -> None:
        """Read which resource the request means: that of `where`, else that of the key in `sets`."""
        super().compile()
        effect, collection = self.effect, self.collection
        where = effect.get("where")
        if where is None:
            sets = effect.get("sets", {})
            where = {pointer: sets[pointer] for pointer in collection.resource.key if pointer in sets}
        self.addresses = bool(where)
        self.query = Query({**effect, "where": where or {}}, collection)
        self.update = UpdateAction(self.operation, effect, collection, self.plan)

    def make(
        self,
        inner: Scope,
        scope: Scope,
        now: float,
        given: Mapping[str, Any] | None = None,
        private: Mapping[str, Any] | None = None,
    ) -> Item:
        """Update or create one resource."""
        found = list(self.query.find(inner).items) if self.addresses else []
        if not found:
            return super().make(inner, scope, now, given, private)
        sent = {
            part.place.pointer: copied(thing)
            for part in self.given
            if not is_left_open(self.effect, part.place.pointer, inner)
            and (thing := part.read(inner)) is not MISSING
        }
        self.update.write_changes(found[0], sent, now)
        return found[0]


def _is_alone(expression: Any, others: Iterable[Any]) -> bool:
    """Whether an expression reads a part of the body that no other reads in whole or in part."""
    source, _, pointer = str(expression).partition("#")
    parts = [str(other).partition("#") for other in others]
    places = [f"{place}/" for other, _, place in parts if other == source]
    own = f"{pointer}/"
    return source == "$request.body" and sum(p.startswith(own) or own.startswith(p) for p in places) == 1
