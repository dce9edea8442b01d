"""Our own requests in the form in which schemathesis's writers take them."""

from __future__ import annotations

from collections.abc import Iterable
from http.client import responses
from typing import Any

from mediatasks.check.exchange import Exchange

_LABEL = "probing"


def record(moments: Iterable[tuple[float, Exchange]]) -> Any:
    """Return a `ScenarioRecorder` of (seconds since 1970, exchange); how long each took is not known."""
    from schemathesis.engine.recorder import Interaction, Request, ScenarioRecorder

    recorder = ScenarioRecorder(label=_LABEL)
    for number, (moment, exchange) in enumerate(moments):
        body = exchange.body
        headers = {name: list(values) for name, values in exchange.headers.items()}
        request = Request(exchange.method, exchange.url, body, len(body or b""), headers)
        interaction = Interaction(request, _response(exchange))
        interaction.timestamp = moment
        recorder.interactions[f"{_LABEL}-{number}"] = interaction
    return recorder


def _response(exchange: Exchange) -> Any:
    import requests
    from schemathesis.core.transport import Response

    if not exchange.status:
        return None
    sent = requests.Request(exchange.method, exchange.url).prepare()
    headers = {name: list(values) for name, values in (exchange.reply_headers or {}).items()}
    message = responses.get(exchange.status, "")
    return Response(exchange.status, headers, exchange.reply, sent, 0.0, True, message)
