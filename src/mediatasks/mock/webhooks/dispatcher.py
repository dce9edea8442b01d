"""What a provider sends by itself, and when: its contract's webhooks and callbacks (`x-delivery`).

A message about a resource that enters a state is sent at once; about a new resource when the request that
made it is done, so that it is complete. Addresses come from the resource, from the request (callbacks), or
from receivers that were registered with the mock.
"""

import random
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mediatasks.contracts.expression import Scope, expand
from mediatasks.contracts.model.webhooks import webhooks_of
from mediatasks.errors import ControlError, nearest
from mediatasks.mock.http.redaction import shown_address
from mediatasks.mock.store.collection import Collection, Listener
from mediatasks.mock.store.lifecycle import Item
from mediatasks.mock.store.store import Store
from mediatasks.mock.webhooks.queue import OutgoingQueue, OutgoingRequest
from mediatasks.mock.webhooks.template import CALLBACKS, Receiver, WebhookTemplate, addresses

RECEIVERS = 100


@dataclass(frozen=True, slots=True)
class Registration:
    """A registered receiver, as it may be shown: no secret, and nothing of its address's query."""

    provider: str
    id: str
    url: str
    events: tuple[str, ...]
    signed: bool


class Dispatcher(Listener):
    """The messages of one provider; the caller holds the lock of the store.

    `attended` says whether somebody waits for them: then time moves the resources without a request, too.
    """

    def __init__(self, store: Store, queue: OutgoingQueue) -> None:
        self._store, self._queue = store, queue
        self._provider = store.contract.provider
        templates = [WebhookTemplate(w) for w in webhooks_of(store.contract) if w.resource is not None]
        # Grouped by address, which is looked up at every move.
        self._templates: dict[str, dict[str, list[WebhookTemplate]]] = {}
        self._callbacks: dict[str, list[WebhookTemplate]] = {}
        for template in templates:
            assert template.webhook.resource is not None
            groups = self._templates.setdefault(template.webhook.resource.name, {})
            groups.setdefault(template.group, []).append(template)
            if template.webhook.operation is not None:
                self._callbacks.setdefault(template.webhook.operation, []).append(template)
        self.events = [template.webhook.name for template in templates if template.is_registered]
        # No message is sent about new resources of other types.
        self._told_new = {
            n.webhook.resource.name for n in templates if n.webhook.resource and n.may_tell_new
        }
        self.reset()

    def reset(self) -> None:
        """Forget receivers, what was to be told, and what waits to be sent."""
        self.attended = False
        self._queue.forget(self._provider)
        self.receivers: dict[str, Receiver] = {}
        self._new: dict[int, tuple[Collection, Item, float]] = {}
        # Ids of their own: receivers must not change the ids of tasks.
        seed = self._store.seed
        self._rng = random.Random(None if seed is None else f"{seed}:{self._provider}:events")

    def resume(self) -> None:
        """Go on with resources of a state file: their receivers may be waiting."""
        if self._templates and self._store.next_due() is not None:
            self.attend()

    def attend(self) -> None:
        """Move the resources when they are due, whether or not a request comes: somebody waits."""
        if self.attended:
            self.expect()
        else:
            self.attended = True
            self._queue.attend(self._store)

    def expect(self) -> None:
        """Have the queue look at the resources in time: they may move sooner than before."""
        due = self._store.next_due() if self.attended else None
        if due is not None:
            self._queue.expect(due)

    def ask(self, item: Item, name: str, url: str, answered: Callable[[int | None], None]) -> None:
        """Ask `url` for real; `answered` gets the status under the store's lock, None without an answer.

        Nothing is told once the store was reset.
        """
        self.attend()

        def then(status: int | None) -> None:
            with self._store.lock:
                answered(status)
                self.expect()

        key = ",".join(item.key)
        self._queue.put(
            OutgoingRequest(self._provider, name, key, url, lambda: ({}, b""), method="GET", then=then)
        )

    def register(self, url: str, secret: str | None, events: tuple[str, ...]) -> Registration:
        """Send the webhooks named `events` (none: all) to `url` from now on. Raises ControlError."""
        unknown = [event for event in events if event not in self.events]
        problem = ""
        if not url.startswith(("http://", "https://")):
            problem = f"expected an address like `http://127.0.0.1:9000/`, got `{url[:99]}`"
        elif secret is not None and not secret.strip():
            problem = "`secret` is blank; leave it out for webhooks that are not signed"
        elif not self._templates:
            problem = f"the contract of `{self._provider}` has no webhooks"
        elif not self.events:
            said = "sends nothing to registered receivers; its requests say where its callbacks go"
            problem = f"`{self._provider}` {said}"
        elif unknown:
            name = unknown[0][:100]
            problem = f"`{self._provider}` has no event `{name}`; {nearest(name, self.events)}"
        elif len(self.receivers) >= RECEIVERS:
            problem = f"at most {RECEIVERS} receivers are kept; remove one first"
        if problem:
            raise ControlError("refused", problem)
        receiver = Receiver(self._id(), url, events, secret)
        self.receivers[receiver.id] = receiver
        self.attend()
        return self._registration(receiver)

    def unregister(self, receiver: str) -> None:
        """Send nothing more to a receiver. Raises ControlError."""
        if self.receivers.pop(receiver, None) is None:
            raise ControlError("missing", f"`{self._provider}` has no receiver `{receiver[:100]}`")

    def registrations(self) -> list[Registration]:
        """Return the receivers in order of registration."""
        return [self._registration(receiver) for receiver in list(self.receivers.values())]

    def _registration(self, receiver: Receiver) -> Registration:
        events = receiver.events or tuple(self.events)
        url, is_signed = shown_address(receiver.url), receiver.secret is not None
        return Registration(self._provider, receiver.id, url, events, is_signed)

    def _id(self) -> str:
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))

    def leaving(self, item: Item) -> None:
        """Send the messages about a new resource that is about to change."""
        if item.number in self._new:
            self._tell(*self._new.pop(item.number), is_new=True)

    def entered(self, collection: Collection, item: Item, before: str | None, at: float) -> None:
        """Send the messages about a resource that has entered a state."""
        if collection.resource.name not in self._templates:
            return
        if before is None and self.attended and collection.resource.name not in self._told_new:
            return
        if before is None:
            self._new[item.number] = (collection, item, at)
        else:
            self._tell(collection, item, at, is_new=False)

    def tell_as(self, collection: Collection, item: Item, event: str, state: str, at: float) -> None:
        """Send one webhook or callback as if the resource had entered `state`, which it need not be in."""
        for templates in self._templates[collection.resource.name].values():
            for template in templates:
                values = template.values(collection.resource.states[state], False)
                if template.webhook.name == event and values is not None:
                    self._send(template, collection, item, values, at, self._targets(template, item))

    def answered(self, operation: str, scope: Scope, body: Any, addressed: Iterable[Item]) -> None:
        """Send the messages about what a request made; note the addresses that it gave for callbacks.

        The addresses belong to the resources that the request made, or else to those `addressed`.
        """
        for template in self._callbacks.get(operation, ()):
            asked = Scope(scope.path, scope.query, scope.header, scope.body, body)
            urls = addresses(expand(template.webhook.address, asked))
            for item in [item for _, item, _ in self._new.values()] or addressed:
                if urls and isinstance(item.value, dict):
                    item.note(CALLBACKS, {**item.private.get(CALLBACKS, {}), template.place: urls})
                    self.attend()
        self.flush()

    def flush(self) -> None:
        """Send the messages about the new resources."""
        if not self._new:
            return
        new, self._new = self._new, {}
        for collection, item, at in new.values():
            self._tell(collection, item, at, is_new=True)

    def _tell(self, collection: Collection, item: Item, at: float, is_new: bool) -> None:
        state = collection.resource.states.get(item.state or "")
        for templates in self._templates[collection.resource.name].values():
            told = [(n, values) for n in templates if (values := n.values(state, is_new)) is not None]
            # Most moves send no message; the address is needed to begin to attend, too.
            targets = self._targets(templates[0], item) if told or not self.attended else []
            if targets:
                self.attend()
            for template, values in told if targets else ():
                self._send(template, collection, item, values, at, targets)

    def _targets(self, template: WebhookTemplate, item: Item) -> list[tuple[str, Receiver | None]]:
        if not template.is_registered:
            return [(url, None) for url in template.addresses(item)]
        name = template.webhook.name
        return [(r.url, r) for r in self.receivers.values() if not r.events or name in r.events]

    def _send(
        self,
        template: WebhookTemplate,
        collection: Collection,
        item: Item,
        values: Mapping[str, Any],
        at: float,
        targets: Iterable[tuple[str, Receiver | None]],
    ) -> None:
        name = template.webhook.name
        body = self._store.behaviour.tells(collection, item, name, template.body(item, values), at)
        if body is None:
            return
        event = self._id()
        for url, receiver in targets:
            dated = template.date(body, at, event, receiver)
            pack = template.packing(dated, at, receiver)
            method, waits = template.webhook.method, template.waits()
            self._queue.put(
                OutgoingRequest(self._provider, name, ",".join(item.key), url, pack, method, waits)
            )
