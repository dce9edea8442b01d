"""The engine at work: its requests pass the policy, its exchanges are judged, its events taken."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from mediatasks.check.engine.events import Events
from mediatasks.check.engine.schemathesis_adapter import run_engine
from mediatasks.check.engine.setup import guard
from mediatasks.check.engine.silence import Silence
from mediatasks.check.requests.interruption import Interrupted, waiting
from mediatasks.check.requests.request_policy import RequestPolicy
from mediatasks.contracts.model.contract import Operation
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.redaction import Redactor
from mediatasks.judge.finding import Finding

# What schemathesis asks before its first phase: which bytes the server takes in a path and in a header.
SENT_BY_ENGINE = 2


class EngineRun:
    """All phases of the engine against one server, until `policy` closes or nobody answers.

    `take` gets every exchange, those of schemathesis's own checks too.
    """

    def __init__(
        self,
        events: Events,
        policy: RequestPolicy,
        redactor: Redactor,
        take: Callable[[Operation, Exchange], Any],
    ) -> None:
        self.events, self.policy, self.redactor, self.take = events, policy, redactor, take
        self._silence = Silence()

    def run(self, schema: Any) -> Iterator[Any]:
        """Yield the engine's events once they are taken. Raises what `Events.take` raises."""
        guard(schema, self.events.contract, self.policy)
        self._watch_calls(schema)
        stream = run_engine(schema)
        self.policy.stop = stream.stop
        self._silence.watch(schema, stream.stop)
        for event in self._until_interrupted(stream):
            self.events.take(event, is_stopped=self._silence.is_given_up or self.policy.is_closed)
            yield event

    def silent(self) -> Finding | None:
        """Return the finding of a server that stopped to answer; None where it did not."""
        if not self._silence.is_given_up or self._silence.last is None:
            return None
        label, sent = self._silence.last
        got = f"none to {self._silence.count} requests: the check stopped here"
        name = self.events.labels.get(label, label)
        return self.events.unsent("reply-received", name, got, sent.redacted(self.redactor))

    def _watch_calls(self, schema: Any) -> None:
        """Judge what every request of schemathesis brings, those of its checks too."""

        def after_call(context: Any, case: Any, response: Any) -> None:
            name = self.events.labels.get(case.operation.label)
            if name is not None:
                operation, now = self.events.contract.operations[name], time.time()
                exchange = replace(Exchange.of_reply(response), begin=now - response.elapsed, end=now)
                self.policy.note(operation, exchange)
                self.take(operation, exchange)

        schema.hook(after_call)

    def _until_interrupted(self, stream: Any) -> Iterator[Any]:
        """Yield the events; end where the user has ended the run while a server is silent."""
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
