"""What a run came to: cases counted and findings kept, put to the operations that they belong to."""

from collections.abc import Callable, Iterable, Iterator

from mediatasks.check.engine.settings import CHECK_IDS, checks_of
from mediatasks.check.options import ENGINE_PHASES, PHASES, Options
from mediatasks.check.reports.result import OperationResult
from mediatasks.check.requests.request_policy import INTERRUPTED, RequestPolicy
from mediatasks.contracts.model.contract import Contract
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.exchange import Exchange
from mediatasks.judge.baseline import Entry, split_findings, stale_findings
from mediatasks.judge.coverage import Coverage
from mediatasks.judge.deduplication import deduplicate
from mediatasks.judge.finding import Finding
from mediatasks.judge.judgement import Judgement
from mediatasks.judge.rule import read_rules
from mediatasks.judge.verdicts import NotJudged

_WITHHELD = "not sent, for it may write; `--allow-writes` sends it"
_ENDED = "the first finding ended it"
_NOTHING_STATED = "the contract has nothing that it judges"


class RunOutcome:
    """The outcome of one run: `coverage` of the operations asked for, and the engine's findings.

    With `fail_fast` the first finding that is a failure closes `policy`.
    """

    def __init__(
        self, contract: Contract, options: Options, credentials: Credentials, policy: RequestPolicy
    ) -> None:
        self.contract, self.options, self.policy = contract, options, policy
        self._credentials = credentials
        wanted = options.operations or contract.operations
        self.coverage = {n: Coverage(contract.operations[n]) for n in wanted}
        self._found: list[Finding] = []

    @property
    def is_ended(self) -> bool:
        """Whether a finding (`fail_fast`) or the user has ended the run."""
        return self.policy.reason in (_ENDED, INTERRUPTED)

    def count(self, name: str | None, exchange: Exchange) -> None:
        """Count an exchange of the operation `name`."""
        if name in self.coverage:
            is_known = self._credentials.suffice(self.contract.operations[name], exchange)
            self.coverage[name].count(exchange, is_known)

    def keep(self, finding: Finding) -> None:
        """Keep a finding of the engine."""
        self._found.append(finding)
        self.tell(finding)

    def tell(self, finding: Finding) -> None:
        """Hear of a finding as soon as it is there."""
        options = self.options
        wanted = not options.rules or finding.rule in options.rules
        known = any(entry.accepts(finding) for entry in options.baseline)
        if options.fail_fast and wanted and not known and finding.fails(options.fail_on):
            self.policy.close(_ENDED)

    def rule_findings(self, judgement: Judgement) -> list[Finding]:
        """Return what our rules found of the operations asked for."""
        return deduplicate(f for f in judgement.found if f.operation in self.coverage)

    def own_findings(self, judgement: Judgement, silent: Callable[[], Finding | None]) -> list[Finding]:
        """Return what our rules found, and the operations that were not reached.

        `silent` gives the finding of a server that does not answer, which says enough.
        """
        found = self.rule_findings(judgement)
        if self.is_ended:
            # What the rest of the run would have reached is not known.
            return found
        if (finding := silent()) is not None:
            return deduplicate([*found, finding])
        for coverage in self.coverage.values():
            if self.policy.allows(coverage.operation):
                found += coverage.findings(self.policy.reason)
        return deduplicate(found)

    def settle(self, own: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
        """Return (the findings of the run, those that the baseline accepts); `own` are those of ours."""
        found = deduplicate([*self._found, *own])
        if self.options.rules:
            found = [f for f in found if f.rule in self.options.rules]
        if self.options.operations:
            # Walks lead to other operations too; what they show there was not asked for.
            others = self.contract.operations.keys() - self.coverage.keys()
            found = [f for f in found if f.operation not in others]
        found, known, unused = split_findings(found, self.options.baseline)
        return found + self._stale(unused), known

    def by_operation(
        self, found: list[Finding], known: list[Finding], judgement: Judgement
    ) -> Iterator[OperationResult]:
        """Yield the result of each operation; `known` are the findings that the baseline accepts."""
        for name, counted in self.coverage.items():
            own = tuple(f for f in found if f.operation == name)
            is_sent = self.policy.allows(counted.operation)
            note = counted.note if is_sent else _WITHHELD
            accepted = tuple(f for f in known if f.operation == name)
            exercised = judgement.exercises[name].as_data()
            counts = {rule: n for (rule, at), n in sorted(judgement.judged.items()) if at == name}
            numbers = (counted.cases, counted.accepted)
            yield OperationResult(name, *numbers, own, note, not is_sent, accepted, exercised, counts)
        # What belongs to no operation (a link that cannot be followed) must not be lost.
        loose = [f for f in found if f.operation not in self.coverage]
        for name in dict.fromkeys(f.operation for f in loose):
            own = tuple(f for f in loose if f.operation == name)
            yield OperationResult(name, 0, 0, own)

    def not_judged(self, judgement: Judgement) -> tuple[NotJudged, ...]:
        """Return the checks asked for that could say nothing, or not all, each with its reasons."""
        known = {*read_rules(), *CHECK_IDS}
        chosen = known & {*self.options.rules} if self.options.rules else known
        able = {rule.id for rule in judgement.rules} | {
            name.replace("_", "-") for name in checks_of(self.contract, self.options)
        }
        said = {rule for rule, _ in judgement.judged}
        found = list(judgement.not_judged())
        found += [NotJudged(name, None, _NOTHING_STATED) for name in chosen - able]
        found += [NotJudged(name, None, self._engine_silence) for name in (able & {*CHECK_IDS}) - said]
        return tuple(sorted(dict.fromkeys(found), key=lambda silent: (silent.rule, silent.reason)))

    @property
    def _engine_silence(self) -> str:
        """Why a check of the engine said nothing."""
        if not set(self.options.phases) & set(ENGINE_PHASES):
            return f"none of the phases {', '.join(ENGINE_PHASES)} was chosen"
        if self.policy.reason:
            return f"the run was cut short: {self.policy.reason}"
        return "no case showed anything that it judges"

    def _stale(self, unused: list[Entry]) -> list[Finding]:
        """Return the entries of the baseline that this run could have met, and did not."""
        if self.policy.is_closed or set(PHASES) - set(self.options.phases):
            return []
        met = [e for e in unused if not self.options.rules or e.rule in self.options.rules]
        tested = [name for name, counted in self.coverage.items() if counted.cases]
        return stale_findings(met, self.contract.provider, tested)
