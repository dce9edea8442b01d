"""What one rule says of one reply: a place, what was expected there, what came, and the fact broken."""

from __future__ import annotations

from dataclasses import dataclass

from mediatasks.judge.facts import Fact


@dataclass(frozen=True)
class Violation:
    """One deviation, before it is a finding.

    `place` is a JSON Pointer in the reply's body, `status`, `header NAME` or `request`. `is_error`:
    an error whatever the provenance of the fact.
    """

    place: str
    expected: str
    got: str
    fact: Fact
    is_error: bool = False


# A rule yields one for each thing that it judged: None where that was right.
Verdict = Violation | None
