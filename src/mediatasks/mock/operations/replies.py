"""Build replies: from the resource, the example of the reply, and what the reply schema demands."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from mediatasks.contracts.equality import text_of
from mediatasks.contracts.expression import Scope, evaluator
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING, drop, get, put, split
from mediatasks.contracts.schema.shape import Place, Shape, type_of
from mediatasks.mock.operations.synthesis import synthesise

NESTED = (dict, list)


def copied(value: Any) -> Any:
    """Return a copy of a JSON value that may be changed."""
    kind = type(value)
    if kind is dict:
        # Most members are scalars, which need no call.
        return {n: copied(m) if type(m) in NESTED else m for n, m in value.items()}
    return [copied(element) for element in value] if kind is list else value


class ReplyPart:
    """A value that a reply is given, and its place there."""

    def __init__(self, shape: Shape, example: Any, pointer: str, expression: Any) -> None:
        # Where several types will do, that of the example does.
        self.place = Place(shape, pointer, type_of(get(example, pointer)))
        self.read = evaluator(expression)
        self.may_lack = "".join(split(pointer)[-1:]) not in shape.required


class Element:
    """One resource in a reply: `reply` values, or the resource cut to the listed members."""

    def __init__(self, shape: Shape, example: Any, same_schema: bool) -> None:
        self.shape, self.same_schema = shape, same_schema
        self.members, self.required = shape.members, shape.required
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

    def parts(self, values: Mapping[str, Any]) -> list[ReplyPart]:
        """Return what writes the values, JSON Pointer → expression, into a reply."""
        return [ReplyPart(self.shape, self.example, p, expression) for p, expression in values.items()]

    def filled(self, parts: Iterable[ReplyPart], scope: Scope, base: Any) -> Any:
        """Return `base` with the parts written over it; what leads nowhere is removed from it."""
        body = base
        for part in parts:
            thing = part.read(scope)
            if thing is not MISSING:
                body = part.place.write(body, thing)
            elif part.may_lack:
                drop(body, part.place.pointer)
        return self.complete(body) if isinstance(body, dict) else body

    def complete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Add the members that the schema demands and nothing has given yet."""
        for name in self.required:
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
        self.is_listed = self.many and self.group is None and self.named is None
        self.element = Element(inner, sample, self._is_same(inner, resource))
        values: Mapping[str, Any] = effect.get("reply", {})
        of_body = self.many and self.items != ""
        self.body_parts = self.body.parts(values) if of_body else []
        self.parts = [] if of_body else (self.element if self.many else self.body).parts(values)
        written = {part.place.name for part in self.parts}
        # What lies under the parts: the example without the members that they replace.
        self.base = {n: v for n, v in self.body.example.items() if n not in written}
        self.refused = self.element.parts(effect.get("refused", {}))

    def _items_pointer(self, effect: Mapping[str, Any]) -> str | None:
        if "items" in effect:
            return str(effect["items"])
        return "" if self.shape.is_array else None

    def _is_same(self, shape: Shape, resource: str | None) -> bool:
        return shape.schema.get("$ref") == f"#/components/schemas/{resource}"

    def one(self, value: Any, scope: Scope) -> Any:
        """Return the reply that shows one resource, or the element that shows one of several."""
        if not self.parts:
            return self.whole(value)
        if self.many:
            return self.element.filled(self.parts, scope, {})
        return self.body.filled(self.parts, scope, copied(self.base) if self.base else {})

    def whole(self, value: Any) -> Any:
        """Return the same where the reply shows the resource as it is, without `parts`."""
        if self.many:
            return self.element.whole(value)
        shown = self.body.whole(value)
        return copied(self.example) if shown == {} and self.example is not None else shown

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
        return self.body.filled(self.body_parts, scope, body)

    def grouped(self, pairs: list[tuple[Any, Any]]) -> list[Any]:
        """Return the elements of (resource, element), or one per group in order of first appearance."""
        if self.group is None:
            return [element for _, element in pairs]
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
