"""What one rule says of one reply: a place, what was expected there, what came, and the fact broken."""

from dataclasses import dataclass
from typing import NamedTuple

from mediatasks.judge.facts import Fact


class Word(NamedTuple):
    """What may stand in a request: the `name` of a member, or the text of a `value`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Violation:
    """One deviation, before it is a finding.

    `place` is a JSON Pointer in the reply's body, `status`, `header NAME` or `request`. `is_error`:
    an error whatever the provenance of the fact. `unless_sent`: it is none where this stood in an
    earlier request of the run.
    """

    place: str
    expected: str
    got: str
    fact: Fact
    is_error: bool = False
    unless_sent: Word | None = None


class Unexplained:
    """What a rule says of what only an act that was not observed explains."""


UNEXPLAINED = Unexplained()
# A rule yields one for each thing that it judged: None where that was right.
Verdict = Violation | Unexplained | None
