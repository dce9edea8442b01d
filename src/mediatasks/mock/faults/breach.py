"""The fault `breach`: a reply that breaks one constraint of its schema, chosen by rule."""

import logging
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING, drop, join, put, split
from mediatasks.contracts.schema.shape import Shape, type_of
from mediatasks.errors import UsageError, nearest
from mediatasks.mock.faults.fault import Case, Fault, Work
from mediatasks.mock.http.messages import MockReply
from mediatasks.mock.operations.replies import copied
from mediatasks.mock.rest.reply_check import ReplyCheck

logger = logging.getLogger("mediatasks.mock")

# Of a long array, so many elements are looked at; of a whole reply, so many places.
_ELEMENTS = 3
_CHANGES = 2000
_DEPTH = 12
_LONG = 10_000
_CONSTRAINTS = {
    *("additionalProperties", "const", "enum", "exclusiveMaximum", "exclusiveMinimum", "format"),
    *("maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "multipleOf"),
    *("pattern", "required", "type", "uniqueItems"),
}
_WRONG: tuple[Any, ...] = (True, "wrong", 12.5, [], {}, None)


class Alteration(NamedTuple):
    """One way to break a reply: the keyword, the place, and what to write there (`MISSING`: nothing)."""

    constraint: str
    pointer: str
    value: Any


class Breach(Fault):
    """The reply breaks one constraint: `constraint` is the keyword of JSON Schema, `at` the place.

    A constraint or place that is not given is drawn from those that the reply can break.
    """

    name, rank, short = "breach", 2, ("constraint", "at")

    def __init__(self, constraint: str | None = None, at: str | None = None) -> None:
        self.constraint, self.at = constraint, at

    @classmethod
    def read(cls, argument: str) -> dict[str, Any]:
        """Return the members of `CONSTRAINT/STEP/STEP…`; the steps are a JSON Pointer."""
        constraint, slash, rest = argument.partition("/")
        members = {"constraint": constraint, "at": slash + rest}
        return {name: text for name, text in members.items() if text}

    def suits(self, operation: Operation) -> None:
        """Raise UsageError where no documented reply of the operation has anything of the kind."""
        refusals = []
        for status in dict.fromkeys((operation.success, *operation.responses)):
            try:
                return self._fit(operation, operation.reply_schema(status))
            except UsageError as error:
                refusals.append(error)
        # Where no reply has it, the message is about the success reply.
        raise refusals[0]

    def _fit(self, operation: Operation, schema: Any) -> None:
        """Raise UsageError where a reply with this schema has nothing of the kind."""
        place: Shape | None = Shape(operation.contract, schema)
        if self.at is not None and place is not None:
            if place.at(self.at) is None:
                hint = nearest(self.at, _places(place))
                raise UsageError(f"the reply of `{operation.id}` has no place `{self.at}`; {hint}")
            tokens = split(self.at)
            parent = place.at(join(tokens[:-1]))
            place = place.at(self.at)
            found = _stated(place, False) if place else set()
            if parent is None or not tokens or tokens[-1] not in parent.required:
                found.discard("required")
            else:
                found.add("required")
        else:
            found = _stated(place, True) if place else set()
        if (self.constraint in found) if self.constraint else found:
            return
        there = f" at `{self.at}`" if self.at is not None else ""
        what = f"`{self.constraint}`" if self.constraint else "constraint"
        known = ", ".join(sorted(found)) or "none"
        raise UsageError(f"the reply of `{operation.id}` has no {what} to break{there}; it has: {known}")

    def run(self, case: Case, work: Work) -> MockReply:
        """Break the answer, where it can be broken so."""
        reply = work()
        contract, schema = case.operation.contract, case.operation.reply_schema(str(reply.status))
        if schema is None or not reply.body:
            return reply
        body = reply.json()
        possible = [c for c in changes(Shape(contract, schema), body) if self._chosen(c)]
        case.rng.shuffle(possible)
        validator = contract.compiled(ReplyCheck, case.operation).validators[reply.status]
        assert validator is not None
        for change in possible:
            broken = applied(change, body)
            if not validator.fits(broken):
                case.applied.append(self)
                return replace(reply, body=msgspec.json.encode(broken))
        what = self.constraint or "constraint"
        logger.info("this reply of `%s` has no `%s` to break", case.operation.id, what)
        return reply

    def _chosen(self, change: Alteration) -> bool:
        return self.constraint in (None, change.constraint) and self.at in (None, change.pointer)


def applied(change: Alteration, body: Any) -> Any:
    """Return a copy of the body with the change."""
    broken = copied(body)
    if change.value is MISSING:
        drop(broken, change.pointer)
        return broken
    return put(broken, change.pointer, change.value)


def changes(shape: Shape, body: Any) -> Iterator[Alteration]:
    """Yield ways to break `body`. Some may do no harm, where a union allows the result."""
    for count, change in enumerate(_at(shape, body, "", 0)):
        if count == _CHANGES:
            return
        yield change


def _stated(shape: Shape, inside: bool, seen: frozenset[int] = frozenset()) -> set[str]:
    """Return the constraints that a place states; those of the places `inside` it too, if asked."""
    found = {key for part in shape.parts for key in _CONSTRAINTS & part.keys()}
    if shape.first("additionalProperties") is not False:
        found.discard("additionalProperties")
    identity = id(shape.contract.resolve(shape.schema))
    if not inside or identity in seen:
        return found
    for inner in (*shape.members.values(), *([shape.items] if shape.items else [])):
        found |= _stated(inner, True, seen | {identity})
    return found


def _places(shape: Shape, pointer: str = "", seen: frozenset[int] = frozenset()) -> Iterator[str]:
    """Yield the pointers of the places inside one, with `0` for the elements of an array."""
    identity = id(shape.contract.resolve(shape.schema))
    if identity in seen:
        return
    inner = shape.members | ({"0": shape.items} if shape.items else {})
    for name, member in inner.items():
        place = pointer + join([name])
        yield place
        yield from _places(member, place, seen | {identity})


def _at(shape: Shape, value: Any, pointer: str, depth: int) -> Iterator[Alteration]:
    if depth > _DEPTH:
        return
    for constraint, wrong in _wrong_values(shape, value):
        yield Alteration(constraint, pointer, wrong)
    if isinstance(value, dict):
        for name in value:
            place = pointer + join([name])
            if name in shape.required:
                yield Alteration("required", place, MISSING)
            if name in shape.members:
                yield from _at(shape.members[name], value[name], place, depth + 1)
        if shape.first("additionalProperties") is False:
            yield Alteration("additionalProperties", pointer + "/not_in_the_contract", 1)
    elif isinstance(value, list) and shape.items is not None:
        for i, element in enumerate(value[:_ELEMENTS]):
            yield from _at(shape.items, element, f"{pointer}/{i}", depth + 1)


def _wrong_values(shape: Shape, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield (keyword, value that breaks it) for the keywords of one place that concern the value."""
    if shape.types:
        admitted = shape.types | ({"integer"} if "number" in shape.types else set())
        yield from (("type", wrong) for wrong in _WRONG if type_of(wrong) not in admitted)
    for keyword in ("enum", "const"):
        if shape.first(keyword, MISSING) is not MISSING:
            yield keyword, _unlisted(value)
    if isinstance(value, str):
        yield from _wrong_texts(shape, value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _wrong_numbers(shape, value)
    elif isinstance(value, list):
        yield from _wrong_arrays(shape, value)


def _unlisted(value: Any) -> Any:
    """Return a value of the same type that no enumeration holds."""
    if isinstance(value, bool):
        return not value
    return 987_654_321 if isinstance(value, int | float) else "not_in_the_contract"


def _wrong_texts(shape: Shape, value: str) -> Iterator[tuple[str, Any]]:
    if shape.first("minLength"):
        yield "minLength", ""
    if shape.first("maxLength", _LONG) < _LONG:
        yield "maxLength", (value or "x").ljust(shape.first("maxLength") + 1, "x")
    for keyword in ("format", "pattern"):
        if shape.first(keyword):
            yield keyword, f"~ no {keyword} ~"


def _wrong_numbers(shape: Shape, value: float) -> Iterator[tuple[str, Any]]:
    for keyword, step in (
        ("minimum", -1),
        ("exclusiveMinimum", 0),
        ("maximum", 1),
        ("exclusiveMaximum", 0),
    ):
        limit = shape.first(keyword)
        if limit is not None:
            yield keyword, limit + step
    if shape.first("multipleOf"):
        yield "multipleOf", value + shape.first("multipleOf") / 2


def _wrong_arrays(shape: Shape, value: list[Any]) -> Iterator[tuple[str, Any]]:
    least, most = shape.first("minItems", 0), shape.first("maxItems", _LONG)
    if least:
        yield "minItems", value[: least - 1]
    if value and most < _LONG:
        yield "maxItems", [value[i % len(value)] for i in range(most + 1)]
    if value and shape.first("uniqueItems"):
        yield "uniqueItems", [*value, value[0]]
