"""The members of an object: which are listed, which are required, and what holds for the others."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from mediatasks.contracts.pointer import MISSING
from mediatasks.diff.kinds.facets import NARROWED, REQUEST, RESPONSE, WIDENED
from mediatasks.diff.schema.alternatives import Alternative, Schema, allows_nothing, flat
from mediatasks.diff.schema.difference import Notes, locate
from mediatasks.diff.schema.pair import Pair
from mediatasks.diff.schema.part import Part

# Who does not send a member says so on it (OpenAPI 3.1, 4.8.24.5).
_NOT_SENT = {REQUEST: "readOnly", RESPONSE: "writeOnly"}


@dataclass(frozen=True)
class Members:
    """The members of one alternative, as a request or a reply (`side`) has them."""

    parts: Schema
    side: str

    @cached_property
    def names(self) -> list[str]:
        """The names that are listed or required, in order."""
        listed = [name for part in self.parts for name, _ in part.members("properties")]
        required = [name for part in self.parts for name in part.say("required", ())]
        return list(dict.fromkeys([*listed, *required]))

    @cached_property
    def further(self) -> Schema:
        """What holds for members that are not listed."""
        found = (part.member("additionalProperties") for part in self.parts)
        return tuple(part for part in found if part is not None)

    @property
    def closed(self) -> bool:
        """Whether members that are not listed are refused."""
        return any(allows_nothing(part) for part in self.further)

    def schema(self, name: str) -> Schema:
        """Return what holds for the member `name`, listed or not."""
        found = (
            part.member("properties", name) or part.member("additionalProperties") for part in self.parts
        )
        return tuple(part for part in found if part is not None)

    def refuses(self, name: str) -> bool:
        """Whether the member `name` must not be there."""
        return any(allows_nothing(part) for part in self.schema(name))

    def knows(self, name: str) -> bool:
        """Whether the member `name` is listed or required, and may be sent on this side."""
        if name not in self.names or self.refuses(name):
            return False
        return not any(part.say(_NOT_SENT[self.side]) is True for part in flat(self.schema(name)))

    def requires(self, name: str) -> bool:
        """Whether the member `name` must be there."""
        return any(name in part.say("required", ()) for part in self.parts)

    def place(self, name: str) -> Part:
        """Return where the member stands; the object itself where it is required only."""
        listed = (part.member("properties", name) for part in self.parts)
        return next((part for part in listed if part is not None), self.parts[0])


def compare_members(old: Alternative, new: Alternative, notes: Notes) -> Iterator[Pair]:
    """Note what became of each member; yield the schemas that are still to be compared."""
    before, after = Members(old.parts, notes.side), Members(new.parts, notes.side)
    for name in dict.fromkeys([*before.names, *after.names]):
        yield from _compare_member(name, before, after, notes)
    if before.closed != after.closed:
        way = NARROWED if after.closed else WIDENED
        notes.facet("object", way, locate("additionalProperties", old.parts, new.parts))
    elif not after.closed and (before.further or after.further):
        yield Pair(before.further, after.further, notes.side, notes.certain)
    yield from _compare_patterns(before, after, notes)


def _compare_member(name: str, before: Members, after: Members, notes: Notes) -> Iterator[Pair]:
    knew, knows = before.knows(name), after.knows(name)
    if knew and knows:
        if before.requires(name) != after.requires(name):
            way = NARROWED if after.requires(name) else WIDENED
            notes.facet("required", way, (after.place(name).pointer, False))
        yield Pair(before.schema(name), after.schema(name), notes.side, notes.certain)
    elif knows:
        yield from _added(name, before, after, notes)
    elif knew:
        yield from _removed(name, before, after, notes)
    elif before.refuses(name) != after.refuses(name):
        way = NARROWED if after.refuses(name) else WIDENED
        listed = name in after.names
        place = (after if listed else before).place(name)
        notes.facet("object", way, (place.pointer, not listed))


def _added(name: str, before: Members, after: Members, notes: Notes) -> Iterator[Pair]:
    place = after.place(name)
    for end in _ends(after.requires(name), before.refuses(name), notes.side, "added", "allowed"):
        notes.note(f"{notes.side}-{end}", (place.pointer, False), MISSING, place.value)
    if before.further and not before.refuses(name):
        yield Pair(before.further, after.schema(name), notes.side, notes.certain)


def _removed(name: str, before: Members, after: Members, notes: Notes) -> Iterator[Pair]:
    place = before.place(name)
    for end in _ends(before.requires(name), after.refuses(name), notes.side, "removed", "forbidden"):
        notes.note(f"{notes.side}-{end}", (place.pointer, True), place.value)
    if after.further and not after.refuses(name):
        yield Pair(before.schema(name), after.further, notes.side, notes.certain)


def _ends(required: bool, refused: bool, side: str, plain: str, closed: str) -> list[str]:
    """Return the ends of the kinds: of a member that is required here, or refused on the other side."""
    found = [f"required-member-{plain}"] if required else []
    if refused and not (required and side == REQUEST):
        found.append(f"member-{closed}")
    return found or [f"member-{plain}"]


def _compare_patterns(before: Members, after: Members, notes: Notes) -> Iterator[Pair]:
    old, new = (_patterns(members) for members in (before, after))
    for pattern in dict.fromkeys([*old, *new]):
        if pattern in old and pattern in new:
            yield Pair(old[pattern], new[pattern], notes.side, notes.certain)
        else:
            place = (new.get(pattern) or old[pattern])[0]
            notes.undecided((place.pointer, pattern not in new))
    if old or new:
        # Which pattern a name fits is not looked at: what held for it before is not known.
        for name in dict.fromkeys([*before.names, *after.names]):
            if before.knows(name) != after.knows(name):
                place = (after if after.knows(name) else before).place(name)
                notes.undecided((place.pointer, not after.knows(name)))


def _patterns(members: Members) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for part in members.parts:
        for pattern, inner in part.members("patternProperties"):
            found[pattern] = (*found.get(pattern, ()), inner)
    return found
