"""Hand exchanges to the rules, in their order, and collect what they say."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.redaction import Redactor
from mediatasks.judge.exercise import Exercise
from mediatasks.judge.finding import Finding, finding_of
from mediatasks.judge.observation.events import Span
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observer import Observer
from mediatasks.judge.rule import JudgeObservation, JudgeTrack, Rule
from mediatasks.judge.tracks.history import History
from mediatasks.judge.verdicts import NotJudged, Verdicts
from mediatasks.judge.violation import Unexplained, Verdict

# The rules that concern an operation, with what each does to an observation, and to a track.
_Concerned = tuple[list[tuple[Rule, JudgeObservation]], list[tuple[Rule, JudgeTrack]]]
_NOT_MADE = "the traffic `{}` was not made"
_NOTHING = "no exchange showed anything that it judges"


class Judgement:
    """The rules at work on the exchanges of one provider.

    `verdicts` holds what they said. `tell` hears each finding at once. `unmet` is the need of a rule →
    why its traffic is not, or not all, among the exchanges. `bases` are the paths under which the
    server is found, where exchanges come without their operations.
    """

    def __init__(
        self,
        contract: Contract,
        rules: Sequence[Rule],
        history: History,
        redactor: Redactor,
        tell: Callable[[Finding], None] = lambda finding: None,
        bases: Sequence[str] = (),
    ) -> None:
        self.contract, self.history, self.redactor, self.tell = contract, history, redactor, tell
        self.rules = [rule for rule in rules if rule.applies(contract)]
        self.verdicts = Verdicts(contract)
        self.unmet: dict[str, str] = {}
        self._met: set[str] = set()
        self._observer = Observer(contract, bases)
        self._count = 0
        self._by_operation: dict[str, _Concerned] = {}

    @property
    def judged(self) -> Counter[tuple[str, str]]:
        """The number of verdicts by (rule id, operation id), right ones included."""
        return self.verdicts.judged

    @property
    def found(self) -> list[Finding]:
        """The findings so far."""
        return self.verdicts.found

    @property
    def exercises(self) -> dict[str, Exercise]:
        """What was reached, by operation."""
        return self.verdicts.exercises

    def take(
        self, operation: Operation | None, exchange: Exchange, span: Span | None = None
    ) -> list[Observation]:
        """Judge one exchange and return what it shows.

        The operation is found where None is given; without a `span` the order of arrival counts.
        """
        number = self._count + 1
        observations = self._observer.observe(operation, exchange, span or Span(number, number, number))
        if not observations:
            return []
        self._count = number
        self.verdicts.sent.take(observations[0])
        for seen in observations:
            self.history.act(seen)
        for seen in observations:
            self._judge(seen)
        for seen in observations:
            self.history.enter(seen)
            self.verdicts.exercises[seen.operation.id].take(seen)
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
        at = (rule.id, seen.operation.id)
        self.verdicts.judged[at] += 1
        if verdict is None:
            return
        if isinstance(verdict, Unexplained):
            self.verdicts.unexplained[at] += 1
            return
        shown = seen.exchange.redacted(self.redactor)
        note = _subject(seen, verdict.place)
        finding = finding_of(seen.operation, rule.id, verdict, shown, self.redactor, note)
        if self.verdicts.add(finding, verdict.unless_sent, seen.span.end):
            self.tell(finding)

    def meet(self, need: str) -> None:
        """Say that the traffic that rules need by this name is among the exchanges."""
        self._met.add(need)

    def not_judged(self) -> Iterator[NotJudged]:
        """Yield the rules that could say nothing, or not all, and why."""
        said = {rule for rule, _ in self.verdicts.judged}
        for rule in self.rules:
            missing = [need for need in rule.needs if need not in self._met]
            for need in missing:
                yield NotJudged(rule.id, None, self.unmet.get(need, _NOT_MADE.format(need)))
            if rule.id not in said and not missing:
                yield NotJudged(rule.id, None, _NOTHING)

    def _judge(self, seen: Observation) -> None:
        concerned = self._by_operation.get(seen.operation.id)
        if concerned is None:
            rules = [rule for rule in self.rules if rule.concerns(seen.operation)]
            concerned = (
                [(rule, rule.judge) for rule in rules if rule.judge is not None],
                [(rule, rule.judge_track) for rule in rules if rule.judge_track is not None],
            )
            self._by_operation[seen.operation.id] = concerned
        tracks = []
        for shown in seen.shown:
            track = self.history.track(shown.resource.name, shown.key)
            track.settle(seen.span.begin)
            tracks.append((shown, track))
        for rule, judge in concerned[0]:
            self._note_all(rule, seen, judge(seen, self.history))
        for rule, judge_track in concerned[1] if tracks else ():
            for shown, track in tracks:
                self._note_all(rule, seen, judge_track(shown, track))

    def _note_all(self, rule: Rule, seen: Observation, verdicts: Iterable[Verdict]) -> None:
        right = 0
        for verdict in verdicts:
            if verdict is None:
                right += 1
            else:
                self.note(rule, seen, verdict)
        if right:
            self.verdicts.judged[rule.id, seen.operation.id] += right


def _subject(seen: Observation, place: str) -> str:
    """Return which resource stands at a place of a reply that shows several; their order may change."""
    found = (s for s in seen.resources if s.place and (place == s.place or place.startswith(f"{s.place}/")))
    observed = next(found, None)
    return f"{observed.resource.name} `{observed.name}`" if observed else ""
