"""What rules have said: counts, findings, what was reached. Verdicts of parts merge in any order."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from mediatasks.contracts.model.contract import Contract
from mediatasks.judge.exercise import Exercise
from mediatasks.judge.finding import Finding
from mediatasks.judge.tracks.sent_words import SentWords
from mediatasks.judge.violation import Word


class NotJudged(NamedTuple):
    """A rule that could say nothing: of one operation, or of any (None), and why."""

    rule: str
    operation: str | None
    reason: str


class Verdicts:
    """The verdicts on some exchanges of one provider.

    `judged` counts all verdicts by (rule id, operation id), right ones included: where it is 0 a rule
    has said nothing; `unexplained` counts those of which only an act that was not observed can be the
    cause. `exercises` tells by operation what was reached.
    """

    def __init__(self, contract: Contract) -> None:
        self.judged: Counter[tuple[str, str]] = Counter()
        self.unexplained: Counter[tuple[str, str]] = Counter()
        self.exercises = {name: Exercise(o) for name, o in contract.operations.items()}
        self.sent = SentWords()
        self._found: list[tuple[Finding, Word | None, float]] = []

    def add(self, finding: Finding, unless_sent: Word | None, end: float) -> bool:
        """Keep a finding of an exchange that ended at `end`; return whether it is one by what is known."""
        self._found.append((finding, unless_sent, end))
        return unless_sent is None or not self.sent.explain(unless_sent, end)

    @property
    def found(self) -> list[Finding]:
        """The findings, in the order of arrival, without those that a request explains."""
        explain = self.sent.explain
        return [finding for finding, word, end in self._found if word is None or not explain(word, end)]

    def merge(self, other: Verdicts) -> None:
        """Add the verdicts on other exchanges of the same provider."""
        self.judged += other.judged
        self.unexplained += other.unexplained
        for name, exercise in other.exercises.items():
            self.exercises[name].merge(exercise)
        self.sent.merge(other.sent)
        self._found += other._found
