"""The limits of a schema: of numbers, of lengths and counts, `multipleOf`, `uniqueItems`."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from mediatasks.contracts.pointer import MISSING
from mediatasks.diff.kinds.facets import NARROWED, WIDENED
from mediatasks.diff.schema.difference import Notes, locate
from mediatasks.diff.schema.part import Part


@dataclass(frozen=True)
class _Bound:
    """One limit: the keyword, its exclusive form if it has one, and whether it is the least or the most."""

    types: tuple[str, ...]
    keyword: str
    exclusive: str
    sign: int


_NUMBERS = ("integer", "number")
_BOUNDS = (
    _Bound(_NUMBERS, "minimum", "exclusiveMinimum", 1),
    _Bound(_NUMBERS, "maximum", "exclusiveMaximum", -1),
    _Bound(("string",), "minLength", "", 1),
    _Bound(("string",), "maxLength", "", -1),
    _Bound(("array",), "minItems", "", 1),
    _Bound(("array",), "maxItems", "", -1),
    _Bound(("object",), "minProperties", "", 1),
    _Bound(("object",), "maxProperties", "", -1),
)
BOUNDS = {k for b in _BOUNDS for k in (b.keyword, b.exclusive) if k} | {"multipleOf", "uniqueItems"}
# A limit such that the greater one allows less; of two at one value the exclusive one does.
_Limit = tuple[Fraction, int]


def compare_bounds(old: Sequence[Part], new: Sequence[Part], types: Sequence[str], notes: Notes) -> None:
    """Note every limit that changed, of the keywords that say something about `types`."""
    for bound in _BOUNDS:
        if set(bound.types) & set(types):
            _compare(bound, old, new, "number" not in types, notes)
    if set(_NUMBERS) & set(types):
        _compare_multiples(old, new, "number" not in types, notes)
    if "array" in types:
        before, after = (any(part.say("uniqueItems") is True for part in parts) for parts in (old, new))
        if before != after:
            place = locate("uniqueItems", old, new)
            notes.facet("bound", NARROWED if after else WIDENED, place, before, after)


def limits(parts: Sequence[Part], type: str) -> dict[str, str]:
    """Return the limits of numbers of one type, in one form each; empty for other types."""
    if type not in _NUMBERS:
        return {}
    whole = type == "integer"
    found = {b.keyword: _limit(b, parts, whole) for b in _BOUNDS if type in b.types}
    steps = {m for m in _values("multipleOf", parts) if m and not (whole and 1 % m == 0)}
    return {k: str(limit) for k, limit in found.items() if limit} | {"multipleOf": str(sorted(steps))}


def _compare(bound: _Bound, old: Sequence[Part], new: Sequence[Part], whole: bool, notes: Notes) -> None:
    before, after = (_limit(bound, parts, whole) for parts in (old, new))
    if before == after:
        return
    narrowed = before is None or (after is not None and after > before)
    keywords = [k for k in (bound.keyword, bound.exclusive) if k]
    stated = next((k for parts in (new, old) for k in keywords for _ in _values(k, parts)), bound.keyword)
    shown = (
        {k: p.value[k] for k in keywords for p in parts if p.say(k) is not None} or MISSING
        for parts in (old, new)
    )
    notes.facet("bound", NARROWED if narrowed else WIDENED, locate(stated, old, new), *shown)


def _limit(bound: _Bound, parts: Sequence[Part], whole: bool) -> _Limit | None:
    """Return the strictest limit; whole numbers know no difference between above 0 and from 1 on."""
    limits: list[_Limit] = []
    for value in _values(bound.keyword, parts):
        limit = value * bound.sign
        limits.append((Fraction(math.ceil(limit)) if whole else limit, 0))
    for value in _values(bound.exclusive, parts):
        limit = value * bound.sign
        limits.append((Fraction(math.floor(limit) + 1), 0) if whole else (limit, 1))
    # A count of at least 0 is no limit.
    if bound.keyword not in ("minimum", "maximum") and bound.sign > 0:
        limits.append((Fraction(0), 0))
    return max(limits, default=None)


def _compare_multiples(old: Sequence[Part], new: Sequence[Part], whole: bool, notes: Notes) -> None:
    """Compare `multipleOf`: multiples of 4 are multiples of 2, and whole numbers those of 1."""
    before, after = (set(_values("multipleOf", parts)) - {0} for parts in (old, new))
    if whole:
        before, after = before | {Fraction(1)}, after | {Fraction(1)}
    if before == after:
        return
    shown = [[_written(value) for value in sorted(values)] or MISSING for values in (before, after)]
    place = locate("multipleOf", old, new)
    if not _divides(before, after):
        notes.facet("bound", WIDENED, place, *shown)
    if not _divides(after, before):
        notes.facet("bound", NARROWED, place, *shown)


def _written(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def _divides(fewer: set[Fraction], more: set[Fraction]) -> bool:
    """Whether what is a multiple of all `more` is one of all `fewer`, as far as can be told."""
    return all(any(m % f == 0 for m in more) for f in fewer)


def _values(keyword: str, parts: Sequence[Part]) -> Iterator[Fraction]:
    for part in parts:
        value = part.say(keyword)
        if isinstance(value, int) and not isinstance(value, bool):
            yield Fraction(value)
        elif isinstance(value, float) and math.isfinite(value):
            # What is written, not what binary makes of it: 0.1 is a tenth.
            yield Fraction(str(value))
