"""The spec-driven mock: servers that behave as their contracts say, over HTTP or in process.

    mock = Mock(open_store().choose(["acme"]))
    with httpx2.Client(transport=mock.transport(), base_url="http://mock/acme") as client: ...
    with MockServer(mock) as server: print(server.url_of("acme"))

Told as a story: `application` takes a request from an adapter and hands it to the `Service` of its
provider. REST (`service`): the router finds the operation, `security` and `validation` judge the
request, the operation's action (`effects`, `creation`) works on the `state`, whose resources move
by the clock (`lifecycle`), and `replies` builds the answer. RPC (`rpc`): the same for each call of
a request. When a resource moves, the `dispatcher` finds in the contract what the provider sends by
itself, and the `queue` sends it from a thread of its own, through the `egress`. The `log` keeps
what came with the contract's verdict on it; `control` looks into a running mock and steers it, in
Python or over HTTP. The `page` does so for people, and the `gate` keeps foreign web pages from both;
`front` is what is asked outside the providers. Nothing here knows a provider: names, states, paths
and texts come from the contract.
"""

from __future__ import annotations

from mediatasks.mock.application import Mock
from mediatasks.mock.control.control import Control
from mediatasks.mock.control.request_log import LoggedRequest, Violation
from mediatasks.mock.control.task import Task
from mediatasks.mock.faults.faults import Faults
from mediatasks.mock.http.messages import MockReply, MockRequest
from mediatasks.mock.server import MockServer
from mediatasks.mock.store.clock import Clock
from mediatasks.mock.webhooks.dispatcher import Registration
from mediatasks.mock.webhooks.queue import SentRequest

__all__ = [
    "Clock",
    "Control",
    "Faults",
    "LoggedRequest",
    "Mock",
    "MockReply",
    "MockRequest",
    "MockServer",
    "Registration",
    "SentRequest",
    "Task",
    "Violation",
]
