"""Two schemas that are compared: what stood in one place, and what stands there now."""

from collections.abc import Iterator
from dataclasses import dataclass

from mediatasks.diff.schema.alternatives import Schema
from mediatasks.diff.schema.difference import Difference
from mediatasks.diff.schema.part import Part


@dataclass(frozen=True)
class Pair:
    """The old and the new schema of one place of a request or a reply (`side`).

    An empty schema allows everything. Not `certain`: to allow more here may mean to allow less where
    the schema is used.
    """

    old: Schema
    new: Schema
    side: str
    certain: bool = True


# A step of the comparison yields what it found, and the schemas that are still to be compared.
Step = Iterator[Difference | Pair]


def pair_of(old: Part | None, new: Part | None, side: str) -> Pair:
    """Return the two schemas of one place; a missing one allows everything."""
    return Pair((old,) if old else (), (new,) if new else (), side)
