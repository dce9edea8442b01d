"""Webhooks: verify and parse what a provider posts, alone or as an ASGI application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Generic, TypeVar

import msgspec

from mediatasks.client.reply import explain, fit
from mediatasks.client.signing import verify_webhook
from mediatasks.errors import WebhookError, shown

E = TypeVar("E")
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAX_BYTES = 1024 * 1024
TOLERANCE = 300.0


class Webhooks(Generic[E]):
    """The webhooks of one provider; E is the union of their bodies' types.

    `bodies` are the types, `signature` is `x-signature` where the provider signs.
    """

    def __init__(self, *bodies: Any, signature: Mapping[str, Any] | None = None) -> None:
        self.bodies, self.signature = bodies, signature

    def parse(
        self,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        *,
        secret: str | None = None,
        tolerance: float = TOLERANCE,
    ) -> E:
        """Return the event in a webhook's raw `body`.

        With `secret`, the signature is verified first; `tolerance` is the greatest age in seconds.
        Raises WebhookError.
        """
        if secret is not None:
            if self.signature is None:
                raise WebhookError("this provider does not sign its webhooks; leave out `secret`")
            verify_webhook(self.signature, body, headers or {}, secret, tolerance)
        try:
            value = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise WebhookError(f"the body is not JSON: {error}: {shown(body)}") from None
        problems = []
        for kind in self.bodies:
            try:
                event: E = fit(value, kind)
                return event
            except msgspec.ValidationError as error:
                pointer, expected, got = explain(error)
                problems.append(f"{kind.__name__}: at `{pointer or '/'}` expected {expected}, got {got}")
        raise WebhookError("the body is no event of this provider:\n" + "\n".join(problems))

    def app(
        self,
        handler: Callable[[E], Awaitable[None]],
        *,
        secret: str | None = None,
        tolerance: float = TOLERANCE,
    ) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
        """Return an ASGI application to mount: it answers 204 once `handler` has taken the event.

        400 for a body that is no event or not signed rightly, 405 for another method than POST,
        413 for a body over 1 MiB.
        """

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            status = await self._take(scope, receive, handler, secret, tolerance)
            start = {"type": "http.response.start", "status": status, "headers": []}
            await send(start)
            await send({"type": "http.response.body", "body": b""})

        return application

    async def _take(
        self,
        scope: Scope,
        receive: Receive,
        handler: Callable[[E], Awaitable[None]],
        secret: str | None,
        tolerance: float,
    ) -> int:
        if scope["type"] != "http" or scope["method"] != "POST":
            return 405
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > MAX_BYTES:
                return 413
            if message["type"] != "http.request" or not message.get("more_body"):
                break
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        try:
            event = self.parse(body, headers, secret=secret, tolerance=tolerance)
        except WebhookError:
            return 400
        await handler(event)
        return 204
