"""Faults on demand: the mock misbehaves as rules or the request's header `X-Mock-Fault` say.

    Mock(contracts, faults=Faults("acme.get_job=status:503@0.1", {"fault": "latency", "seconds": 1}))

A fault is `documented` where what a client then receives is what the contract says (a documented
status and body, however late), else `breaking`. A reply that a fault changed names the fault in its header
`X-Mock-Fault`; `applied` holds the last faults, also those that left no reply.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from msgspec import structs

from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.errors import UsageError, nearest
from mediatasks.mock.faults.fault import Case, Work
from mediatasks.mock.faults.rules import FaultRule, make_rule, read_rules
from mediatasks.mock.http.body import read_body
from mediatasks.mock.http.messages import MockReply, MockRequest, json_reply
from mediatasks.mock.rest.service import RestService, Service
from mediatasks.mock.rest.validation import judge_size
from mediatasks.mock.rpc.service import RpcService

HEADER = "x-mock-fault"
MAX_HEADER = 500
_REMEMBERED = 1000
# A rule that a request meets, the operation that it meets there, and the source of its chances.
Met = tuple[FaultRule, Operation, Random]


@dataclass(frozen=True, slots=True)
class AppliedFault:
    """A fault that a request met: `kind` is `documented` or `breaking`."""

    provider: str
    operation: str
    fault: str
    kind: str


class Faults:
    """The rules by which a mock misbehaves.

    Each is a mapping as `faults.schema.json` describes it, or a short text: `PROVIDER.OPERATION=`
    where it is not for all, then `NAME:ARG@RATE`. `seed` makes what they draw repeatable (None: that
    of the mock). Raises UsageError.
    """

    def __init__(self, *rules: str | Mapping[str, Any] | FaultRule, seed: int | None = None) -> None:
        self.rules = [rule if isinstance(rule, FaultRule) else make_rule(rule) for rule in rules]
        self.seed = seed
        self.applied: deque[AppliedFault] = deque(maxlen=_REMEMBERED)
        self._operations: list[Operation] = []
        self._asked = Random()
        self._lock = threading.Lock()

    @classmethod
    def from_file(cls, path: Path | str, seed: int | None = None) -> Faults:
        """Return the faults of a YAML or JSON file. Raises UsageError or ContractError."""
        return cls(*read_rules(Path(path)), seed=seed)

    def bind(self, services: Mapping[str, Service], seed: int | None) -> None:
        """Take the operations of the mock. Raises UsageError for a rule that suits none of them."""
        self._operations = [o for s in services.values() for o in s.contract.operations.values()]
        self.seed = seed if self.seed is None else self.seed
        for rule in self.rules:
            self._judge(rule)
        self.rewind()

    def replace(self, *rules: str | Mapping[str, Any]) -> None:
        """Follow other rules from now on. Raises UsageError, and then the old ones stay."""
        fresh = [make_rule(rule) for rule in rules]
        for rule in fresh:
            self._judge(rule)
        self.rules = fresh
        self.rewind()

    def rewind(self) -> None:
        """Begin again: the same requests meet the same faults."""
        self.applied.clear()
        seeds = [None if self.seed is None else f"{self.seed}:fault:{i}" for i in range(len(self.rules))]
        for rule, seed in zip(self.rules, seeds, strict=True):
            rule.rewind(seed)
        self._asked = Random(None if self.seed is None else f"{self.seed}:asked")

    def handle(self, service: Service, request: MockRequest, path: str) -> MockReply:
        """Answer a request to the service, with the faults that it meets."""
        asked = request.headers.get(HEADER, "")
        if not self.rules and not asked:
            return service.handle(request, path)
        work = partial(service.handle, request, path)
        operations = _operations(service, request, path)
        if not operations:
            return work()
        try:
            met = [*self._by_rule(operations), *self._by_header(operations, asked)]
        except UsageError as error:
            return json_reply(400, {"error": str(error)})
        return self._run(service, request, met, work) if met else work()

    def _run(self, service: Service, request: MockRequest, met: list[Met], work: Work) -> MockReply:
        marks: list[AppliedFault] = []
        for rule, operation, rng in sorted(met, key=lambda entry: entry[0].fault.rank):
            case = Case(service, operation, request, rng)
            work = partial(_noting, rule, case, work, marks)
        reply = work()
        self.applied.extend(marks)
        if not marks:
            return reply
        told = ", ".join(f"{mark.fault}; kind={mark.kind}" for mark in marks)
        return structs.replace(reply, headers={**reply.headers, HEADER: told})

    def _by_rule(self, operations: list[Operation]) -> Iterator[Met]:
        for rule in self.rules:
            if rule.name is None:
                yield from _meeting(rule, operations)

    def _by_header(self, operations: list[Operation], asked: str) -> Iterator[Met]:
        """Yield what the header asks for: names of rules, or faults in the short form."""
        if len(asked) > MAX_HEADER:
            raise UsageError(f"the header X-Mock-Fault is longer than {MAX_HEADER} characters")
        for text in filter(None, (part.strip() for part in asked.split(","))):
            named = [rule for rule in self.rules if rule.name == text]
            for rule in named:
                yield from _meeting(rule, operations)
            if not named:
                rule = self._made(text)
                problems = [_unsuited(rule, o) for o in operations if rule.covers(o)]
                if problems and all(problems):
                    raise UsageError(f"X-Mock-Fault: {problems[0]}")
                yield from _meeting(rule, operations)

    def _made(self, text: str) -> FaultRule:
        try:
            rule = make_rule(text)
        except UsageError as error:
            names = ", ".join(sorted(rule.name for rule in self.rules if rule.name))
            known = f"; faults with a name: {names}" if names else ""
            raise UsageError(f"X-Mock-Fault: {error}{known}") from None
        with self._lock:
            rule.rewind(str(self._asked.getrandbits(64)))
        return rule

    def _judge(self, rule: FaultRule) -> None:
        """Raise UsageError for a rule that can meet no request, or have no effect."""
        providers = {operation.contract.provider for operation in self._operations}
        if rule.provider is not None and rule.provider not in providers:
            hint = nearest(rule.provider, providers)
            raise UsageError(f"{rule.place}: no provider `{rule.provider}` is served; {hint}")
        of_provider = [o for o in self._operations if rule.provider in (None, o.contract.provider)]
        named = [o for o in of_provider if rule.operation in (None, o.id, o.rpc_method)]
        if rule.operation is not None and not named:
            hint = nearest(rule.operation, {o.id for o in of_provider})
            raise UsageError(f"{rule.place}: no operation `{rule.operation}`; {hint}")
        if rule.kind is not None and named and not any(rule.covers(o) for o in named):
            raise UsageError(
                f"{rule.place}: `{rule.fault.name}` is not {rule.kind} for any operation of it"
            )
        problems = [problem for o in named if (problem := _unsuited(rule, o))]
        if problems and len(problems) == len(named):
            raise UsageError(f"{rule.place}: {problems[0]}")


def _unsuited(rule: FaultRule, operation: Operation) -> str:
    """Return why the fault can have no effect on the operation; empty where it can."""
    try:
        rule.fault.suits(operation)
    except UsageError as error:
        return str(error)
    return ""


def _noting(rule: FaultRule, case: Case, work: Work, marks: list[AppliedFault]) -> MockReply:
    """Run a fault and note whether it had an effect."""
    reply = rule.fault.run(case, work)
    if case.applied:
        operation = case.operation
        name, kind = rule.fault.name, rule.kind_for(operation)
        marks.append(AppliedFault(operation.contract.provider, operation.id, name, kind))
    return reply


def _meeting(rule: FaultRule, operations: list[Operation]) -> Iterator[Met]:
    """Yield the rule with the first operation that it covers, if it meets this request."""
    operation = next((o for o in operations if rule.covers(o)), None)
    rng = rule.draw() if operation is not None else None
    if operation is not None and rng is not None:
        yield rule, operation, rng


def _operations(service: Service, request: MockRequest, path: str) -> list[Operation]:
    """Return the operations that the request calls; none where it calls none that exists."""
    if isinstance(service, RestService):
        match = service.router.match(path)
        endpoint = match.methods.get(request.method) if match else None
        return [endpoint.operation] if endpoint else []
    if not isinstance(service, RpcService) or path != service.envelope.path or judge_size(request):
        return []
    body = read_body(request.body or b"null")
    if isinstance(body, Mismatch):
        return []
    by_method = {o.rpc_method: o for o in service.contract.operations.values()}
    names = [call.method for call in service.envelope.calls(body) if isinstance(call.method, str)]
    return [by_method[name] for name in names if name in by_method]
