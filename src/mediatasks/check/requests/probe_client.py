"""What a rule's probe works with: it sends requests, and everything that comes back is judged too."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from typing import Any

import httpx2

from mediatasks.check.options import Options
from mediatasks.check.requests.interruption import Interrupted, waiting
from mediatasks.check.requests.known_resources import KnownResources
from mediatasks.check.requests.network import find_route
from mediatasks.check.requests.request_policy import RequestPolicy, Unanswered
from mediatasks.check.target import Target
from mediatasks.client.transport.failure import translate
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.documented_request import DocumentedRequest, documented_requests, prepare
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.placement import Placement
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import Key, ObservedResource

# How many reads follow one task, and seconds between them where the server's time is our own.
_READS = 400
# Reads of a mock, which does at once what it is told.
FEW = 4
_SPARE, _SPARE_LIVE = 40, 3
# Seconds that a request may take which undoes a change of a run that the user has ended.
_LAST = 2.5

Taken = Callable[[Operation, Exchange], list[Observation]]


class ProbeClient:
    """Requests to one server, with the right credentials unless told otherwise.

    `take` judges an exchange and returns what it shows. `watch_seconds` bounds how long a task is
    followed on a server with a clock of its own.
    """

    def __init__(
        self,
        contract: Contract,
        target: Target,
        options: Options,
        credentials: Credentials,
        known: KnownResources,
        take: Taken,
        policy: RequestPolicy,
    ) -> None:
        self.contract, self.target, self.options = contract, target, options
        self.credentials, self.known, self._take, self.policy = credentials, known, take, policy
        route = find_route(target).client_options()
        self._client = httpx2.Client(timeout=options.timeout, auth=policy.signature, **route)
        # Whether a request was not made because it may write; set back by who asks.
        self.has_refrained = False
        # What probes share, by name: each is found out once a run.
        self.shared: dict[tuple[str, ...], Any] = {}
        # Resources that may still be made only so that there are enough: elsewhere they may cost money.
        self.spare = _SPARE if target.is_mock else _SPARE_LIVE

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def may(self, operation_id: str) -> bool:
        """Whether requests of an operation may be sent: a live service is only read."""
        is_allowed = self.policy.allows(self.contract.operations[operation_id])
        self.has_refrained = self.has_refrained or not is_allowed
        return is_allowed

    def send(self, operation: Operation, exchange: Exchange, *, undoes: bool = False) -> Exchange:
        """Send a request as it is and return it with its reply, judged by nobody.

        Raises Unanswered; its subclasses Withheld and Closed where the policy keeps the request. One
        that `undoes` what the run did leaves even when the run is over.
        """
        self.policy.admit(operation, exchange.method, exchange.body, undoes=undoes)
        headers = {n: v[0] for n, v in exchange.headers.items()}
        # Once the user has ended the run, what undoes a change has little time left.
        timeout = min(self.options.timeout, _LAST) if self.policy.is_interrupted else self.options.timeout
        began = time.time()
        try:
            with nullcontext() if undoes else waiting():
                reply = self._client.request(
                    exchange.method, exchange.url, headers=headers, content=exchange.body, timeout=timeout
                )
        except httpx2.HTTPError as error:
            raise Unanswered(str(translate(error))) from None
        except Interrupted:
            raise self.policy.interrupt() from None
        received = {n.lower(): [v] for n, v in reply.headers.items()}
        answered = replace(
            exchange,
            status=reply.status_code,
            reply_headers=received,
            reply=reply.content,
            begin=began,
            end=time.time(),
        )
        self.policy.note(operation, answered)
        return answered

    def call(
        self, request: DocumentedRequest, placements: Sequence[Placement] | None = None
    ) -> Observation:
        """Send one call and return what it shows. Raises Unanswered.

        `placements` are the credentials (None: the right ones).
        """
        return self.batch([request], placements)[0]

    def batch(
        self,
        requests: Sequence[DocumentedRequest],
        placements: Sequence[Placement] | None = None,
        *,
        numbered: bool = True,
    ) -> list[Observation]:
        """Send calls in one request and return what each shows, `numbered` by ids. Raises Unanswered."""
        return self.deliver(requests[0].operation, self.prepare(requests, placements, numbered=numbered))

    def prepare(
        self,
        requests: Sequence[DocumentedRequest],
        placements: Sequence[Placement] | None = None,
        *,
        numbered: bool = True,
    ) -> Exchange:
        """Return calls as one request that can be sent."""
        operation = requests[0].operation
        if placements is None:
            placements = [*self.credentials.placements(operation), *self.credentials.body]
        return prepare(requests, self.target.url, placements, numbered=numbered)

    def deliver(self, operation: Operation, sent: Exchange) -> list[Observation]:
        """Send a request of `operation` as it is and return what it shows. Raises Unanswered."""
        observations = self._take(operation, self.send(operation, sent))
        for seen in observations:
            self.known.take(seen)
        return observations

    @contextmanager
    def setting_back(self, request: DocumentedRequest) -> Iterator[None]:
        """Send `request` if the block ends by Unanswered, a spent budget included: it undoes the change
        that is the block's first request. Where that did not leave, there is nothing to undo.
        """
        before = self.policy.sent
        try:
            yield
        except Unanswered:
            if self.policy.sent > before:
                with suppress(Unanswered):
                    answered = self.send(request.operation, self.prepare([request]), undoes=True)
                    self._take(request.operation, answered)
            raise

    def request(self, operation_id: str) -> DocumentedRequest | None:
        """Return the first documented request of an operation."""
        return next(documented_requests(self.contract.operations[operation_id]), None)

    def create(self, resource: Resource) -> Iterator[tuple[DocumentedRequest, Observation]]:
        """Yield each documented creation of a resource that the server accepts, as it is made."""
        for name in resource.creators:
            if not self.may(name):
                continue
            for request in documented_requests(self.contract.operations[name]):
                seen = self.call(request)
                if seen.accepted and seen.resources:
                    yield request, seen

    def read(self, observed: ObservedResource) -> Observation | None:
        """Read one resource by the operation that shows it whole; None where there is none."""
        request = self.reading(observed)
        return self.call(request) if request else None

    def reading(self, observed: ObservedResource) -> DocumentedRequest | None:
        """Return the request that reads a resource: by a read, else by a list that takes its key."""
        names = observed.resource.readers
        return next(filter(None, (self.naming(name, observed) for name in names)), None)

    def readings(self, observed: ObservedResource) -> list[DocumentedRequest]:
        """Return all requests that read a resource: those by its key first."""
        resource = observed.resource
        names = dict.fromkeys([*resource.readers, *resource.operations_with("read")])
        return [r for r in (self.naming(name, observed) for name in names) if r is not None]

    def naming(self, operation_id: str, observed: ObservedResource) -> DocumentedRequest | None:
        """Return the first documented request of an operation, for this resource.

        It names it by the whole key, or by members that are all known; None where it cannot. Other
        values stay those of the example.
        """
        resource, request = observed.resource, self.request(operation_id)
        where = resource.operations[operation_id].get("where", {})
        known = {p for p in where if get(observed.value, p) is not MISSING}
        if request is None or not (known.issuperset(resource.key) or (where and known == set(where))):
            return None
        for pointer, expression in where.items():
            value = get(observed.value, pointer)
            example = request.value_of(expression)
            # A filter that the example does not use would find too little once the resource changes.
            if value is not MISSING and (pointer in resource.key or example is not MISSING):
                request = request.having(expression, [value] if isinstance(example, list) else value)
        return request

    def found(self, seen: Observation | None, key: Key) -> ObservedResource | None:
        """Return the resource with `key` in what a reply shows."""
        return seen.find(key) if seen else None

    def watch(
        self, observed: ObservedResource, most: int = _READS, by: Sequence[DocumentedRequest] = ()
    ) -> Iterator[Observation]:
        """Read a task until it is in a final state, its time is over, or it is gone.

        Each way to read it (`by`; none: all) takes its turn; what one shows as final is read by the
        others too.
        """
        readings = by or self.readings(observed)
        for i, _ in enumerate(self.turns(observed.resource, most) if readings else ()):
            request = readings[i % len(readings)]
            seen = self.call(request)
            yield seen
            found = self.found(seen, observed.key)
            if found is None and request.operation.id in observed.resource.readers:
                return
            if found is not None and found.state is not None and found.state.final:
                yield from (self.call(other) for other in readings if other is not request)
                return

    def turns(self, resource: Resource, most: int = _READS) -> Iterator[None]:
        """Yield each time that a resource may be looked at again, `most` times on a mock.

        A server with a time of its own is given the contract's pause between two reads.
        """
        until = time.monotonic() + self.options.watch
        for _ in range(most if self.target.is_mock else _READS):
            yield
            if not self.target.is_mock:
                pause = min(resource.poll or 1.0, until - time.monotonic())
                if pause <= 0:
                    return
                self.policy.wait(pause)
