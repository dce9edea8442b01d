"""Webhooks: verify and parse what a provider posts, alone or as an ASGI application."""

import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from mediatasks.client.replies.deviation import Deviation, tell_deviations
from mediatasks.client.webhooks.events import NoEvent, read_event
from mediatasks.client.webhooks.seen_ids import SeenIds
from mediatasks.client.webhooks.verification import (
    Headers,
    Secret,
    check_age,
    read_secrets,
    read_tolerance,
    verify_signature,
)
from mediatasks.contracts.pointer import get
from mediatasks.errors import UsageError, WebhookError, shown
from mediatasks.exchange.content import ContentError, read_json

E = TypeVar("E")
OnDeviation = Callable[[Deviation], object]
Body = bytes | bytearray | memoryview | str
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAX_BYTES = 1024 * 1024
TOLERANCE = 300.0
_STATUSES = {"replayed": 409}

_log = logging.getLogger("mediatasks")


@dataclass(frozen=True)
class UnknownEvent:
    """An event of a type that the contract does not list.

    `type` is the type that it names, None where it names none; `payload` is the whole body as plain
    Python values, `raw` the bytes of it.
    """

    type: str | None
    payload: Any
    raw: bytes = field(repr=False)


@dataclass(frozen=True)
class _Policy:
    """What one receiver accepts. Without `keys` no signature is asked for."""

    keys: tuple[bytes, ...]
    tolerance: float
    seen: SeenIds | None
    on_deviation: OnDeviation | None


class Webhooks(Generic[E]):
    """The webhooks of one provider; E is the union of their bodies' types.

    `bodies` are the types and `signature` is `x-signature`, where the provider signs. `events` says
    where bodies hold the `id` of an event and its `type` (JSON Pointers), and lists the known `types`.
    """

    def __init__(
        self,
        *bodies: Any,
        signature: Mapping[str, Any] | None = None,
        events: Mapping[str, Any] | None = None,
    ) -> None:
        self.bodies, self.signature, self.events = bodies, signature, events or {}

    def parse(
        self,
        body: Body,
        headers: Headers | None = None,
        *,
        secret: Secret | Iterable[Secret] | None = None,
        tolerance: float = TOLERANCE,
        verify: bool = True,
        seen: SeenIds | None = None,
        on_deviation: OnDeviation | None = None,
    ) -> E | UnknownEvent:
        """Return the event in a webhook's raw `body`; UnknownEvent for a type that the contract lacks.

        The signature is verified with `secret`, or with any of several while one replaces another. A
        provider that signs needs one, unless `verify=False` says that the caller trusts the body.
        `tolerance` is how many seconds the body's own time may lie in the past or the future. With
        `seen`, an event is accepted once: by its id, where the contract has one, or by its body.
        Members that do not fit read as None, are logged, and handed to `on_deviation`.

        Raises WebhookError for what is not genuine or no event, UsageError for wrong arguments.
        """
        policy = self._policy(secret, tolerance, verify, seen, on_deviation)
        return self._parse(_bytes(body), headers, policy)[0]

    def app(
        self,
        handler: Callable[[E | UnknownEvent], Awaitable[None]],
        *,
        secret: Secret | Iterable[Secret] | None = None,
        tolerance: float = TOLERANCE,
        verify: bool = True,
        seen: SeenIds | None = None,
        on_deviation: OnDeviation | None = None,
    ) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
        """Return an ASGI application to mount: it answers 204 once `handler` has taken the event.

        400 for a body that is no event or not signed rightly, 405 for another method than POST, 409
        for an event that `seen` has, 413 for a body over 1 MiB. Where `handler` raises, the event is
        released from `seen`, and may be sent again. The arguments are those of `parse`; raises
        UsageError for wrong ones.
        """
        policy = self._policy(secret, tolerance, verify, seen, on_deviation)

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await _decline(scope["type"], receive, send)
                return
            status = await self._take(scope, receive, handler, policy)
            if status is None:
                return
            headers = [(b"allow", b"POST")] if status == 405 else []
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": b""})

        return application

    def _policy(
        self,
        secret: Secret | Iterable[Secret] | None,
        tolerance: float,
        verify: bool,
        seen: SeenIds | None,
        on_deviation: OnDeviation | None,
    ) -> _Policy:
        keys = () if secret is None else read_secrets(secret)
        if keys and self.signature is None:
            raise UsageError("this provider does not sign its webhooks; leave out `secret`")
        if keys and verify is False:
            raise UsageError("give either `secret` or `verify=False`, not both")
        if not keys and self.signature is not None and verify is not False:
            raise UsageError(
                "this provider signs its webhooks: give the webhook's `secret`, "
                "or `verify=False` where something else has verified them"
            )
        # A set has other methods, and could not tell what is new.
        if seen is not None and not isinstance(seen, SeenIds):
            raise UsageError(f"`seen` needs the methods `claim` and `release`, got {type(seen).__name__}")
        if on_deviation is not None and not callable(on_deviation):
            raise UsageError(f"`on_deviation` is a function, got {type(on_deviation).__name__}")
        return _Policy(keys, read_tolerance(tolerance), seen, on_deviation)

    def _parse(self, body: bytes, headers: Headers | None, policy: _Policy) -> tuple[E | UnknownEvent, str]:
        """Return the event and the id that was claimed; the id is empty without a store."""
        if policy.keys:
            assert self.signature is not None
            verify_signature(self.signature, body, {} if headers is None else headers, policy.keys)
        try:
            value = read_json(body)
        except ContentError as error:
            raise WebhookError(f"the body is not JSON: it is {error}: {shown(body)}") from None
        if policy.keys:
            assert self.signature is not None
            check_age(self.signature, value, policy.tolerance)
        event = self._event(value, body, policy)
        if policy.seen is None:
            return event, ""
        id = self._id(value, body)
        if not policy.seen.claim(id):
            raise WebhookError(f"the event `{shown(id.encode())}` was taken before", "replayed")
        return event, id

    def _event(self, value: Any, body: bytes, policy: _Policy) -> E | UnknownEvent:
        type = get(value, self.events["type"]) if "type" in self.events else None
        type = type if isinstance(type, str) else None
        if type is not None and type not in self.events["types"]:
            return UnknownEvent(type, value, body)
        try:
            found, deviations = read_event(self.bodies, value)
        except NoEvent as error:
            if policy.keys and type is None:
                return UnknownEvent(None, value, body)
            raise WebhookError(f"the body is no event of this provider:\n{error}") from None
        provider = found.__class__.__module__.split(".")[-2:][0]
        tell_deviations(f"{provider} webhook", deviations, policy.on_deviation)
        event: E = found
        return event

    def _id(self, value: Any, body: bytes) -> str:
        id = get(value, self.events["id"]) if "id" in self.events else None
        return id if isinstance(id, str) and id else f"sha256:{hashlib.sha256(body).hexdigest()}"

    async def _take(
        self,
        scope: Scope,
        receive: Receive,
        handler: Callable[[E | UnknownEvent], Awaitable[None]],
        policy: _Policy,
    ) -> int | None:
        """Return the status of the answer; None where the sender has gone."""
        if scope["method"] != "POST":
            return 405
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return None
            body += message.get("body", b"")
            if len(body) > MAX_BYTES:
                return 413
            more = message.get("more_body", False)
        try:
            event, id = self._parse(bytes(body), scope["headers"], policy)
        except WebhookError as error:
            _log.debug("webhook refused (%s): %s", error.kind, error)
            return _STATUSES.get(error.kind, 400)
        try:
            await handler(event)
        except BaseException:
            if policy.seen is not None:
                policy.seen.release(id)
            raise
        return 204


def _bytes(body: Body) -> bytes:
    if isinstance(body, str):
        try:
            return body.encode()
        except UnicodeEncodeError:
            raise WebhookError("the body is not valid Unicode text") from None
    if isinstance(body, bytes | bytearray | memoryview):
        return bytes(body)
    raise UsageError(f"`body` must be the raw body, as it came, got {type(body).__name__}")


async def _decline(kind: str, receive: Receive, send: Send) -> None:
    """Answer what is no request: a server's lifespan, and WebSockets."""
    if kind == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000})
    while kind == "lifespan":
        step = (await receive())["type"]
        await send({"type": f"{step}.complete"})
        if step == "lifespan.shutdown":
            return
