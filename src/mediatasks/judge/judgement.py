"""Hand what a run sees to the rules, in its order, and collect what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.redaction import Redactor
from mediatasks.judge.exercise import Exercise
from mediatasks.judge.finding import Finding, finding_of
from mediatasks.judge.history import History
from mediatasks.judge.observation import Observation, Observer
from mediatasks.judge.rule import Rule
from mediatasks.judge.violation import Verdict


class Judgement:
    """The rules of one run at work.

    `judged` counts the verdicts by (rule id, operation id), right ones included: where it is 0 a rule
    has said nothing. `exercises` tells by operation what was reached. `tell` hears each finding at once.
    """

    def __init__(
        self,
        contract: Contract,
        rules: Sequence[Rule],
        history: History,
        redactor: Redactor,
        tell: Callable[[Finding], None] = lambda finding: None,
    ) -> None:
        self.contract, self.history, self.redactor, self.tell = contract, history, redactor, tell
        self.rules = [rule for rule in rules if rule.applies(contract)]
        self.judged: Counter[tuple[str, str]] = Counter()
        self.found: list[Finding] = []
        self.exercises = {name: Exercise(o) for name, o in contract.operations.items()}
        self._observer = Observer(contract)

    def take(self, operation: Operation, exchange: Exchange) -> list[Observation]:
        """Judge one exchange and return what it shows."""
        observations = list(self._observer.observe(operation, exchange))
        for seen in observations:
            self.history.act(seen)
        for seen in observations:
            for rule in self.rules:
                for verdict in rule.judge(seen, self.history) if rule.judge else ():
                    self.note(rule, seen, verdict)
        for seen in observations:
            self.history.enter(seen)
            self.exercises[seen.operation.id].take(seen)
        return observations

    def judge_evidence(self, scenario: str, evidence: Any) -> list[tuple[Rule, Observation, Verdict]]:
        """Return what the rules that need a scenario say of one piece of its evidence; noted by nobody."""
        found = []
        for rule in self.rules:
            if judge := rule.needs.get(scenario):
                found += [(rule, seen, verdict) for seen, verdict in judge(evidence)]
        return found

    def note(self, rule: Rule, seen: Observation, verdict: Verdict) -> None:
        """Count a verdict, and keep the finding of a violation."""
        self.judged[rule.id, seen.operation.id] += 1
        if verdict is not None:
            shown = seen.exchange.redacted(self.redactor)
            note = _subject(seen, verdict.place)
            finding = finding_of(seen.operation, rule.id, verdict, shown, self.redactor, note)
            self.found.append(finding)
            self.tell(finding)


def _subject(seen: Observation, place: str) -> str:
    """Return which resource stands at a place of a reply that shows several; their order may change."""
    found = (s for s in seen.resources if s.place and (place == s.place or place.startswith(f"{s.place}/")))
    observed = next(found, None)
    return f"{observed.resource.name} `{', '.join(observed.key)}`" if observed else ""
