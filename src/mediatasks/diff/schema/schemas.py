"""The comparison of schemas: pair by pair, from what an operation sends and answers downward.

A pair is compared once, however many operations lead to it: schemas that refer to themselves come to
an end, and a component that everything uses costs no more than one that is used once. Where a
schema is too large to be understood, its text decides whether it changed.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from mediatasks.contracts.pointer import MISSING
from mediatasks.diff.kinds.facets import CHANGED, NARROWED, WIDENED
from mediatasks.diff.schema.alternatives import (
    ANY,
    Alternative,
    Schema,
    TooManyAlternatives,
    alternatives,
    flat,
)
from mediatasks.diff.schema.branches import Match, match_branches
from mediatasks.diff.schema.canonical import distinct
from mediatasks.diff.schema.difference import Difference, Notes, locate, place_of
from mediatasks.diff.schema.facets import compare_alternatives
from mediatasks.diff.schema.meaning import as_text, digest, meaning
from mediatasks.diff.schema.pair import Pair
from mediatasks.diff.schema.part import Part

MAX_PAIRS = 20_000
MAX_DIGESTS = 200
_NESTED = 5


class SchemaComparison:
    """Compares pairs of schemas of two documents, and remembers what it found."""

    def __init__(self) -> None:
        self._known: dict[Pair, tuple[list[Difference], list[Pair]]] = {}
        self._digests = 0
        self._same: bool | None = None

    def compare(self, pairs: Iterable[Pair]) -> list[Difference]:
        """Return what changed in `pairs` and everything below them."""
        todo, seen = deque(pairs), set()
        found: list[Difference] = []
        while todo:
            pair = todo.popleft()
            if pair in seen or not (pair.old or pair.new):
                continue
            seen.add(pair)
            if pair not in self._known:
                self._known[pair] = self._look(pair)
            findings, below = self._known[pair]
            found += findings
            todo += below
        return found

    def _look(self, pair: Pair) -> tuple[list[Difference], list[Pair]]:
        notes = Notes(pair.side, pair.certain)
        try:
            if len(self._known) < MAX_PAIRS:
                below = list(_compare(pair, notes))
                return notes.findings, below
        except TooManyAlternatives:
            notes = Notes(pair.side, pair.certain)
        if not self._says_the_same(pair):
            notes.undecided(place_of(pair.old, pair.new))
        return notes.findings, []

    def _says_the_same(self, pair: Pair) -> bool:
        """Whether two schemas are the same text, as far as the limits allow to tell."""
        if self._digests < MAX_DIGESTS and len(self._known) < MAX_PAIRS:
            self._digests += 1
            return digest(pair.old) == digest(pair.new)
        # One comparison of everything, for all that is left.
        if self._same is None and pair.old and pair.new:
            self._same = as_text(pair.old[0].document) == as_text(pair.new[0].document)
        return bool(self._same) and pair.old == pair.new


def _compare(pair: Pair, notes: Notes) -> Iterator[Pair]:
    old, new = distinct(alternatives(pair.old)), distinct(alternatives(pair.new))
    _compare_types(pair, old, new, notes)
    for one, other in _aligned(old, new):
        pairs, gone, added = _matched(one, other, pair, notes)
        for branch in gone:
            notes.facet("branch", NARROWED, _place(branch, pair.old, True), _shown(branch))
        for branch in added:
            notes.facet("branch", WIDENED, _place(branch, pair.new, False), MISSING, _shown(branch))
        if len(one) > 1 and len(other) > 1 and _excludes(pair.old) != _excludes(pair.new):
            notes.undecided(_type_place(pair))
        for before, after in pairs:
            yield from compare_alternatives(before, after, notes)


def _matched(
    old: list[Alternative], new: list[Alternative], pair: Pair, notes: Notes
) -> tuple[list[Match], list[Alternative], list[Alternative]]:
    """Return (pairs, gone, added) of alternatives of one type, or of any type and of one."""
    kinds = old[0].type, new[0].type
    if ANY not in kinds or kinds == (ANY, ANY):
        return match_branches(old, new)
    # What allows any type is an alternative to each of one type, none of which is new then.
    if len(old if kinds[0] == ANY else new) > 1:
        notes.undecided(_type_place(pair))
    return [(one, other) for one in old for other in new], [], []


def _compare_types(
    pair: Pair, old: Sequence[Alternative], new: Sequence[Alternative], notes: Notes
) -> None:
    """Note a change of the types, of null apart from the others."""
    before, after = ({a.type for a in side} for side in (old, new))
    place = _type_place(pair)
    shown = [sorted(types) for types in (before, after)]
    if ANY not in before | after and ("null" in before) != ("null" in after):
        notes.facet("null", WIDENED if "null" in after else NARROWED, place, *shown)
    more = [t for t in after - {"null"} if not _covers(before, t)]
    less = [t for t in before - {"null"} if not _covers(after, t)]
    if more or less:
        ways = {(True, False): WIDENED, (False, True): NARROWED, (True, True): CHANGED}
        notes.facet("type", ways[bool(more), bool(less)], place, *shown)


def _type_place(pair: Pair) -> tuple[str, bool]:
    """Return where the types are stated: in the component and not in each reference to it."""
    old, new = flat(pair.old), flat(pair.new)
    for keyword in ("type", "anyOf", "oneOf", "enum", "const"):
        if any(part.say(keyword) is not None for part in (*old, *new)):
            return locate(keyword, old, new)
    return place_of(pair.old, pair.new)


def _covers(types: set[str], name: str) -> bool:
    return name in types or ANY in types or (name == "integer" and "number" in types)


def _aligned(
    old: Sequence[Alternative], new: Sequence[Alternative]
) -> Iterator[tuple[list[Alternative], list[Alternative]]]:
    """Yield the alternatives of one type on each side; integers with numbers, anything with everything."""
    olds, news = _grouped(old), _grouped(new)
    for name in [n for n in olds if n in news]:
        yield olds.pop(name), news.pop(name)
    for one, other in (("integer", "number"), ("number", "integer")):
        if one in olds and other in news:
            yield olds.pop(one), news.pop(other)
    if ANY in olds:
        yield from ((olds[ANY], group) for group in news.values())
    elif ANY in news:
        yield from ((group, news[ANY]) for group in olds.values())


def _grouped(side: Iterable[Alternative]) -> dict[str, list[Alternative]]:
    found: dict[str, list[Alternative]] = {}
    for alternative in side:
        found.setdefault(alternative.type, []).append(alternative)
    return found


def _excludes(schema: Schema, depth: int = 0) -> bool:
    """Whether branches of `oneOf` exclude each other that are of one type; others do so anyhow."""
    for part in flat(schema):
        if _overlap(part.items("oneOf")):
            return True
        branches = [*part.items("oneOf"), *part.items("anyOf")]
        if depth < _NESTED and any(_excludes((branch,), depth + 1) for branch in branches):
            return True
    return False


def _overlap(branches: Sequence[Part]) -> bool:
    types = [name for branch in branches for name in {one.type for one in alternatives((branch,))}]
    return len(branches) > 1 and (len(set(types)) < len(types) or ANY in types)


def _place(branch: Alternative, schema: Schema, gone: bool) -> tuple[str, bool]:
    """Return where a branch stands, its schema where it is the only one."""
    return ((branch.branches or schema)[-1].pointer, gone)


def _shown(branch: Alternative) -> object:
    """Return a branch for a message: the component that it refers to, else what it says."""
    if branch.names:
        return branch.names[-1]
    return meaning(branch.branches[-1].value) if branch.branches else branch.type
