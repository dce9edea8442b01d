"""One provider's run: its server is asked for, tested, and what came is made into a result."""

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from mediatasks.check.engine.engine_run import SENT_BY_ENGINE, EngineRun
from mediatasks.check.engine.events import Events
from mediatasks.check.engine.settings import CHECK_IDS
from mediatasks.check.engine.setup import load_schema
from mediatasks.check.engine.translation import Translator
from mediatasks.check.options import ENGINE_PHASES, PROBING, Options
from mediatasks.check.reports.files import Reports
from mediatasks.check.reports.result import ProviderResult
from mediatasks.check.requests.known_resources import KnownResources
from mediatasks.check.requests.network import find_route
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.requests.request_policy import RequestPolicy
from mediatasks.check.runner.access import ENOUGH, require_access, require_provider
from mediatasks.check.runner.batches import allow_batches
from mediatasks.check.runner.dead_threads import none_dies
from mediatasks.check.runner.foreign import find_foreign
from mediatasks.check.runner.known_ids import find_ids, with_ids
from mediatasks.check.runner.outcome import RunOutcome
from mediatasks.check.runner.prerequisites import require_operations, require_requests, require_server
from mediatasks.check.runner.probing import run_scenarios
from mediatasks.check.runner.progress import WAITING, Listener
from mediatasks.check.scenarios.catalogue import SCENARIOS
from mediatasks.check.target import Target
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.redaction import Redactor
from mediatasks.judge.finding import Finding
from mediatasks.judge.judgement import Judgement
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.rule import choose_rules
from mediatasks.judge.tracks.history import History

# A mock does what its contract says: where it refuses a request, the contract contradicts itself.
_REFUSALS = ("positive-data-acceptance", "operation-accepted")
# Requests of our own that a report holds at most.
_RECORDED = 5000
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
        redactor = Redactor(credentials.all)
        self.reports = Reports(contract, options, redactor)
        self.policy = RequestPolicy(contract, target, options, credentials, is_stopped=is_stopped)
        self.policy.tell_wait = self._tell_wait
        self.outcome = RunOutcome(contract, options, credentials, self.policy)
        self.known = KnownResources(target.is_mock, find_foreign(contract, target, options))
        history = History(target.is_mock, credentials, self.known.foreign)
        rules = choose_rules(options.rules, CHECK_IDS)
        self.judgement = Judgement(contract, rules, history, redactor, self.outcome.tell)
        # What probing sent, for the report of requests, and its seconds.
        self._probed: list[tuple[float, Exchange]] = []
        self._probing: dict[str, float] = {}
        translator, outcome = Translator(redactor, credentials), self.outcome
        self.events = Events(
            contract, options, translator, self.judgement, outcome.count, outcome.keep, listen
        )
        self.engine = EngineRun(self.events, self.policy, redactor, self._take)

    def result(self) -> ProviderResult:
        began = time.monotonic()
        self.reports.prepare()
        try:
            own = self._run()
        finally:
            self.reports.abort()
        found, known = self.outcome.settle(own)
        result = ProviderResult(
            self.contract.provider,
            self.target.url,
            time.monotonic() - began,
            tuple(self.outcome.by_operation(found, known, self.judgement)),
            tuple(map(str, self.reports.written)),
            self._advice(found),
            self._probing | self.events.seconds,
            self.outcome.not_judged(self.judgement),
        )
        self.reports.write_own(result)
        return result

    def _run(self) -> list[Finding]:
        """Run all phases, write the reports, and return the findings that are ours."""
        # One request has told that a server is there.
        self.policy.reserve(1)
        tested = self._probe()
        if self.outcome.is_ended:
            return self._own_findings()
        if not set(self.options.phases) & set(ENGINE_PHASES):
            self._require_provider()
            return self.outcome.rule_findings(self.judgement)
        if not self.policy.reserve(SENT_BY_ENGINE):
            return self._own_findings()
        schema = load_schema(tested, self.target, self.options, self.credentials)
        self.reports.start(schema, self.target.url)
        self.reports.record(self._probed)
        last = None
        for event in self.engine.run(schema):
            if type(event).__name__ == "EngineFinished":
                # Ours are added before the writers close.
                last = event
                continue
            if type(event).__name__ == "PhaseFinished":
                self._require_access(ENOUGH)
            self.reports.take(event)
        self.policy.require_access()
        if not self.outcome.is_ended:
            self._require_provider()
            self._require_access()
        own = self._own_findings()
        for label, name in self.events.labels.items():
            self.reports.add(label, [f for f in own if f.operation == name])
        if last is not None:
            self.reports.take(last)
        self.reports.finish()
        return own

    def _advice(self, found: list[Finding]) -> str:
        if self.policy.reason:
            return f"the run was cut short: {self.policy.reason}"
        if self.policy.longest:
            said = f"the server asked to wait {self.policy.longest:.0f} s; the check waited"
            return f"{said} {self.options.max_wait:g} s (`--max-wait`)"
        refused = self.target.is_mock and any(f.rule in _REFUSALS for f in found)
        return _MOCK_ADVICE if refused else ""

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
                self._probing[PROBING] = time.monotonic() - began
            else:
                self.judgement.unmet = dict.fromkeys(SCENARIOS, f"the phase `{PROBING}` was not chosen")
        self.policy.require_access()
        return client.contract

    def _probe_client(self, contract: Contract) -> ProbeClient:
        take = self._take_probe
        return ProbeClient(
            contract, self.target, self.options, self.credentials, self.known, take, self.policy
        )

    def _take_probe(self, operation: Operation, exchange: Exchange) -> list[Observation]:
        self.outcome.count(operation.id, exchange)
        if "har" in self.options.reports and len(self._probed) < _RECORDED:
            self._probed.append((time.time(), exchange))
        return self._take(operation, exchange)

    def _take(self, operation: Operation, exchange: Exchange) -> list[Observation]:
        self.reports.recording.write(exchange)
        return self.judgement.take(operation, exchange)

    def _own_findings(self) -> list[Finding]:
        return self.outcome.own_findings(self.judgement, self.engine.silent)

    def _require_access(self, at_least: int = 1) -> None:
        coverage = self.outcome.coverage.values()
        require_access(self.credentials, coverage, self.target.url, at_least)

    def _require_provider(self) -> None:
        require_provider(self.contract.provider, self.outcome.coverage.values(), self.target.url)
