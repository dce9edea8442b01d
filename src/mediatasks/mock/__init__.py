"""The spec-driven mock: servers that behave as their contracts say, over HTTP or in process.

    mock = Mock(open_store().choose(["acme"]))
    with httpx2.Client(transport=mock.transport(), base_url="http://mock/acme") as client: ...
    with MockServer(mock) as server: print(server.url_of("acme"))

The way of a request: `application` takes it from an adapter (`http`) and hands it to the service of its
provider. `rest` finds the operation, judges credentials, parameters and body; the operation's action
(`operations`) works on the collections of the provider's `store`, whose resources move by the clock
(`store.lifecycle`), and a reply plan builds the answer. `rpc` does the same for each call of a request. A
simulator (`simulators`) adds what the contract cannot say. When a resource moves, the dispatcher
(`webhooks`) finds in the contract what the provider sends by itself, and the queue sends it from a thread
of its own. `faults` make the mock misbehave. `control` keeps the log of requests, looks into a running mock
and steers it, in Python or over HTTP; `page` does so for people; the origin guard keeps foreign web
pages from both. Outside the simulators nothing here knows a provider: names, states, paths and texts come
from the contract.

The folders import downward only: server, application, control, faults, rpc, rest, simulators, webhooks,
operations, store and http.
"""

from mediatasks.mock.application import Mock
from mediatasks.mock.control.control import Control
from mediatasks.mock.control.request_log import LoggedRequest, LoggedViolation
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
    "LoggedViolation",
    "Mock",
    "MockReply",
    "MockRequest",
    "MockServer",
    "Registration",
    "SentRequest",
    "Task",
]
