"""Create resources from requests: `create` (one, or one per element of `each`) and `upsert`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mediatasks.contracts.document import Operation
from mediatasks.contracts.effect import is_left_open
from mediatasks.contracts.expression import Scope, evaluate
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.shape import Shape
from mediatasks.mock.effects import Action, Outcome, UpdateAction
from mediatasks.mock.lifecycle import Item
from mediatasks.mock.replies import Element, ReplyPlan, copied
from mediatasks.mock.selection import Selection
from mediatasks.mock.state import Shelf


class CreateAction(Action):
    """Make a resource out of what `sets` takes from the request.

    A request member that is absent counts with its schema's default, or not at all. The key is
    made up where `sets` does not give it; a resource of the same key is replaced.
    """

    def __init__(
        self, operation: Operation, effect: Mapping[str, Any], shelf: Shelf, plan: ReplyPlan, body: Shape
    ) -> None:
        super().__init__(operation, effect, shelf, plan)
        self.each: str | None = effect.get("each")
        sets: Mapping[str, Any] = effect.get("sets", {})
        self.sets = {p: (e, _default(operation, body, self.each, e)) for p, e in sets.items()}
        # What refers to the resource itself waits until the rest, the key included, is there.
        self.own = {p: e for p, e in sets.items() if str(e).startswith("$resource")}
        self.completer = Element(self.life.shape, None, True)

    def carry_out(self, scope: Scope) -> Outcome:
        """Create the resource, or one per element."""
        now = self.shelf.catch_up()
        if self.each is None:
            item = self.make(scope, scope, now)
            shown = self.show(item, scope, now)
            return Outcome(self.plan.all([shown], Scope(total=1, count=1)) if self.plan.many else shown)
        given = get(scope.body, self.each)
        elements = []
        for element in given if isinstance(given, list) else []:
            inner = self.resource_scope(scope, MISSING, element)
            elements.append(self.show(self.make(inner, scope, now), scope, now))
        return Outcome(self.plan.all(elements, Scope(total=len(elements), count=len(elements))))

    def make(self, inner: Scope, scope: Scope, now: float) -> Item:
        """Make one resource and start its life."""
        value: Any = {}
        for pointer, thing in self.values(inner).items():
            value = self.life.write(value, pointer, thing)
        value = self.shelf.complete_key(value)
        for pointer, expression in self.own.items():
            thing = evaluate(expression, self.resource_scope(scope, value))
            if thing is not MISSING:
                value = self.life.write(value, pointer, copied(thing))
        item = self.shelf.create(value)
        self.completer.complete(item.value)
        self.shelf.changed(item)
        return item

    def values(self, scope: Scope) -> dict[str, Any]:
        """Return JSON Pointer → what the request writes there."""
        found = {}
        for pointer, (expression, default) in self.sets.items():
            if pointer in self.own or is_left_open(self.effect, pointer, scope):
                continue
            thing = evaluate(expression, scope)
            thing = default if thing is MISSING else thing
            if thing is not MISSING:
                found[pointer] = copied(thing)
        return found


class UpsertAction(CreateAction):
    """Update the resource that `where` (or else the key in `sets`) addresses, or create it."""

    def __init__(
        self, operation: Operation, effect: Mapping[str, Any], shelf: Shelf, plan: ReplyPlan, body: Shape
    ) -> None:
        super().__init__(operation, effect, shelf, plan, body)
        where = effect.get("where")
        if where is None:
            sets = effect.get("sets", {})
            where = {pointer: sets[pointer] for pointer in shelf.resource.key if pointer in sets}
        self.selection = Selection({**effect, "where": where}, shelf) if where else None
        self.update = UpdateAction(operation, effect, shelf, plan)

    def make(self, inner: Scope, scope: Scope, now: float) -> Item:
        """Update or create one resource."""
        found = list(self.selection.find(inner).items) if self.selection else []
        if not found:
            return super().make(inner, scope, now)
        sent = {
            pointer: copied(thing)
            for pointer, (expression, _) in self.sets.items()
            if pointer not in self.own
            and not is_left_open(self.effect, pointer, inner)
            and (thing := evaluate(expression, inner)) is not MISSING
        }
        self.update.write_changes(found[0], sent, now)
        return found[0]


def _default(operation: Operation, body: Shape, each: str | None, expression: Any) -> Any:
    """Return the schema default of the request member that `expression` reads, else `MISSING`."""
    if not isinstance(expression, str):
        return MISSING
    source, _, pointer = expression.partition("#")
    shape: Shape | None = None
    if source == "$request.body":
        shape = body.at(pointer)
    elif source == "$each" and each is not None:
        elements = body.at(each)
        shape = elements.items.at(pointer) if elements and elements.items else None
    else:
        for parameter in operation.parameters:
            if source == f"$request.{parameter.place}.{parameter.name}":
                shape = Shape(operation.contract, parameter.schema)
    return shape.first("default", MISSING) if shape is not None else MISSING
