"""What the comparison of two places finds, before it is known which operations it touches."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mediatasks.contracts.pointer import MISSING, join
from mediatasks.diff.kinds.facets import UNDECIDED, name_kind
from mediatasks.diff.schema.meaning import as_text
from mediatasks.diff.schema.part import Part


@dataclass(frozen=True)
class Difference:
    """A kind of change at a place.

    `pointer` leads into the new document, or into the old one where `gone` is true. `old` and `new`
    are what stands there, `MISSING` for nothing.
    """

    kind: str
    pointer: str
    gone: bool = False
    old: Any = field(default=MISSING, compare=False)
    new: Any = field(default=MISSING, compare=False)

    @property
    def identity(self) -> tuple[str, str, bool, str, str]:
        """What two findings of the same change have in common."""
        texts = ["" if value is MISSING else as_text(value) for value in (self.old, self.new)]
        return self.kind, self.pointer, self.gone, texts[0], texts[1]


def found(kind: str, old: Part | None, new: Part | None, values: bool = True) -> Difference:
    """Return a finding at two nodes, of which one may be missing; `values` says whether to show them."""
    place = new or old
    assert place is not None
    before = old.value if old is not None and values else MISSING
    after = new.value if new is not None and values else MISSING
    return Difference(kind, place.pointer, new is None, before, after)


def added_or_removed(kind: str, old: Part | None, new: Part | None, values: bool = False) -> Difference:
    """Return the difference `KIND-added` or `KIND-removed` of a node that one side lacks."""
    return found(f"{kind}-{'added' if old is None else 'removed'}", old, new, values)


def differ(old: Part | None, new: Part | None) -> bool:
    """Whether two nodes say different things, or only one is there."""
    if old is None or new is None:
        return old is not new
    return as_text(old.value) != as_text(new.value)


@dataclass
class Notes:
    """The findings in one pair of schemas of a request or a reply (`side`).

    Not `certain` is what stands under `not` or `if`: there, to allow more may mean to allow less.
    """

    side: str
    certain: bool
    findings: list[Difference] = field(default_factory=list)

    def facet(
        self, facet: str, way: int, place: tuple[str, bool], old: Any = MISSING, new: Any = MISSING
    ) -> None:
        """Note that a facet of a schema allows more or less, or another thing."""
        self.note(name_kind(self.side, facet, way), place, old, new)

    def note(self, kind: str, place: tuple[str, bool], old: Any = MISSING, new: Any = MISSING) -> None:
        """Note a change at (pointer, gone)."""
        self.findings.append(Difference(kind if self.certain else UNDECIDED, *place, old, new))

    def undecided(self, place: tuple[str, bool], old: Any = MISSING, new: Any = MISSING) -> None:
        """Note a change of which the comparison cannot tell what it allows."""
        self.findings.append(Difference(UNDECIDED, *place, old, new))

    def remark(self, kind: str, place: tuple[str, bool], old: Any = MISSING, new: Any = MISSING) -> None:
        """Note a change that allows neither more nor less, wherever it stands."""
        self.findings.append(Difference(kind, *place, old, new))


def locate(keyword: str, old: Iterable[Part], new: Iterable[Part]) -> tuple[str, bool]:
    """Return (pointer, gone) of a keyword: in the new schema, else in the old one, else of the schema."""
    for parts, gone in ((new, False), (old, True)):
        for part in parts:
            if isinstance(part.value, dict) and keyword in part.value:
                return part.pointer + join([keyword]), gone
    return place_of(tuple(old), tuple(new))


def place_of(old: tuple[Part, ...], new: tuple[Part, ...]) -> tuple[str, bool]:
    """Return (pointer, gone) of a schema: in the new document where it stands there."""
    return (new[0].pointer, False) if new else (old[0].pointer, True)
