"""One provider's run: its server is asked for, tested, and what came is made into a result."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any

import httpx

from mediatasks.check.access import ENOUGH, require_access
from mediatasks.check.baseline import Entry, split_findings, stale_findings
from mediatasks.check.batches import allow_batches
from mediatasks.check.claim import Claim
from mediatasks.check.coverage import Coverage
from mediatasks.check.credentials import Credentials
from mediatasks.check.engine import guard, label_of, load_schema, run_engine
from mediatasks.check.exchange import Exchange, mask_interactions
from mediatasks.check.findings import Finding, finding_of, severity_of
from mediatasks.check.folding import deduplicate
from mediatasks.check.foreign import find_foreign
from mediatasks.check.gate import Gate, Unanswered
from mediatasks.check.judged import has_judged
from mediatasks.check.judgement import Judgement
from mediatasks.check.known_ids import find_ids, with_ids
from mediatasks.check.ledger import Ledger
from mediatasks.check.masking import Mask
from mediatasks.check.observation import Observation
from mediatasks.check.options import ENGINE_PHASES, PHASES, PROBING, Options, Target
from mediatasks.check.reports import Reports
from mediatasks.check.result import OperationResult, ProviderResult
from mediatasks.check.rule import choose_rules
from mediatasks.check.session import Session
from mediatasks.check.silence import Silence
from mediatasks.check.sources import UNSTATED, operation_fact
from mediatasks.check.translation import Translator
from mediatasks.contracts.document import Contract, Operation
from mediatasks.errors import UsageError

# Called with provider, operation id and phase when an operation's turn comes.
Listener = Callable[[str, str, str], None]

# A mock does what its contract says: where it refuses a request, the contract contradicts itself.
_REFUSALS = ("positive-data-acceptance", "operation-accepted")
_WITHHELD = "not sent, for it may write; `--allow-writes` sends it"
# What schemathesis asks before its first phase: which bytes the server takes in a path and in a header.
_SENT_BY_ENGINE = 2
# Requests of our own that a report holds at most.
_RECORDED = 5000
_ENDED = "the first finding ended it"
_MOCK_ADVICE = (
    "the mock refused requests that the contract allows; `python scripts/lint_specs.py` may say why"
)


def check_provider(
    contract: Contract,
    target: Target,
    options: Options | None = None,
    values: Mapping[str, Any] | None = None,
    listen: Listener = lambda provider, operation, phase: None,
) -> ProviderResult:
    """Test the server at `target` against `contract`.

    `values` holds the credentials by argument (`find_values`); those of the contract's examples are
    taken for a mock where it is None. Raises UsageError where the run cannot be made: credentials
    missing, no server there, no reply that the provider could have sent.
    """
    contract = allow_batches(contract)
    if values is None:
        values = {c.argument: c.example for c in contract.credentials} if target.is_mock else {}
    credentials = Credentials(contract, values)
    credentials.require()
    require_operations(contract, options or Options())
    require_requests(contract, options or Options(), target)
    require_server(contract.provider, target)
    return _Run(contract, target, options or Options(), credentials, listen).result()


def require_operations(contract: Contract, options: Options) -> None:
    """Raise UsageError where `options` names an operation that the contract does not have.

    An entry of the baseline that means nothing would hide nothing, and never be stale.
    """
    for name in options.operations:
        contract.operation(name)
    for entry in options.baseline:
        if entry.provider == contract.provider:
            choose_rules([entry.rule])
            contract.operation(entry.operation)


def require_requests(contract: Contract, options: Options, target: Target) -> None:
    """Raise UsageError where nothing that is asked for may be sent."""
    chosen = [contract.operation(name) for name in options.operations or contract.operations]
    if not target.writes and not any(operation.safe for operation in chosen):
        names = ", ".join(f"`{operation.id}`" for operation in chosen)
        raise UsageError(f"`{contract.provider}`: {names} may write; `--allow-writes` sends such requests")


def require_server(provider: str, target: Target) -> None:
    """Raise UsageError where nothing answers HTTP at the target's URL."""
    try:
        # Any reply will do, so one that is huge or never ends is not read.
        with httpx.Client(timeout=5, trust_env=False) as client, client.stream("GET", target.url):
            pass
    except httpx.HTTPError as error:
        advice = "is the server running, and is the URL right?"
        reason = str(error) or type(error).__name__
        raise UsageError(
            f"`{provider}`: no HTTP server answers at {target.url}: {reason}\n{advice}"
        ) from None


class _Run:
    def __init__(
        self,
        contract: Contract,
        target: Target,
        options: Options,
        credentials: Credentials,
        listen: Listener,
    ) -> None:
        self.contract, self.target, self.options = contract, target, options
        self.credentials, self.listen = credentials, listen
        self.mask = Mask(credentials.all)
        self.translator = Translator(self.mask, credentials)
        # What probing sent, for the report of requests.
        self._probed: list[tuple[float, Exchange]] = []
        self.reports = Reports(contract.provider, options, self.mask)
        wanted = options.operations or contract.operations
        self.labels = {label_of(contract, name): name for name in contract.operations}
        self.coverage = {n: Coverage(contract.operations[n]) for n in wanted}
        self.found: list[Finding] = []
        self.silence = Silence()
        self.seconds: dict[str, float] = {}
        self._phase_began = 0.0
        rules = choose_rules(options.rules)
        foreign = find_foreign(contract, target, options)
        ledger = Ledger(target.is_mock, credentials, foreign)
        self.judgement = Judgement(contract, rules, ledger, self.mask, self._tell)
        self.gate = Gate(contract, target, options, credentials)

    def result(self) -> ProviderResult:
        began = time.monotonic()
        self.reports.prepare()
        try:
            own = self._run()
        finally:
            self.reports.abort()
        found = deduplicate([*self.found, *own])
        if self.options.rules:
            found = [f for f in found if f.rule in self.options.rules]
        if self.options.operations:
            # Walks lead to other operations too; what they show there was not asked for.
            others = self.contract.operations.keys() - self.coverage.keys()
            found = [f for f in found if f.operation not in others]
        found, known, unused = split_findings(found, self.options.baseline)
        found += self._stale(unused)
        result = ProviderResult(
            self.contract.provider,
            self.target.url,
            time.monotonic() - began,
            tuple(self._operations(found, known)),
            tuple(map(str, self.reports.written)),
            self._advice(found),
            dict(self.seconds),
        )
        self.reports.write_own(result)
        return result

    def _advice(self, found: list[Finding]) -> str:
        if self.gate.reason:
            return f"the run was cut short: {self.gate.reason}"
        refused = self.target.is_mock and any(f.rule in _REFUSALS for f in found)
        return _MOCK_ADVICE if refused else ""

    def _run(self) -> list[Finding]:
        """Run all phases, write the reports, and return the findings that are ours."""
        # One request has told that a server is there.
        self.gate.reserve(1)
        tested = self._probe()
        if self.is_ended:
            return deduplicate(self.judgement.found)
        if not set(self.options.phases) & set(ENGINE_PHASES):
            self._require_provider()
            return deduplicate(f for f in self.judgement.found if f.operation in self.coverage)
        if not self.gate.reserve(_SENT_BY_ENGINE):
            return deduplicate(self._own_findings())
        schema = load_schema(tested, self.target, self.options, self.credentials)
        guard(schema, self.contract, self.gate)
        self.reports.start(schema, self.target.url)
        self.reports.record(self._probed)
        self._watch_calls(schema)
        stream = run_engine(schema)
        self.gate.stop = stream.stop
        self.silence.watch(schema, stream.stop)
        last = None
        for event in stream:
            if type(event).__name__ == "EngineFinished":
                # Ours are added before the writers close.
                last = event
                continue
            self._take(event)
            self.reports.take(event)
        self.gate.require_access()
        if not self.is_ended:
            self._require_provider()
            self._require_access()
        own = deduplicate(self._own_findings())
        for label, name in self.labels.items():
            self.reports.add(label, [f for f in own if f.operation == name])
        self.reports.take(last)
        self.reports.finish()
        return own

    def _probe(self) -> Contract:
        """Run the phase of our own; return the contract with the ids of tasks that exist."""
        with closing(self._session(self.contract)) as session:
            ids = self.options.task_ids
            if not ids and not self.target.is_mock:
                ids = tuple(find_ids(session))
            session.contract = with_ids(self.contract, ids)
            if PROBING in self.options.phases:
                # First: later phases leave a server that is full and set up anyhow.
                began, provider = time.monotonic(), self.contract.provider
                self.judgement.probe(session, lambda rule: self.listen(provider, rule, PROBING))
                self.seconds[PROBING] = time.monotonic() - began
        self.gate.require_access()
        return session.contract

    def _session(self, contract: Contract) -> Session:
        ledger, take = self.judgement.ledger, self._take_probe
        return Session(contract, self.target, self.options, self.credentials, ledger, take, self.gate)

    @property
    def is_ended(self) -> bool:
        """Whether a finding has ended the run (`fail_fast`)."""
        return self.gate.reason == _ENDED

    def _tell(self, finding: Finding) -> None:
        options = self.options
        wanted = not options.rules or finding.rule in options.rules
        known = any(entry.accepts(finding) for entry in options.baseline)
        if options.fail_fast and wanted and not known and finding.fails(options.fail_on):
            self.gate.close(_ENDED)

    def _keep(self, finding: Finding) -> None:
        self.found.append(finding)
        self._tell(finding)

    def _take_probe(self, operation: Operation, exchange: Exchange) -> list[Observation]:
        self._count(operation.id, exchange)
        if "har" in self.options.reports and len(self._probed) < _RECORDED:
            self._probed.append((time.time(), exchange))
        return self.judgement.take(operation, exchange)

    def _watch_calls(self, schema: Any) -> None:
        """Judge what every request of schemathesis brings, those of its checks too."""

        def after_call(context: Any, case: Any, response: Any) -> None:
            name = self.labels.get(case.operation.label)
            if name is not None:
                operation, exchange = self.contract.operations[name], Exchange.of_reply(response)
                self.gate.note(operation, exchange)
                self.judgement.take(operation, exchange)

        schema.hook(after_call)

    def _count(self, name: str | None, exchange: Exchange) -> None:
        if name in self.coverage:
            is_known = self.credentials.suffice(self.contract.operations[name], exchange)
            self.coverage[name].count(exchange, is_known)

    def _take(self, event: Any) -> None:
        kind = type(event).__name__
        if kind == "ScenarioStarted":
            name = self.labels.get(event.label or "", "")
            self.listen(self.contract.provider, name, str(event.phase.value))
        elif kind == "ScenarioFinished":
            self._take_scenario(event.recorder)
        elif kind == "PhaseStarted":
            self._phase_began = time.monotonic()
        elif kind == "PhaseFinished":
            if (name := str(event.phase.name.value)) in ENGINE_PHASES:
                self.seconds[name] = time.monotonic() - self._phase_began
            self._require_access(ENOUGH)
        elif kind == "NonFatalError":
            self._take_error(event)
        elif kind == "Interrupted" and not (self.silence.is_given_up or self.gate.is_closed):
            raise KeyboardInterrupt
        elif kind == "FatalError":
            reason = self.mask.text(str(event.exception))
            raise UsageError(f"`{self.contract.provider}`: the check broke off: {reason}")

    def _take_scenario(self, recorder: Any) -> None:
        """Count, mask and translate what one scenario sent, received and failed."""
        for case_id, interaction in recorder.interactions.items():
            name = self.labels.get(recorder.cases[case_id].value.operation.label)
            self._count(name, Exchange.of(interaction))
        mask_interactions(recorder, self.mask)
        for case_id, nodes in recorder.checks.items():
            case, interaction = recorder.cases[case_id].value, recorder.interactions.get(case_id)
            name = self.labels.get(case.operation.label, "")
            response = interaction.response if interaction is not None else None
            for node in nodes:
                own = self.contract.operations.get(name)
                said = own is not None and has_judged(node.name, own, case.meta, response)
                if said or node.failure_info is not None:
                    self.judgement.judged[node.name.replace("_", "-"), name] += 1
                if node.failure_info is not None:
                    failure = node.failure_info.failure
                    for finding in self._failure(recorder, case_id, node.name, failure):
                        self._keep(finding)

    def _failure(self, recorder: Any, case_id: str, check: str, failure: Any) -> Iterator[Finding]:
        case_id = failure.case_id or case_id
        name = self.labels.get(recorder.cases[case_id].value.operation.label)
        if name is not None and case_id in recorder.interactions:
            exchange = Exchange.of(recorder.interactions[case_id])
            operation = self.contract.operations[name]
            yield from self.translator.translate(operation, check, failure, exchange)

    def _take_error(self, event: Any) -> None:
        """Make a finding of what kept a case from being made, sent or answered."""
        import requests

        if isinstance(event.value, Unanswered):
            # The gate kept it.
            return
        network = isinstance(event.value, requests.RequestException)
        rule = "reply-received" if network else "cases-generated"
        got = self.mask.text(" ".join((event.info.message or event.info.title).split()))
        self._keep(self._error(rule, self.labels.get(event.label, event.label), got))

    def _error(self, rule: str, name: str, got: str, sent: Exchange | None = None) -> Finding:
        seconds = self.options.timeout
        expected = f"a reply within {seconds:g} s" if rule == "reply-received" else "cases to send"
        operation = self.contract.operations.get(name)
        if operation is not None:
            claim = Claim("request", expected, got, operation_fact(operation))
            return finding_of(operation, rule, claim, sent, self.mask)
        severity = severity_of(rule, UNSTATED)
        return Finding(self.contract.provider, name, rule, severity, "request", expected, got, UNSTATED)

    def _own_findings(self) -> Iterator[Finding]:
        yield from (f for f in self.judgement.found if f.operation in self.coverage)
        if self.is_ended:
            # What the rest of the run would have reached is not known.
            return
        if self.silence.is_given_up and self.silence.last is not None:
            label, sent = self.silence.last
            got = f"none to {self.silence.count} requests: the check stopped here"
            name = self.labels.get(label, label)
            yield self._error("reply-received", name, got, sent.masked(self.mask))
            return
        for coverage in self.coverage.values():
            if not self.gate.allows(coverage.operation):
                continue
            yield from coverage.findings(self.gate.reason)

    def _require_provider(self) -> None:
        """Raise UsageError where everything was answered as by a server that has no such paths."""
        statuses = {s for c in self.coverage.values() for s in c.statuses}
        if statuses and statuses <= {404, 405}:
            raise UsageError(
                f"`{self.contract.provider}`: every request below {self.target.url} was answered "
                "404 or 405\nis this the provider's base URL?"
            )

    def _require_access(self, at_least: int = 1) -> None:
        require_access(self.credentials, self.coverage.values(), self.target.url, at_least)

    def _stale(self, unused: list[Entry]) -> list[Finding]:
        """Return the entries of the baseline that this run could have met, and did not."""
        if self.gate.is_closed or set(PHASES) - set(self.options.phases):
            return []
        rules = self.options.rules
        met = [e for e in unused if not rules or e.rule in rules]
        tested = [name for name, coverage in self.coverage.items() if coverage.cases]
        return stale_findings(met, self.contract.provider, tested)

    def _operations(self, found: list[Finding], known: list[Finding]) -> Iterator[OperationResult]:
        for name, coverage in self.coverage.items():
            own = tuple(f for f in found if f.operation == name)
            is_sent = self.gate.allows(coverage.operation)
            note = coverage.note if is_sent else _WITHHELD
            accepted = tuple(f for f in known if f.operation == name)
            exercised = self.judgement.exercises[name].as_data()
            counts = {rule: n for (rule, at), n in sorted(self.judgement.judged.items()) if at == name}
            numbers = (coverage.cases, coverage.accepted)
            yield OperationResult(name, *numbers, own, note, not is_sent, accepted, exercised, counts)
        # What belongs to no operation (a link that cannot be followed) must not be lost.
        loose = [f for f in found if f.operation not in self.coverage]
        for name in dict.fromkeys(f.operation for f in loose):
            own = tuple(f for f in loose if f.operation == name)
            yield OperationResult(name, 0, 0, own)
