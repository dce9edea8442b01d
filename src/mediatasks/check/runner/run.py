"""One provider's run: its server is asked for, tested, and what came is made into a result."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any

from mediatasks.check.engine.events import Events
from mediatasks.check.engine.schemathesis_adapter import run_engine
from mediatasks.check.engine.settings import CHECK_IDS
from mediatasks.check.engine.setup import guard, load_schema
from mediatasks.check.engine.translation import Translator
from mediatasks.check.reports.files import Reports
from mediatasks.check.reports.result import ProviderResult
from mediatasks.check.requests.interruption import Interrupted, waiting
from mediatasks.check.requests.known_resources import KnownResources
from mediatasks.check.requests.network import find_route
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.requests.request_policy import INTERRUPTED, RequestPolicy
from mediatasks.check.runner.access import ENOUGH, require_access
from mediatasks.check.runner.batches import allow_batches
from mediatasks.check.runner.dead_threads import none_dies
from mediatasks.check.runner.foreign import find_foreign
from mediatasks.check.runner.known_ids import find_ids, with_ids
from mediatasks.check.runner.options import ENGINE_PHASES, PROBING, Options, Target
from mediatasks.check.runner.outcome import by_operation, find_stale
from mediatasks.check.runner.prerequisites import require_operations, require_requests, require_server
from mediatasks.check.runner.probing import run_probes, run_scenarios
from mediatasks.check.runner.progress import WAITING, Listener
from mediatasks.check.runner.silence import Silence
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.errors import UsageError
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.redaction import Redactor
from mediatasks.judge.baseline import split_findings
from mediatasks.judge.coverage import Coverage
from mediatasks.judge.deduplication import deduplicate
from mediatasks.judge.finding import Finding
from mediatasks.judge.history import History
from mediatasks.judge.judgement import Judgement
from mediatasks.judge.observation import Observation
from mediatasks.judge.rule import choose_rules

# A mock does what its contract says: where it refuses a request, the contract contradicts itself.
_REFUSALS = ("positive-data-acceptance", "operation-accepted")
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
    is_stopped: Callable[[], bool] = lambda: False,
) -> ProviderResult:
    """Test the server at `target` against `contract`.

    `values` holds the credentials by argument (`find_values`); those of the contract's examples are
    taken for a mock where it is None. Once `is_stopped` is true the run ends with what it has found.
    Raises UsageError where the run cannot be made: credentials
    missing, no server there, no reply that the provider could have sent.
    """
    contract = allow_batches(contract)
    if values is None:
        values = {c.argument: c.example for c in contract.credentials} if target.is_mock else {}
    credentials = Credentials(contract, values)
    credentials.require()
    require_operations(contract, options or Options())
    require_requests(contract, options or Options(), target)
    route = find_route(target)
    require_server(contract.provider, target, route)
    run = _Run(contract, target, options or Options(), credentials, listen, is_stopped)
    with route.applied(), none_dies(contract.provider):
        return run.result()


class _Run:
    def __init__(
        self,
        contract: Contract,
        target: Target,
        options: Options,
        credentials: Credentials,
        listen: Listener,
        is_stopped: Callable[[], bool],
    ) -> None:
        self.contract, self.target, self.options = contract, target, options
        self.credentials, self.listen = credentials, listen
        self.redactor = Redactor(credentials.all)
        # What probing sent, for the report of requests.
        self._probed: list[tuple[float, Exchange]] = []
        self.reports = Reports(contract.provider, options, self.redactor)
        wanted = options.operations or contract.operations
        self.coverage = {n: Coverage(contract.operations[n]) for n in wanted}
        self.found: list[Finding] = []
        self.silence = Silence()
        self._probing: dict[str, float] = {}
        rules = choose_rules(options.rules, CHECK_IDS)
        self.known = KnownResources(target.is_mock, find_foreign(contract, target, options))
        history = History(target.is_mock, credentials, self.known.foreign)
        self.judgement = Judgement(contract, rules, history, self.redactor, self._tell)
        self.policy = RequestPolicy(contract, target, options, credentials, is_stopped=is_stopped)
        self.policy.tell_wait = self._tell_wait
        translator = Translator(self.redactor, credentials)
        self.events = Events(contract, options, translator, self.judgement, self._count, self._keep, listen)

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
        found += find_stale(unused, self.contract.provider, self.coverage, self.options, self.policy)
        result = ProviderResult(
            self.contract.provider,
            self.target.url,
            time.monotonic() - began,
            tuple(by_operation(self.coverage, found, known, self.judgement, self.policy)),
            tuple(map(str, self.reports.written)),
            self._advice(found),
            self._probing | self.events.seconds,
        )
        self.reports.write_own(result)
        return result

    def _advice(self, found: list[Finding]) -> str:
        if self.policy.reason:
            return f"the run was cut short: {self.policy.reason}"
        if self.policy.longest:
            said = f"the server asked to wait {self.policy.longest:.0f} s; the check waited"
            return f"{said} {self.options.max_wait:g} s (`--max-wait`)"
        refused = self.target.is_mock and any(f.rule in _REFUSALS for f in found)
        return _MOCK_ADVICE if refused else ""

    def _run(self) -> list[Finding]:
        """Run all phases, write the reports, and return the findings that are ours."""
        # One request has told that a server is there.
        self.policy.reserve(1)
        tested = self._probe()
        if self.is_ended:
            return deduplicate(self.judgement.found)
        if not set(self.options.phases) & set(ENGINE_PHASES):
            self._require_provider()
            return deduplicate(f for f in self.judgement.found if f.operation in self.coverage)
        if not self.policy.reserve(_SENT_BY_ENGINE):
            return deduplicate(self._own_findings())
        schema = load_schema(tested, self.target, self.options, self.credentials)
        guard(schema, self.contract, self.policy)
        self.reports.start(schema, self.target.url)
        self.reports.record(self._probed)
        self._watch_calls(schema)
        stream = run_engine(schema)
        self.policy.stop = stream.stop
        self.silence.watch(schema, stream.stop)
        last = None
        for event in self._until_interrupted(stream):
            if type(event).__name__ == "EngineFinished":
                # Ours are added before the writers close.
                last = event
                continue
            self.events.take(event, is_stopped=self.silence.is_given_up or self.policy.is_closed)
            if type(event).__name__ == "PhaseFinished":
                self._require_access(ENOUGH)
            self.reports.take(event)
        self.policy.require_access()
        if not self.is_ended:
            self._require_provider()
            self._require_access()
        own = deduplicate(self._own_findings())
        for label, name in self.events.labels.items():
            self.reports.add(label, [f for f in own if f.operation == name])
        if last is not None:
            self.reports.take(last)
        self.reports.finish()
        return own

    def _until_interrupted(self, stream: Any) -> Iterator[Any]:
        """Yield the events of the engine; end where the user has ended the run while a server is silent."""
        while True:
            try:
                with waiting():
                    event = next(stream, None)
            except Interrupted:
                self.policy.interrupt()
                return
            if event is None:
                return
            yield event

    def _tell_wait(self, seconds: float, asked: float) -> None:
        text = (
            f"{seconds:.0f} s, as the server asks"
            if seconds >= asked
            else f"{seconds:.0f} s of {asked:.0f} s that the server asks for"
        )
        self.listen(self.contract.provider, text, WAITING)

    def _probe(self) -> Contract:
        """Run the phase of our own; return the contract with the ids of tasks that exist."""
        with closing(self._probe_client(self.contract)) as client:
            ids = self.options.task_ids
            if not ids and not self.target.is_mock:
                ids = tuple(find_ids(client))
            client.contract = with_ids(self.contract, ids)
            if PROBING in self.options.phases:
                # First: later phases leave a server that is full and set up anyhow.
                began, provider = time.monotonic(), self.contract.provider
                run_scenarios(client, self.judgement, lambda name: self.listen(provider, name, PROBING))
                run_probes(client, self.judgement, lambda rule: self.listen(provider, rule, PROBING))
                self._probing[PROBING] = time.monotonic() - began
        self.policy.require_access()
        return client.contract

    def _probe_client(self, contract: Contract) -> ProbeClient:
        history, take = self.judgement.history, self._take_probe
        return ProbeClient(
            contract, self.target, self.options, self.credentials, history, self.known, take, self.policy
        )

    @property
    def is_ended(self) -> bool:
        """Whether a finding (`fail_fast`) or the user has ended the run."""
        return self.policy.reason in (_ENDED, INTERRUPTED)

    def _tell(self, finding: Finding) -> None:
        options = self.options
        wanted = not options.rules or finding.rule in options.rules
        known = any(entry.accepts(finding) for entry in options.baseline)
        if options.fail_fast and wanted and not known and finding.fails(options.fail_on):
            self.policy.close(_ENDED)

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
            name = self.events.labels.get(case.operation.label)
            if name is not None:
                operation, exchange = self.contract.operations[name], Exchange.of_reply(response)
                self.policy.note(operation, exchange)
                self.judgement.take(operation, exchange)

        schema.hook(after_call)

    def _count(self, name: str | None, exchange: Exchange) -> None:
        if name in self.coverage:
            is_known = self.credentials.suffice(self.contract.operations[name], exchange)
            self.coverage[name].count(exchange, is_known)

    def _own_findings(self) -> Iterator[Finding]:
        yield from (f for f in self.judgement.found if f.operation in self.coverage)
        if self.is_ended:
            # What the rest of the run would have reached is not known.
            return
        if self.silence.is_given_up and self.silence.last is not None:
            label, sent = self.silence.last
            got = f"none to {self.silence.count} requests: the check stopped here"
            name = self.events.labels.get(label, label)
            yield self.events.unsent("reply-received", name, got, sent.redacted(self.redactor))
            return
        for coverage in self.coverage.values():
            if not self.policy.allows(coverage.operation):
                continue
            yield from coverage.findings(self.policy.reason)

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
