"""Build replies: from the resource, the example of the reply, and what the reply schema demands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from mediatasks.contracts.document import Operation
from mediatasks.contracts.expression import Scope, evaluate
from mediatasks.contracts.pointer import MISSING, drop, get, put, split
from mediatasks.contracts.shape import Shape, coerced, text_of, type_of
from mediatasks.mock.synthesis import synthesise


def copied(value: Any) -> Any:
    """Return a copy of a JSON value that may be changed."""
    if isinstance(value, dict):
        return {name: copied(member) for name, member in value.items()}
    return [copied(element) for element in value] if isinstance(value, list) else value


class Element:
    """One resource in a reply: `reply` values, or the resource cut to the listed members."""

    def __init__(self, shape: Shape, example: Any, same_schema: bool) -> None:
        self.shape, self.same_schema = shape, same_schema
        self.members = shape.members
        self.example = example if isinstance(example, dict) else {}

    def whole(self, value: Any) -> Any:
        """Return the resource as the reply shows it. The result may share parts with it."""
        if not isinstance(value, dict) or not self.members:
            return value
        if self.same_schema:
            body = {name: value[name] for name in self.members if name in value}
        else:
            body = {
                name: shape.coerce(value[name]) for name, shape in self.members.items() if name in value
            }
        return self.complete(body)

    def part(self, values: Mapping[str, Any], scope: Scope, base: Any) -> Any:
        """Return `base` with `values` written over it; what leads nowhere is removed from it."""
        body = base
        for pointer, expression in values.items():
            thing = evaluate(expression, scope)
            if thing is MISSING:
                if "".join(split(pointer)[-1:]) not in self.shape.required:
                    drop(body, pointer)
                continue
            body = put(body, pointer, self.fitted(pointer, thing))
        return self.complete(body) if isinstance(body, dict) else body

    def admits(self, pointer: str, thing: Any) -> bool:
        """Whether a value is of a type that the reply may have there."""
        place = self.shape.at(pointer)
        return thing is not MISSING and (place is None or not place.types or type_of(thing) in place.types)

    def fitted(self, pointer: str, thing: Any) -> Any:
        """Return a value in the type of the reply; where several will do, in that of the example."""
        place = self.shape.at(pointer)
        if place is None or isinstance(thing, dict | list):
            return thing
        shown = type_of(get(self.example, pointer))
        if thing is not None and len(place.types) > 1 and shown in place.types:
            return coerced(thing, frozenset([shown]))
        return place.coerce(thing)

    def complete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Add the members that the schema demands and nothing has given yet."""
        for name in self.shape.required:
            if name not in body:
                known = name in self.example
                body[name] = copied(self.example[name]) if known else self._made(name)
        return body

    def _made(self, name: str) -> Any:
        return synthesise(self.shape.members.get(name, Shape(self.shape.contract, {})))


class ReplyPlan:
    """The success reply of one operation (for RPC methods: the result of the call).

    `body` is the whole reply, `element` one resource in it; `many` says whether the reply holds an
    array of resources at `items`.
    """

    def __init__(self, shape: Shape, example: Any, effect: Mapping[str, Any], resource: str | None) -> None:
        self.shape, self.example = shape, example
        self.items = self._items_pointer(effect)
        self.many = self.items is not None
        self.body = Element(shape, example, self._is_same(shape, resource))
        inner, sample = shape, example
        self.named: str | None = effect.get("named") if self.many else None
        if self.items is not None:
            place = shape.at(self.items)
            inner = (place.items or place.others if place else None) or Shape(shape.contract, {})
            listed = get(example, self.items)
            listed = list(listed.values()) if isinstance(listed, dict) else listed
            sample = listed[0] if isinstance(listed, list) and listed else None
        self.group: Mapping[str, str] | None = effect.get("group") if self.many else None
        self.group_element = Element(inner, sample, False)
        if self.group is not None:
            place = inner.at(self.group["at"])
            inner = (place.items if place else None) or Shape(shape.contract, {})
            sample = None
        self.element = Element(inner, sample, self._is_same(inner, resource))
        values: Mapping[str, Any] = effect.get("reply", {})
        of_body = self.many and self.items != ""
        self.body_values = values if of_body else {}
        self.values = None if of_body or not values else values
        self.refused: Mapping[str, Any] = effect.get("refused", {})

    def _items_pointer(self, effect: Mapping[str, Any]) -> str | None:
        if "items" in effect:
            return str(effect["items"])
        return "" if self.shape.is_array else None

    def _is_same(self, shape: Shape, resource: str | None) -> bool:
        return shape.schema.get("$ref") == f"#/components/schemas/{resource}"

    def one(self, value: Any, scope: Scope) -> Any:
        """Return the reply that shows one resource."""
        if self.values is None:
            shown = self.body.whole(value)
            return copied(self.example) if shown == {} and self.example is not None else shown
        base = copied(self.example) if isinstance(self.example, dict) else {}
        return self.body.part(self.values, scope, base)

    def each(self, value: Any, scope: Scope) -> Any:
        """Return the element that shows one of several resources."""
        if self.values is None:
            return self.element.whole(value)
        return self.element.part(self.values, scope, {})

    def gathered(self, pairs: list[tuple[Any, Any]]) -> list[Any] | dict[str, Any]:
        """Return (resource, element) pairs as they stand in the reply: listed, grouped or under names."""
        if self.named is not None:
            return {text_of(get(value, self.named)): element for value, element in pairs}
        return self.grouped(pairs) if self.group else [element for _, element in pairs]

    def all(self, elements: list[Any] | dict[str, Any], scope: Scope) -> Any:
        """Return the reply that holds the elements. `scope` has total and count."""
        if not self.items:
            return elements
        base = copied(self.example) if isinstance(self.example, dict) else {}
        body = put(base, self.items, elements)
        return self.body.part(self.body_values, scope, body)

    def grouped(self, pairs: list[tuple[Any, Any]]) -> list[Any]:
        """Return one element per group of (resource, element), in order of first appearance."""
        assert self.group is not None
        groups: dict[str, tuple[Any, list[Any]]] = {}
        for value, element in pairs:
            by = get(value, self.group["by"])
            groups.setdefault(str(by), (by, []))[1].append(element)
        found = []
        for by, elements in groups.values():
            body = put({}, self.group["by"], by) if by is not MISSING else {}
            found.append(self.group_element.complete(put(body, self.group["at"], elements)))
        return found


def first_example(operation: Operation, status: str) -> Any:
    """Return the first example of a reply, `MISSING` where it has none."""
    return next((value for _, value in operation.reply_examples(status)), MISSING)


def example_or_instance(operation: Operation, status: str) -> Any:
    """Return the first example of a reply, else a minimal instance of its schema."""
    example = first_example(operation, status)
    if example is not MISSING:
        return example
    schema = operation.reply_schema(status)
    return MISSING if schema is None else synthesise(Shape(operation.contract, schema))


def encode(document: Any) -> bytes:
    """Return the bytes of a reply body; nothing where there is no body."""
    return b"" if document is MISSING else msgspec.json.encode(document)
