"""One alternative of a schema against another of the same type: every keyword that says something."""

from collections.abc import Iterator, Sequence

from mediatasks.contracts.pointer import MISSING
from mediatasks.diff.kinds.facets import CHANGED, NARROWED, WIDENED
from mediatasks.diff.schema.alternatives import ANY, Alternative, Schema
from mediatasks.diff.schema.bounds import BOUNDS, compare_bounds
from mediatasks.diff.schema.difference import Notes, locate
from mediatasks.diff.schema.meaning import as_text, is_prose
from mediatasks.diff.schema.members import compare_members
from mediatasks.diff.schema.pair import Pair
from mediatasks.diff.schema.part import Part, paired

_TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")
# Keywords with one schema: what it allows more or less, the whole allows more or less.
_INNER = {"propertyNames": "object", "contentSchema": "string"}
# Keywords with one schema that may mean the contrary.
_TURNED = ("not", "if", "then", "else", "contains", "unevaluatedItems", "unevaluatedProperties")
_READ = (
    {"type", "enum", "const", "format", "pattern", "default", "readOnly", "writeOnly"}
    | {"allOf", "anyOf", "oneOf", "properties", "required", "additionalProperties", "patternProperties"}
    | {"items", "prefixItems", "dependentSchemas"}
    | BOUNDS
    | set(_INNER)
    | set(_TURNED)
)


def compare_alternatives(old: Alternative, new: Alternative, notes: Notes) -> Iterator[Pair]:
    """Note what changed in itself; yield the schemas below that are still to be compared."""
    types = sorted({old.type, new.type} - {ANY}) or list(_TYPES)
    _compare_values(old, new, notes)
    compare_bounds(old.parts, new.parts, types, notes)
    _compare_words("format", old.parts, new.parts, notes)
    _compare_default(old.parts, new.parts, notes)
    _compare_deprecation(old.parts, new.parts, notes)
    _compare_known_values(old.parts, new.parts, notes)
    if "string" in types:
        _compare_words("pattern", old.parts, new.parts, notes)
    if "object" in types:
        yield from compare_members(old, new, notes)
    if "array" in types:
        yield from _compare_items(old.parts, new.parts, notes)
    yield from _compare_inner(old.parts, new.parts, types, notes)
    yield from _compare_turned(old.parts, new.parts, notes)
    _compare_others(old.parts, new.parts, notes)


def _compare_values(old: Alternative, new: Alternative, notes: Notes) -> None:
    keyword = "enum" if any("enum" in p.value for p in (*old.parts, *new.parts)) else "const"
    place = locate(keyword, old.parts, new.parts) if old.parts or new.parts else ("", False)
    if old.values is None and new.values is None:
        return
    if old.values is None or new.values is None:
        shown = [MISSING if v is None else list(v.values()) for v in (old.values, new.values)]
        notes.facet("enum", NARROWED if old.values is None else WIDENED, place, *shown)
        return
    for text, value in new.values.items():
        if text not in old.values:
            notes.facet("enum-value", WIDENED, place, MISSING, value)
    for text, value in old.values.items():
        if text not in new.values:
            notes.facet("enum-value", NARROWED, place, value)


def _compare_words(keyword: str, old: Schema, new: Schema, notes: Notes) -> None:
    """Compare `format` or `pattern`: each stated one holds, and none is known to imply another."""
    before, after = ({p.value[keyword] for p in parts if keyword in p.value} for parts in (old, new))
    if before == after:
        return
    way = NARROWED if before < after else WIDENED if after < before else CHANGED
    shown = [", ".join(sorted(map(str, words))) or MISSING for words in (before, after)]
    notes.facet(keyword, way, locate(keyword, old, new), *shown)


def _compare_default(old: Schema, new: Schema, notes: Notes) -> None:
    before, after = (_default(parts) for parts in (old, new))
    if before is None and after is None:
        return
    place = locate("default", old, new)
    if before is None or after is None:
        end = "default-added" if before is None else "default-removed"
    elif as_text(before.value) != as_text(after.value):
        end = "default-changed"
    else:
        return
    shown = [MISSING if part is None else part.value for part in (before, after)]
    notes.note(f"{notes.side}-{end}", place, *shown)


def _default(parts: Schema) -> Part | None:
    found = (part.member("default") for part in parts)
    return next((part for part in found if part is not None), None)


def _compare_deprecation(old: Schema, new: Schema, notes: Notes) -> None:
    before, after = (any(p.say("deprecated") is True for p in parts) for parts in (old, new))
    if before != after:
        # A note is a note, whatever it stands under.
        kind = "deprecated" if after else "undeprecated"
        notes.remark(kind, locate("deprecated", old, new))


def _compare_known_values(old: Schema, new: Schema, notes: Notes) -> None:
    """Compare the values that a source names, where any other is allowed too."""
    before, after = (
        {as_text(v): v for p in parts if p.say("x-open-enum") is True for v in p.say("examples", ())}
        for parts in (old, new)
    )
    place = locate("examples", old, new) if before or after else ("", False)
    for text in before | after:
        if text not in before:
            notes.remark("known-value-added", place, MISSING, after[text])
        elif text not in after:
            notes.remark("known-value-removed", place, before[text])


def _compare_items(old: Schema, new: Schema, notes: Notes) -> Iterator[Pair]:
    """Yield the pairs of what each place of an array may hold, and all places after those."""
    length = max((len(part.items("prefixItems")) for part in (*old, *new)), default=0)
    for place in range(length + 1):
        before, after = (_item(parts, place) for parts in (old, new))
        if before or after:
            yield Pair(before, after, notes.side, notes.certain)


def _item(parts: Schema, place: int) -> Schema:
    found = []
    for part in parts:
        first = part.items("prefixItems")
        inner = first[place] if place < len(first) else part.member("items")
        found += [inner] if inner else []
    return tuple(found)


def _compare_inner(old: Schema, new: Schema, types: Sequence[str], notes: Notes) -> Iterator[Pair]:
    for keyword, kind in _INNER.items():
        before, after = (_held(keyword, parts) for parts in (old, new))
        if kind in types and (before or after):
            yield Pair(before, after, notes.side, notes.certain)


def _compare_turned(old: Schema, new: Schema, notes: Notes) -> Iterator[Pair]:
    """Yield the pairs below keywords under which to allow more may mean to allow less."""
    for keyword in _TURNED:
        before, after = (_held(keyword, parts) for parts in (old, new))
        if len(before) != len(after):
            notes.undecided(locate(keyword, old, new))
            continue
        for one, other in zip(before, after, strict=True):
            yield Pair((one,), (other,), notes.side, False)
    befores, afters = (
        {name: inner for part in parts for name, inner in part.members("dependentSchemas")}
        for parts in (old, new)
    )
    for _, one_schema, other_schema in paired(befores, afters):
        if one_schema and other_schema:
            yield Pair((one_schema,), (other_schema,), notes.side, False)
        else:
            notes.undecided(locate("dependentSchemas", old, new))


def _held(keyword: str, parts: Schema) -> Schema:
    found = (part.member(keyword) for part in parts)
    return tuple(part for part in found if part is not None)


def _compare_others(old: Schema, new: Schema, notes: Notes) -> None:
    """Compare what is left: keywords that are no prose and that nothing above reads."""
    for keyword, before, after in paired(_others(old), _others(new)):
        if before != after:
            notes.undecided(locate(keyword, old, new))


def _others(parts: Schema) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in parts:
        for keyword, value in part.value.items():
            leads_out = keyword == "$ref" and part.target is None
            if leads_out or (keyword != "$ref" and keyword not in _READ and not is_prose(keyword)):
                found.setdefault(keyword, []).append(as_text(value))
    return found
