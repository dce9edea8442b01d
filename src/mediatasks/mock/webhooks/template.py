"""One webhook or callback, compiled: when it is sent, where to, and what it holds."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from mediatasks.contracts.expression import Scope
from mediatasks.contracts.lifecycle.resource import State as LifeState
from mediatasks.contracts.model.webhooks import Webhook
from mediatasks.contracts.pointer import MISSING, get, put
from mediatasks.contracts.schema.shape import Shape
from mediatasks.mock.operations.replies import Element, copied
from mediatasks.mock.store.clock import stamp
from mediatasks.mock.store.lifecycle import Item

# In an item's `private`: the addresses that its request gave for callbacks.
CALLBACKS = "callbacks"
# A request may list as many addresses as its body holds.
_MOST = 50
_JSON = {"content-type": "application/json", "user-agent": "mediatasks-mock"}


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who was registered to hear of `events` (none: of all); bodies are signed with `secret`."""

    id: str
    url: str
    events: tuple[str, ...]
    secret: str | None


class WebhookTemplate:
    """One webhook. `place` tells it from others with the same name."""

    def __init__(self, webhook: Webhook) -> None:
        contract, resource = webhook.contract, webhook.resource
        assert resource is not None
        self.webhook, self.place = webhook, webhook.pointer
        self.rules: Mapping[str, Any] = webhook.delivery or {}
        whole = {"$ref": f"#/components/schemas/{resource.name}"}
        known = resource.name in contract.schemas
        self._resource = Element(Shape(contract, whole if known else {}), None, True)
        same = webhook.body_schema.get("$ref") == whole["$ref"]
        self._body = Element(Shape(contract, webhook.body_schema), None, same)
        source, _, pointer = str(webhook.address).partition("#")
        self._at = pointer if source == "$resource" else None
        self._says_when = "created" in self.rules or "entered" in self.rules

    @property
    def group(self) -> str:
        """What templates of the same addresses share."""
        webhook = self.webhook
        common = webhook.operation is None and webhook.address is not None
        return str(webhook.address) if common else self.place

    @property
    def is_registered(self) -> bool:
        """Whether it goes to registered receivers."""
        return self.webhook.operation is None and self.webhook.address is None

    @property
    def may_tell_new(self) -> bool:
        """Whether a new resource sends a message, or has addresses to note."""
        return "created" in self.rules or not self._says_when or self.webhook.operation is not None

    def values(self, state: LifeState | None, is_new: bool) -> Mapping[str, Any] | None:
        """Return the members that the event gives the body; None where no message is sent."""
        if not self._says_when:
            ends = state is not None and state.final and not self.is_registered
            return {} if ends else None
        if is_new:
            created: Mapping[str, Any] | None = self.rules.get("created")
            return created
        entered: Mapping[str, Any] | None = self.rules.get("entered", {}).get(state.name if state else "")
        return entered

    def addresses(self, item: Item) -> list[str]:
        """Return where it is sent for a resource; for registered receivers nothing."""
        if self.webhook.operation is not None:
            value = item.private.get(CALLBACKS, {}).get(self.place, [])
        elif self._at is not None:
            # Asked at every move of every resource.
            value = get(item.value, self._at)
        else:
            value = self.webhook.address
        return [] if value is MISSING else addresses(value)

    def body(self, item: Item, values: Mapping[str, Any]) -> Any:
        """Return the body for a resource as it is now, still without times and ids."""
        # The resource must not change with the body.
        shown = copied(self._resource.whole(item.value))
        base = {} if "body" in self.rules else self._body.whole(copied(shown))
        stated = {**self.rules.get("body", {}), **values}
        return self._body.filled(self._body.parts(stated), Scope(resource=shown), base)

    def date(self, body: Any, at: float, event: str, receiver: Receiver | None) -> Any:
        """Return the body with the moment at which it happened and the ids of event and receiver."""
        ids = {"event_id": event, "receiver_id": receiver.id if receiver else None}
        for member, value in ids.items():
            if member in self.rules and value is not None:
                body = put(body, self.rules[member], value)
        if "occurred" in self.rules:
            body = put(body, self.rules["occurred"]["at"], stamp(at, self.rules["occurred"]["unit"]))
        return body

    def packing(
        self, body: Any, at: float, receiver: Receiver | None
    ) -> Callable[[], tuple[Mapping[str, str], bytes]]:
        """Return what makes headers and bytes at the moment of sending.

        By the mock's clock that is the moment `at` when it happened. But where receivers judge the age
        of a signature by it, it is real time: they would refuse everything else.
        """
        content = msgspec.json.encode(body)
        signature, sent = self.webhook.signature, self.rules.get("sent")
        judged: Mapping[str, Any] = (signature or {}).get("timestamp", {})

        def pack() -> tuple[Mapping[str, str], bytes]:
            now, whole = time.time(), content
            if sent is not None:
                moment = now if judged.get("at") == sent["at"] else at
                dated = put(msgspec.json.decode(content), sent["at"], stamp(moment, sent["unit"]))
                whole = msgspec.json.encode(dated)
            if receiver is None or receiver.secret is None or signature is None:
                return _JSON, whole
            # Few send any, and the client's package is a tenth of the time to start.
            from mediatasks.exchange.http.signing import sign_webhook

            return {**_JSON, **sign_webhook(signature, whole, receiver.secret, now)}, whole

        return pack

    def waits(self) -> Iterator[float]:
        """Yield the seconds before each repetition."""
        repeats = self.rules.get("repeats", {"times": 0, "first": 0.0, "factor": 1.0})
        wait, most = repeats["first"], repeats.get("most", math.inf)
        for _ in range(repeats["times"]):
            yield min(wait, most)
            wait *= repeats["factor"]


def addresses(value: Any) -> list[str]:
    """Return the addresses in a value: itself, or the texts of an array, each once."""
    listed = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(url for url in listed if isinstance(url, str) and url))[:_MOST]
