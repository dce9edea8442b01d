"""Carry out what an operation does to resources: read, list, update, move, copy, delete.

An action takes the scope of a request (for RPC: of one call) and returns the outcome; the caller
holds the lock of the store. Create and upsert are in `creation`.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from mediatasks.contracts.equality import text_of
from mediatasks.contracts.expression import Scope, evaluate
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING, get, put
from mediatasks.contracts.schema.shape import Place, coerced, type_of
from mediatasks.mock.operations.replies import ReplyPlan, copied
from mediatasks.mock.operations.synthesis import synthesise
from mediatasks.mock.store.collection import Collection
from mediatasks.mock.store.lifecycle import Item
from mediatasks.mock.store.paging import Paging
from mediatasks.mock.store.query import Found, Query, ids_text
from mediatasks.mock.store.request_failure import RequestFailure


class Outcome(msgspec.Struct):
    """The outcome of an action.

    `body` is the reply body (RPC: the result), `MISSING` for none; `errors` what failed of an RPC
    call; `next_page` the query parameters of the next page; `headers` more headers of the reply.
    """

    body: Any
    errors: list[str] = []
    next_page: Mapping[str, str] | None = None
    headers: Mapping[str, str] = {}


class Action:
    """Base of all actions: the operation, its effect, the collection it works on, its reply.

    `addresses` says whether it works on the resources that its `query` finds.
    """

    addresses = False

    def __init__(
        self, operation: Operation, effect: Mapping[str, Any], collection: Collection, plan: ReplyPlan
    ) -> None:
        self.operation, self.effect, self.collection, self.plan = operation, effect, collection, plan
        self.lifecycle, self.query = collection.lifecycle, Query(effect, collection)
        self.missing_text: str | None = effect.get("missing")
        self.compile()

    def compile(self) -> None:
        """Read from operation, effect and plan what every request needs. Raises ValueError, KeyError."""

    def carry_out(self, scope: Scope) -> Outcome:
        """Do it. Raises RequestFailure."""
        raise NotImplementedError

    def resource_scope(self, scope: Scope, value: Any, each: Any = MISSING) -> Scope:
        """Return the scope with `$resource` (and `$each`)."""
        return Scope(scope.path, scope.query, scope.header, scope.body, MISSING, value, each)

    def show(self, item: Item, scope: Scope, now: float) -> Any:
        """Return one resource as an element of the reply, or as the reply."""
        self.lifecycle.refresh(item, now)
        inner = self.resource_scope(scope, item.value) if self.plan.parts else scope
        return self.plan.one(item.value, inner)

    def show_whole(self, item: Item, now: float) -> msgspec.Raw:
        """Return the same, encoded already, where the reply shows the resource as it is."""
        self.lifecycle.refresh(item, now)
        return item.encoded(self.plan.whole)

    def partial_errors(self, missing: list[Any]) -> list[str]:
        """Return the messages about ids that do not exist, where a call may fail in part."""
        if not missing or self.missing_text is None:
            return []
        return [self.missing_text.replace("{ids}", ids_text(missing))]


class FixedAction:
    """The action of an operation without an effect: always the same reply."""

    def __init__(self, body: Any) -> None:
        self.body = body

    def carry_out(self, scope: Scope) -> Outcome:
        """Return the reply."""
        return Outcome(self.body)


class AddressedAction(Action):
    """An action on the resources that the request addresses, one after the other."""

    addresses = True

    def carry_out(self, scope: Scope) -> Outcome:
        """Apply the action to each resource; one that is refused gets the `refused` element."""
        now = self.collection.catch_up()
        found = self.query.find(scope)
        errors = self.partial_errors(found.missing)
        # What happens to one changes the index that the others come from.
        items = self.judge_owner(found)
        if not self.plan.many:
            if not items:
                raise RequestFailure("missing", errors[0] if errors else "")
            return Outcome(self.show(self.apply(items[0], scope, now), scope, now), errors)
        if not items and found.missing and not errors:
            raise RequestFailure("missing")
        elements = [self._element(item, scope, now) for item in items]
        count = len(elements)
        return Outcome(self.plan.all(elements, Scope(total=count, count=count)), errors)

    def judge_owner(self, found: Found) -> list[Item]:
        """Return the resources of the account that asks. Raises RequestFailure where it owns none of them.

        Without an error `foreign` in the contract, resources of other accounts count as absent.
        """
        items = [item for item in found.items if self.collection.is_own(item)]
        if not items and len(found.items) and "foreign" in self.operation.failures:
            raise RequestFailure("foreign")
        return items

    def _element(self, item: Item, scope: Scope, now: float) -> Any:
        try:
            return self.show(self.apply(item, scope, now), scope, now)
        except RequestFailure:
            if not self.plan.refused:
                raise
            inner = self.resource_scope(scope, item.value)
            return self.plan.element.filled(self.plan.refused, inner, {})

    def apply(self, item: Item, scope: Scope, now: float) -> Item:
        """Change one resource; return the one that the reply shows. Raises RequestFailure."""
        return item

    def changes(self, item: Item, scope: Scope) -> dict[str, Any]:
        """Return JSON Pointer → value of what the request writes into a resource (`sets`)."""
        inner = self.resource_scope(scope, item.value)
        found = {p: evaluate(expression, inner) for p, expression in self.effect.get("sets", {}).items()}
        return {pointer: copied(thing) for pointer, thing in found.items() if thing is not MISSING}

    def judge_state(self, item: Item) -> None:
        """Refuse what the resource's state forbids: it is none of `from`. Raises RequestFailure."""
        allowed = self.effect.get("from")
        if allowed is not None and item.state not in allowed:
            raise RequestFailure("refused", f"not possible in the state `{item.state}`")

    def may_enter(self, item: Item, name: str) -> bool:
        """Whether the lifecycle knows the move. Raises RequestFailure if it does not, and the
        contract says how such a request is refused; else that part of it is to be left undone.
        """
        state, own = self.collection.resource.states.get(item.state or ""), self.operation.id
        if state is None or any(m.to == name and (not m.by or own in m.by) for m in state.moves):
            return True
        if "refused" in self.operation.failures:
            raise RequestFailure("refused", f"`{item.state}` does not become `{name}`")
        return False


class ReadAction(AddressedAction):
    """Show the resources as they are. The body, or its elements, may be encoded already."""

    def show(self, item: Item, scope: Scope, now: float) -> Any:
        """Return one resource as an element of the reply, or as the reply."""
        return super().show(item, scope, now) if self.plan.parts else self.show_whole(item, now)


class ShowAction(Action):
    """A fixed reply in which some members come from resources; a value of a wrong type is left out."""

    def compile(self) -> None:
        """Read the fixed reply, and each place with the key and the member that it shows."""
        plan, key = self.plan, self.collection.resource.key
        self.fixed = synthesise(plan.shape) if plan.example is None else plan.example
        self.shown = [
            (
                Place(plan.shape, pointer, type_of(get(plan.example, pointer))),
                tuple(text_of(shown["of"][part]) for part in key),
                shown["member"],
            )
            for pointer, shown in self.effect["shows"].items()
        ]

    def carry_out(self, scope: Scope) -> Outcome:
        """Return the reply."""
        body = copied(self.fixed)
        for place, key, member in self.shown:
            item = self.collection.items.get(key)
            thing = MISSING if item is None else coerced(get(item.value, member), place.types)
            types = place.shape.types if place.shape else ()
            if thing is not MISSING and (not types or type_of(thing) in types):
                body = put(body, place.pointer, copied(thing))
        return Outcome(body)


class ListAction(Action):
    """Show all resources that match: filtered, ordered, one page of them, grouped.

    The elements of the body may be encoded already, unless they are grouped or stand under names.
    """

    def compile(self) -> None:
        """Read how the list is ordered and parted into pages."""
        self.paging = Paging(self.operation, self.effect)
        if not self.plan.many:
            raise ValueError("its reply holds no array of resources; `items` says where they are")

    def carry_out(self, scope: Scope) -> Outcome:
        """Return the page that the request asks for."""
        return self.show_page(self.find(scope), scope)

    def find(self, scope: Scope) -> Found:
        """Return the resources that the request asks for, on all pages, of one's own account."""
        self.collection.catch_up()
        found = self.query.find(scope, self.paging.orders(scope)[0])
        if self.collection.resource.owner is None:
            return found
        return Found([item for item in found.items if self.collection.is_own(item)], found.missing)

    def show_page(self, found: Found, scope: Scope) -> Outcome:
        """Return the page of these resources that the request asks for."""
        now = self.collection.catch_up()
        page = self.paging.page(found.items, scope)
        elements: list[Any] | dict[str, Any]
        if self.plan.parts or not self.plan.is_listed:
            pairs = [(item.value, self.show(item, scope, now)) for item in page.items]
            elements = self.plan.gathered(pairs)
        else:
            elements = [self.show_whole(item, now) for item in page.items]
        total, count = len(page.found), len(elements)
        whole = Scope(scope.path, scope.query, scope.header, scope.body, total=total, count=count)
        errors, headers = self.partial_errors(found.missing), self.paging.headers(total, scope)
        return Outcome(self.plan.all(elements, whole), errors, page.next_page, headers)


class UpdateAction(AddressedAction):
    """Write what the request says into a resource.

    A change that leads into another state follows the lifecycle (`may_enter`).
    """

    def apply(self, item: Item, scope: Scope, now: float) -> Item:
        """Change one resource."""
        self.judge_state(item)
        changes = self.changes(item, scope)
        for pointer in self.effect.get("zoneless", ()):
            if pointer in changes:
                changes[pointer] = f"{changes[pointer]}Z"
        self.write_changes(item, changes, now)
        return item

    def write_changes(self, item: Item, changes: Mapping[str, Any], now: float) -> None:
        """Write the changes, and move the resource if they put it into another state."""
        value = copied(item.value)
        for pointer, thing in changes.items():
            value = self.lifecycle.write(value, pointer, thing)
        target = self.collection.resource.state_of(value)
        moves = target is not None and target.name != item.state
        if target is not None and moves and not self.may_enter(item, target.name):
            telling = self.collection.resource.state_members
            harmless = {p: t for p, t in changes.items() if p not in telling}
            self.write_changes(item, harmless, now)
            return
        item.put(value)
        self.lifecycle.touch(item, now)
        if target is not None and moves:
            self.collection.move(item, target.name)


class MoveAction(AddressedAction):
    """Put a resource into the state `to`, from one of the states `from` or as the lifecycle allows."""

    def apply(self, item: Item, scope: Scope, now: float) -> Item:
        """Move one resource."""
        self.judge_state(item)
        if "from" not in self.effect and not self.may_enter(item, self.effect["to"]):
            return item
        self.collection.move(item, self.effect["to"])
        for pointer, thing in self.changes(item, scope).items():
            item.put(self.lifecycle.write(item.value, pointer, thing))
        return item


class CopyAction(AddressedAction):
    """Start a resource anew under another key; the old one enters the state `to`, if given."""

    def apply(self, item: Item, scope: Scope, now: float) -> Item:
        """Copy one resource; the reply shows the copy."""
        self.judge_state(item)
        fresh = self.collection.copy(item)
        for pointer, thing in self.changes(fresh, scope).items():
            fresh.put(self.lifecycle.write(fresh.value, pointer, thing))
        self.collection.begin(fresh, now)
        old = self.effect.get("to", item.state)
        if old != item.state:
            self.collection.move(item, old)
        return fresh


class DeleteAction(AddressedAction):
    """Hold a resource no longer."""

    def apply(self, item: Item, scope: Scope, now: float) -> Item:
        """Remove one resource; the reply shows it as it was."""
        self.judge_state(item)
        self.collection.remove(item)
        return item
