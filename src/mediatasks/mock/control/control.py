"""Look into a running mock and steer it: clock, state, single tasks, the log of requests.

    control = mock.control
    control.advance("PT1H")
    control.fail("acme", "17", message="no such file")
    assert not control.violations()

`/_mock` serves the same over HTTP (`service`, described by `control.yaml`).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

import msgspec

from mediatasks.contracts.lifecycle.resource import PHASES
from mediatasks.contracts.schema.validation import Validator
from mediatasks.errors import ControlError, nearest
from mediatasks.mock.control.exchanges import CallJudge
from mediatasks.mock.control.request_log import LoggedRequest, LoggedViolation, RequestLog
from mediatasks.mock.control.sample_task import creating_operation, send_sample
from mediatasks.mock.control.task import Task, phase_of, show_resource, show_task, show_value
from mediatasks.mock.control.task_controller import TaskController
from mediatasks.mock.faults.faults import Faults
from mediatasks.mock.http.messages import MockReply, MockRequest
from mediatasks.mock.rest.security import credential_places
from mediatasks.mock.rest.service import Service
from mediatasks.mock.store.clock import Clock, parse_duration
from mediatasks.mock.store.collection import Collection
from mediatasks.mock.webhooks.dispatcher import Dispatcher, Registration
from mediatasks.mock.webhooks.queue import OutgoingQueue, SentRequest

_Entry = TypeVar("_Entry", LoggedRequest, SentRequest)


class Control:
    """The control of one mock. Every name that does not exist is a ControlError of kind `missing`."""

    def __init__(
        self,
        services: Mapping[str, Service],
        clock: Clock,
        log: RequestLog,
        queue: OutgoingQueue,
        faults: Faults,
        handle: Callable[[MockRequest], MockReply],
        judge: CallJudge | None = None,
    ) -> None:
        self._services, self.clock, self._log, self._queue = services, clock, log, queue
        self._faults, self._handle, self._judge = faults, handle, judge

    def advance(self, step: str | float) -> None:
        """Move the clock forward by seconds or an ISO 8601 duration, and all tasks with it.

        Raises ControlError for no such duration, a negative step, or one past the year 9990.
        """
        try:
            self.clock.advance(parse_duration(step) if isinstance(step, str) else step)
        except ValueError as error:
            raise ControlError("refused", str(error)) from None
        for service in self._services.values():
            with service.store.lock:
                service.store.catch_up()

    def set_speed(self, speed: float) -> None:
        """Let so many seconds of the mock pass in a real one; 0 stops it. Raises ControlError."""
        try:
            self.clock.set_speed(speed)
        except ValueError as error:
            raise ControlError("refused", str(error)) from None

    def providers(self) -> list[dict[str, Any]]:
        """Return what is served.

        Each is name, title, path, operations, the credentials that the mock accepts, whether
        `create_sample` can create a task, and the resources with their states and count.
        """
        return [
            {
                "provider": name,
                "title": str(service.contract.document["info"].get("title", name)),
                "path": f"/{name}",
                "operations": list(service.contract.operations),
                "credentials": [place.shown() for place in credential_places(service.contract)],
                "creates": creating_operation(service.contract) is not None,
                "resources": [
                    show_resource(collection) for collection in service.store.collections.values()
                ],
            }
            for name, service in self._services.items()
        ]

    def contract(self, provider: str) -> dict[str, Any]:
        """Return a provider's OpenAPI document, in which this mock is the server."""
        server = {"url": f"/{provider}", "description": "The mock that serves this document."}
        return {**self._service(provider).contract.plain, "servers": [server]}

    def state(
        self, provider: str, resource: str | None = None, limit: int = 100, offset: int = 0
    ) -> list[dict[str, Any]]:
        """Return what a provider holds: resource, total, and `values` in order of creation."""
        service = self._service(provider)
        chosen = [resource] if resource else list(service.store.collections)
        with service.store.lock:
            return [self._held(self._collection(provider, name), limit, offset) for name in chosen]

    def _held(self, collection: Collection, limit: int, offset: int) -> dict[str, Any]:
        now = collection.catch_up()
        items = list(islice(collection.ordered(), offset, offset + limit))
        return {
            "resource": collection.resource.name,
            "total": len(collection.items),
            "values": [show_value(collection, item, now) for item in items],
        }

    def seed(self, provider: str, resource: str, values: list[Any], *, moving: bool = False) -> int:
        """Hold `values`, each replacing a resource of the same key, and return how many they are.

        A key that is missing is made up. They stay as they are, as the contract's own seeds do,
        unless `moving`. Raises ControlError where a value does not fit the contract; then none is held.
        """
        collection = self._collection(provider, resource)
        contract = self._service(provider).contract
        schema = {"$ref": f"#/components/schemas/{resource}"} if resource in contract.schemas else {}
        validator = Validator.of(contract, schema)
        whole = []
        with self._service(provider).store.lock:
            for number, value in enumerate(values):
                try:
                    given = json.loads(json.dumps(msgspec.to_builtins(value), allow_nan=False))
                except ValueError:
                    problem = "NaN and infinity are no JSON; leave the member out, or write null"
                    raise ControlError("refused", f"value {number}: {problem}") from None
                given = collection.complete_key(given) if isinstance(given, dict) else given
                breach = validator.deviation(given)
                if breach is None and collection.key_of(given) is None:
                    breach = validator.deviation(None)
                if breach is not None:
                    raise ControlError(
                        "refused", f"value {number} does not fit `{resource}`: {breach.message}"
                    )
                whole.append(given)
            for value in whole:
                item = collection.add(value)
                collection.lifecycle.settle(item, self.clock.now())
                if moving:
                    TaskController(collection, item).release()
        self._queue.wake()
        return len(whole)

    def reset(self, provider: str | None = None) -> None:
        """Go back to the seeded examples, of one provider or of all; with all, faults begin again."""
        services = [self._service(provider)] if provider else list(self._services.values())
        if not provider:
            self._faults.rewind()
        for service in services:
            service.store.reset()
        if self._judge is not None:
            self._judge.forget()

    def tasks(
        self, provider: str | None = None, phase: str | None = None, limit: int = 100, offset: int = 0
    ) -> list[Task]:
        """Return the tasks, the newest of each provider first."""
        if phase is not None and phase not in PHASES:
            raise ControlError("missing", f"no phase `{phase[:100]}`; {nearest(phase[:100], PHASES)}")
        chosen = [provider] if provider else list(self._services)
        found: list[Task] = []
        for name in chosen:
            with self._service(name).store.lock:
                found += islice(self._tasks(name, phase), offset + limit - len(found))
        return found[offset:]

    def _tasks(self, provider: str, phase: str | None) -> Iterator[Task]:
        for collection in self._task_collections(provider):
            now = collection.catch_up()
            for item in reversed(collection.items.values()):
                if phase in (None, phase_of(collection, item)):
                    yield show_task(provider, collection, item, now)

    def task(self, provider: str, key: str) -> Task:
        """Return one task by its key (of several parts: joined by `,`)."""
        with self._controller(provider, key) as controller:
            return show_task(provider, controller.collection, controller.item, controller.now)

    def create_sample(self, provider: str) -> list[Task]:
        """Send the documented request that creates a task, and return what it created.

        It goes the way of a client's: it stands in the log, and faults meet it. Raises ControlError
        where the contract has no such request, or nothing new came of it.
        """
        service = self._service(provider)
        collection, items = send_sample(service, self._handle)
        with service.store.lock:
            now = collection.catch_up()
            return [show_task(provider, collection, item, now) for item in items]

    def finish(self, provider: str, key: str) -> Task:
        """Take a task to success, now. Raises ControlError where the lifecycle has no way there."""
        return self._steer(provider, key, lambda controller: controller.finish())

    def fail(self, provider: str, key: str, message: str | None = None) -> Task:
        """Take a task to failure, now. Raises ControlError where the contract has no such thing."""
        return self._steer(provider, key, lambda controller: controller.fail(message))

    def stall(self, provider: str, key: str) -> Task:
        """Let a task stay as it is, for ever: time does not move it."""
        return self._steer(provider, key, lambda controller: controller.hold(None))

    def hold(self, provider: str, key: str, state: str) -> Task:
        """Take a task to `state`, now, and let it stay there. Raises ControlError."""
        return self._steer(provider, key, lambda controller: controller.hold(state))

    def release(self, provider: str, key: str) -> Task:
        """Let time move a task again that was stalled, held or seeded."""
        return self._steer(provider, key, lambda controller: controller.release())

    def requests(
        self, provider: str | None = None, verdict: str | None = None, limit: int = 100, offset: int = 0
    ) -> list[LoggedRequest]:
        """Return the log of requests, newest first; `verdict` is `fits` or `breaks`."""
        entries = self._newest(self._log.entries(), provider)
        wanted = (entry for entry in entries if verdict in (None, entry.verdict))
        return list(islice(wanted, offset, offset + limit))

    def violations(self) -> list[LoggedViolation]:
        """Return every breach of a contract so far, oldest first (the first thousand)."""
        return self._log.violations

    @property
    def violation_count(self) -> int:
        """How many breaches there were."""
        return self._log.violation_count

    def clear_requests(self) -> None:
        """Forget the log, the violations, and what was sent."""
        self._log.clear()
        self._queue.clear()

    def receivers(self, provider: str | None = None) -> list[Registration]:
        """Return who was registered for the webhooks of a provider, or of all."""
        chosen = [self._service(provider)] if provider else list(self._services.values())
        return [registration for s in chosen for registration in s.dispatcher.registrations()]

    def register(
        self, provider: str, url: str, secret: str | None = None, events: Iterable[str] = ()
    ) -> Registration:
        """Send a provider's webhooks to `url` from now on: those named, or all; signed with `secret`.

        Raises ControlError where the provider sends none to registered receivers, or not these.
        """
        with self._dispatcher(provider) as dispatcher:
            return dispatcher.register(url, secret, tuple(events))

    def unregister(self, provider: str, receiver: str) -> None:
        """Send nothing more to a receiver. Raises ControlError."""
        with self._dispatcher(provider) as dispatcher:
            dispatcher.unregister(receiver)

    @contextmanager
    def _dispatcher(self, provider: str) -> Iterator[Dispatcher]:
        service = self._service(provider)
        with service.store.lock:
            yield service.dispatcher

    def outgoing(
        self, provider: str | None = None, outcome: str | None = None, limit: int = 100, offset: int = 0
    ) -> list[SentRequest]:
        """Return what the mock sent by itself, or refused to send: the newest thousand, newest first."""
        entries = self._newest(self._queue.entries(), provider)
        wanted = (sent for sent in entries if outcome in (None, sent.outcome))
        return list(islice(wanted, offset, offset + limit))

    def _newest(self, entries: list[_Entry], provider: str | None) -> Iterator[_Entry]:
        """Return the entries about a provider, or about all, newest first."""
        if provider is not None:
            self._service(provider)
        return (entry for entry in reversed(entries) if provider in (None, entry.provider))

    @property
    def waiting(self) -> int:
        """How many requests are still to be sent, those that will be repeated included."""
        return self._queue.waiting

    def _service(self, provider: str) -> Service:
        service = self._services.get(provider)
        if service is None:
            raise ControlError(
                "missing", f"no provider `{provider[:100]}`; {nearest(provider[:100], self._services)}"
            )
        return service

    def _collection(self, provider: str, resource: str) -> Collection:
        collections = self._service(provider).store.collections
        if resource not in collections:
            hint = nearest(resource[:100], collections)
            raise ControlError("missing", f"`{provider}` has no resource `{resource[:100]}`; {hint}")
        return collections[resource]

    def _task_collections(self, provider: str) -> list[Collection]:
        return [s for s in self._service(provider).store.collections.values() if s.resource.states]

    @contextmanager
    def _controller(self, provider: str, key: str) -> Iterator[TaskController]:
        collections = self._task_collections(provider)
        with self._service(provider).store.lock:
            for collection in collections:
                parts = tuple(key.split(","))
                item = collection.items.get((key,)) or collection.items.get(parts)
                if item is not None:
                    yield TaskController(collection, item)
                    return
        raise ControlError("missing", f"`{provider}` has no task `{key[:100]}`")

    def _steer(self, provider: str, key: str, turn: Callable[[TaskController], None]) -> Task:
        with self._controller(provider, key) as controller:
            turn(controller)
            self._queue.wake()
            return show_task(provider, controller.collection, controller.item, controller.now)
