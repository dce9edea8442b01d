"""A schema as what it amounts to: a list of alternatives, each of one type.

`$ref` is followed and `allOf` flattened; each branch of `anyOf` and `oneOf`, and each type of a list
of types, becomes an alternative. `{type: [string, 'null']}` and `{anyOf: [{type: string}, {type:
'null'}]}` have the same alternatives, and so do a reference and what it leads to. The branches of
`oneOf` are taken to exclude each other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mediatasks.diff.schema.meaning import as_text, is_prose
from mediatasks.diff.schema.notation import plain, split_nullable
from mediatasks.diff.schema.part import Part

ANY = "any"
MAX_ALTERNATIVES = 64
_COUNTS = {"null": 1, "boolean": 2}
_EVERY = {"null", "boolean", "number", "string", "array", "object"}
LISTING = {"type", "enum", "const", "$ref", "allOf", "anyOf", "oneOf"}
# All of these schemas hold; none at all allows everything.
Schema = tuple[Part, ...]


class TooManyAlternatives(Exception):
    """The branches of a schema multiply beyond `MAX_ALTERNATIVES`."""


@dataclass(frozen=True)
class Alternative:
    """One way to fit a schema.

    `type` is a JSON type or `ANY`; `values` JSON text → the listed value, None where none are
    listed; `parts` the schemas that hold; `branches` those of `anyOf` and `oneOf` that were taken.
    """

    type: str
    values: dict[str, Any] | None
    parts: Schema
    branches: Schema

    @property
    def names(self) -> list[str]:
        """The components that the branches refer to."""
        targets = (branch.target for branch in self.branches)
        return [target.component for target in targets if target and target.component]


@dataclass
class _Unfinished:
    """An alternative in the making: what holds, and the unions that are still to be taken apart."""

    parts: dict[Part, None]
    unions: list[list[Part]]
    branches: Schema

    def add(self, todo: Iterable[Part]) -> bool:
        """Add schemas, references and `allOf` resolved; return False if nothing can fit any more."""
        stack = list(reversed(list(todo)))
        while stack:
            part = plain(stack.pop())
            part, nullable = split_nullable(part)
            if part in self.parts:
                continue
            if is_false(part.value):
                return False
            if not isinstance(part.value, dict):
                continue
            self.parts[part] = None
            if nullable:
                self.unions.append(nullable)
            for keyword in ("anyOf", "oneOf"):
                if branches := part.items(keyword):
                    self.unions.append(branches)
            target = part.target
            stack += [*reversed(part.items("allOf")), *([target] if target else [])]
        return True


def alternatives(schema: Schema) -> list[Alternative]:
    """Return the ways to fit `schema`; none where nothing fits. Raises TooManyAlternatives."""
    found: list[Alternative] = []
    start = _Unfinished({}, [], ())
    todo = [start] if start.add(schema) else []
    while todo:
        state = todo.pop()
        if not state.unions:
            found += _by_type(state)
        else:
            union, *rest = state.unions
            for branch in reversed(union):
                longer = _Unfinished(dict(state.parts), list(rest), (*state.branches, branch))
                if longer.add([branch]):
                    todo.append(longer)
        if len(found) + len(todo) > MAX_ALTERNATIVES:
            raise TooManyAlternatives
    return _joined(found)


def flat(schema: Schema) -> list[Part]:
    """Return the schemas that hold whatever branch is taken, references and `allOf` resolved."""
    state = _Unfinished({}, [], ())
    state.add(schema)
    return list(state.parts)


def is_false(value: Any) -> bool:
    """Whether a schema itself says that nothing fits it."""
    if isinstance(value, dict):
        # `not` forbids everything with {} and with true; `== True` would also accept 1.
        return "not" in value and (value["not"] is True or value["not"] == {})
    return value is False


def allows_nothing(part: Part) -> bool:
    """Whether nothing fits a schema, its references followed."""
    if not isinstance(part.value, dict) or not part.value.keys() & (LISTING | {"not"}):
        return is_false(part.value)
    try:
        return not alternatives((part,))
    except TooManyAlternatives:
        return False


def type_of(value: Any) -> str:
    """Return the JSON type of a value; a number without a fraction is an integer."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    names = {str: "string", float: "number", list: "array", dict: "object", type(None): "null"}
    return names[type(value)]


def _joined(found: list[Alternative]) -> list[Alternative]:
    """Return the alternatives, those that only list values as one: branches of `const` are an `enum`."""
    listing = [a for a in found if a.values is not None and all(map(_only_lists, a.parts))]
    groups: dict[str, list[Alternative]] = {}
    for alternative in listing:
        groups.setdefault(alternative.type, []).append(alternative)
    joined = [a for a in found if a not in listing]
    for name, group in groups.items():
        values = {text: value for a in group for text, value in (a.values or {}).items()}
        parts = tuple(dict.fromkeys(part for a in group for part in a.parts))
        joined.append(Alternative(name, values, parts, group[0].branches if len(group) == 1 else ()))
    return joined


def _only_lists(part: Part) -> bool:
    """Whether a schema says which values fit, and nothing else."""
    return not ("$ref" in part.value and part.target is None) and all(
        k in LISTING or is_prose(k) for k in part.value
    )


def _by_type(state: _Unfinished) -> Iterator[Alternative]:
    parts = tuple(state.parts)
    types, values = _types(parts), _values(parts)
    if values is None:
        for name in sorted(types) if types is not None else [ANY]:
            yield Alternative(name, None, parts, state.branches)
        return
    by_type: dict[str, dict[str, Any]] = {}
    for text, value in values.items():
        name = type_of(value)
        if name == "integer" and types is not None and "number" in types:
            name = "number"
        if types is None or name in types:
            by_type.setdefault(name, {})[text] = value
    for name in sorted(by_type):
        # A list of all values of a type lists none.
        every = len(by_type[name]) == _COUNTS.get(name)
        yield Alternative(name, None if every else by_type[name], parts, state.branches)


def _types(parts: Schema) -> set[str] | None:
    """Return the types that all parts allow, None where no part says any."""
    found: set[str] | None = None
    for part in parts:
        stated = part.say("type")
        if stated is None:
            continue
        own = {stated} if isinstance(stated, str) else set(stated)
        found = own if found is None else _common(found, own)
    if found is None or found >= _EVERY:
        return None
    if "number" in found and any(_counts_whole(part) for part in parts):
        return found - {"number"} | {"integer"}
    return found - ({"integer"} if "number" in found else set())


def _counts_whole(part: Part) -> bool:
    """Whether a schema allows whole numbers only, in other words than `integer`."""
    step = part.say("multipleOf")
    return not isinstance(step, bool) and isinstance(step, int | float) and step > 0 and step == step // 1


def _common(left: set[str], right: set[str]) -> set[str]:
    both = left & right
    if "number" in left | right and "integer" in left | right:
        both.add("integer")
    return both


def _values(parts: Schema) -> dict[str, Any] | None:
    """Return the values that all parts list, None where no part lists any."""
    found: dict[str, Any] | None = None
    for part in parts:
        for keyword in ("enum", "const"):
            if not isinstance(part.value, dict) or keyword not in part.value:
                continue
            listed = part.value[keyword] if keyword == "enum" else [part.value[keyword]]
            own = {as_text(value): value for value in listed}
            found = own if found is None else {t: v for t, v in found.items() if t in own}
    return found
