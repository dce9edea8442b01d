"""The exchanges of a mock, as a client saw them, and who judges them."""

from collections.abc import Iterable
from typing import Any, Protocol
from urllib.parse import urlencode

from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.exchange.exchange import Exchange
from mediatasks.mock.http.messages import MockReply, MockRequest

_ORIGIN = "http://mock"


class CallJudge(Protocol):
    """Judges the sequence of a client's calls: see `judge.client_calls.ClientCalls`."""

    def take(self, exchange: Exchange) -> Iterable[Any]:
        """Return what a client did wrong in the newest exchange, each with operation, expected and got."""

    def forget(self) -> None:
        """Forget all resources."""


def blame_calls(judge: CallJudge, request: MockRequest, reply: MockReply) -> None:
    """Write down in a request what its client did wrong by earlier replies."""
    for broken in judge.take(exchange_of(request, reply)):
        request.blame(Mismatch("request", (), broken.expected, broken.got), broken.operation)


def exchange_of(request: MockRequest, reply: MockReply) -> Exchange:
    """Return an exchange; without a reply where the client got none, or not all of it."""
    query = f"?{urlencode(request.query)}" if request.query else ""
    headers = {name: [value] for name, value in request.headers.items()}
    url = f"{_ORIGIN}{request.path}{query}"
    delivery = reply.delivery
    if delivery is not None and (delivery.reset or delivery.keep is not None):
        return Exchange(request.method, url, headers, request.body or None)
    answered = {name.lower(): [value] for name, value in reply.headers.items()}
    return Exchange(request.method, url, headers, request.body or None, reply.status, answered, reply.body)
