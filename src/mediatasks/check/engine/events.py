"""What the engine of schemathesis tells: its events are counted, and made into findings."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from mediatasks.check.engine.engine_failure import describe_failure
from mediatasks.check.engine.judged import has_judged
from mediatasks.check.engine.setup import label_of
from mediatasks.check.engine.translation import Translator
from mediatasks.check.options import ENGINE_PHASES, Options
from mediatasks.check.requests.request_policy import Unanswered
from mediatasks.contracts.model.contract import Contract
from mediatasks.errors import UsageError
from mediatasks.exchange.exchange import Exchange, redact_interactions
from mediatasks.judge.facts import UNSTATED, operation_fact
from mediatasks.judge.finding import Finding, finding_of, severity_of
from mediatasks.judge.judgement import Judgement
from mediatasks.judge.violation import Violation
from mediatasks.unforeseen import own_cause


class Events:
    """Take the events of one run.

    `count` gets what was sent, `keep` the findings, `judgement` the verdicts. Secrets are taken out of
    what was recorded. `listen` hears provider, operation id and phase. `seconds` is the time of each
    phase that has ended, `labels` the operation ids by the names that the engine gives them.
    """

    def __init__(
        self,
        contract: Contract,
        options: Options,
        translator: Translator,
        judgement: Judgement,
        count: Callable[[str | None, Exchange], None],
        keep: Callable[[Finding], None],
        listen: Callable[[str, str, str], None],
    ) -> None:
        self.contract, self.options, self.translator = contract, options, translator
        self.judgement, self.count, self.keep, self.listen = judgement, count, keep, listen
        self.labels = {label_of(contract, name): name for name in contract.operations}
        self.seconds: dict[str, float] = {}
        self._redactor = translator.redactor
        self._phase_began = 0.0

    def take(self, event: Any, *, is_stopped: bool) -> None:
        """Take one event; `is_stopped` says that an interruption is our own.

        Raises UsageError where the engine broke off, KeyboardInterrupt where the user stopped it.
        """
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
        elif kind == "NonFatalError":
            self._take_error(event)
        elif kind == "Interrupted" and not is_stopped:
            raise KeyboardInterrupt
        elif kind == "FatalError":
            reason = self._redactor.text(str(event.exception))
            raise UsageError(f"`{self.contract.provider}`: the check broke off: {reason}")

    def unsent(self, rule: str, name: str, got: str, sent: Exchange | None = None) -> Finding:
        """Return the finding of a case that could not be made, sent or answered."""
        seconds = self.options.timeout
        expected = f"a reply within {seconds:g} s" if rule == "reply-received" else "cases to send"
        operation = self.contract.operations.get(name)
        if operation is not None:
            violation = Violation("request", expected, got, operation_fact(operation))
            return finding_of(operation, rule, violation, sent, self._redactor)
        severity = severity_of(rule, UNSTATED)
        return Finding(self.contract.provider, name, rule, severity, "request", expected, got, UNSTATED)

    def _take_scenario(self, recorder: Any) -> None:
        """Count, redact and translate what one scenario sent, received and failed."""
        for case_id, interaction in recorder.interactions.items():
            name = self.labels.get(recorder.cases[case_id].value.operation.label)
            self.count(name, Exchange.of(interaction))
        redact_interactions(recorder, self._redactor)
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
                        self.keep(finding)

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
            # The policy kept it.
            return
        network = isinstance(event.value, requests.RequestException)
        if not network and (own := own_cause(event.value)) is not None:
            # Nothing that the server did: the run must not go on as if it had judged the case.
            raise own
        rule = "reply-received" if network else "cases-generated"
        got = describe_failure(event.value)
        self.keep(self.unsent(rule, self.labels.get(event.label, event.label), got))
