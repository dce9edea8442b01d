"""All providers behind one door: `/<provider>/…`."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.contracts.wording import quoted
from mediatasks.mock.control.control import Control
from mediatasks.mock.control.exchanges import CallJudge, blame_calls
from mediatasks.mock.control.request_log import RequestLog
from mediatasks.mock.control.service import ControlService
from mediatasks.mock.faults.faults import Faults
from mediatasks.mock.http.adapters import AsgiApplication, WsgiApplication, mock_transport
from mediatasks.mock.http.content_coding import decode_body
from mediatasks.mock.http.cors import Cors
from mediatasks.mock.http.messages import (
    JSON,
    MockReply,
    MockRequest,
    json_reply,
    refused_method,
    without_body,
)
from mediatasks.mock.http.origin_guard import SEGMENT, OriginGuard
from mediatasks.mock.rest.service import RestService, Service
from mediatasks.mock.root import hint_at, list_providers, prefers_page
from mediatasks.mock.rpc.service import RpcService
from mediatasks.mock.simulators.registry import simulator_class
from mediatasks.mock.store.clock import Clock
from mediatasks.mock.store.store import Store
from mediatasks.mock.webhooks.dispatcher import Dispatcher
from mediatasks.mock.webhooks.queue import OutgoingQueue

if TYPE_CHECKING:
    import httpx2

logger = logging.getLogger("mediatasks.mock")
FAILURE = Mismatch("reply", (), "a reply that fits the contract", "a failure of the mock")


class Mock:
    """Mock servers of the providers that `contracts` describe.

    `clock` drives everything timed (real time where absent); `seed` makes generated ids
    repeatable (None: different in each run); with `check_replies` a reply of the mock that breaks
    the contract becomes a 500 that names the place; `faults` make it misbehave. What the providers
    send by themselves (callbacks, webhooks, questions) goes to this machine only unless
    `allow_egress`, and nowhere without `sends`. With `demand_credentials` what a contract leaves to the
    client, such as a signature, must be sent. Web pages of
    loopback origins and of the origins in `cors` may call the providers (None: no page may). `judge`
    says of each exchange what its client did wrong by earlier replies (see `judge.client_calls`).

    `control` looks into it and steers it; the same is
    served under `/_mock`. Raises ContractError where a contract cannot be served, UsageError where a
    fault does not suit the contracts, MissingExtra where a package is missing.
    """

    def __init__(
        self,
        contracts: Iterable[Contract],
        clock: Clock | None = None,
        seed: int | None = 0,
        *,
        check_replies: bool = False,
        faults: Faults | None = None,
        allow_egress: bool = False,
        sends: bool = True,
        demand_credentials: bool = False,
        cors: Iterable[str] | None = (),
        judge: CallJudge | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self.queue = OutgoingQueue(self.clock, allow_egress, sends)
        self.services: dict[str, Service] = {}
        for contract in contracts:
            store = Store(contract, self.clock, seed)
            dispatcher = Dispatcher(store, self.queue)
            simulator = simulator_class(contract)(store, dispatcher)
            store.connect(simulator, dispatcher)
            kind = RpcService if contract.envelope else RestService
            self.services[contract.provider] = kind(simulator, check_replies, demand_credentials)
        self.cors = Cors(cors)
        self.faults = faults or Faults()
        self.faults.bind(self.services, seed)
        self.log = RequestLog(service.contract for service in self.services.values())
        self.control = Control(
            self.services, self.clock, self.log, self.queue, self.faults, self.handle, judge
        )
        self._judge = judge
        self._control_service = ControlService(self.control, check_replies)
        self.asgi = AsgiApplication(OriginGuard(self.handle).handle)
        self.wsgi = WsgiApplication(OriginGuard(self.handle).handle)

    def handle(self, request: MockRequest) -> MockReply:
        """Answer a request. Every failure of the mock itself is a 500 with a plain message."""
        name, slash, rest = request.path.removeprefix("/").partition("/")
        if name == SEGMENT or not name:
            # The page and the control are shared with no page of another origin.
            reply = self._answer(request, name, slash, rest)
        elif self.cors.is_preflight(request):
            return self.cors.answer_preflight(request)
        else:
            reply = self.cors.share(request, self._answer(request, name, slash, rest))
        return without_body(reply) if request.method == "HEAD" else reply

    def _answer(self, request: MockRequest, name: str, slash: str, rest: str) -> MockReply:
        try:
            if "content-encoding" in request.headers:
                decode_body(request)
            service = self.services.get(name)
            if service is not None:
                began = time.perf_counter()
                reply = self.faults.handle(service, request, "/" + rest)
                if self._judge is not None:
                    blame_calls(self._judge, request, reply)
                self.log.record(name, request, reply.status, time.perf_counter() - began)
                return reply
            if name == SEGMENT:
                return self._own(request, rest)
            return self._root(request, name, slash + rest)
        except Exception as error:
            # Whatever goes wrong in here is a fault of the mock; a client must still get a reply.
            logger.error("%s %s: %s: %s", request.method, request.path, type(error).__name__, error)
            logger.debug("traceback", exc_info=True)
            request.blame(FAILURE)
            self.log.record(name if name in self.services else "", request, 500, 0.0)
            problem = f"the mock failed: {type(error).__name__}: {str(error)[:300]}"
            return json_reply(500, {"error": problem})

    def _own(self, request: MockRequest, rest: str) -> MockReply:
        if rest == "page/index.html" and request.path.strip("/"):
            return MockReply(307, {"location": f"{request.prefix}/"}, b"")
        if not rest.startswith("page/"):
            return self._control_service.handle(request, "/" + rest)
        # Only browsers need it.
        from mediatasks.mock.page.files import serve_file

        return serve_file(request, rest.removeprefix("page/"))

    def _root(self, request: MockRequest, name: str, rest: str) -> MockReply:
        if name or rest:
            hint = hint_at(self.services, request, name)
            # A browser asks for this by itself.
            if request.path != "/favicon.ico":
                request.blame(
                    Mismatch("request", (), f"the path of a provider; {hint}", quoted(request.path))
                )
                self.log.record("", request, 404, 0.0)
            return json_reply(404, {"error": f"no provider `{name[:100]}`; {hint}"})
        if (refusal := refused_method(request)) is not None:
            return refusal
        if prefers_page(request.headers.get("accept", "")):
            if not request.path:
                # The page's own addresses are relative to this slash.
                return MockReply(307, {"location": f"{request.prefix}/", "vary": "accept"}, b"")
            return self._own(request, "page/index.html")
        return json_reply(200, list_providers(self.services, request.prefix), {**JSON, "vary": "accept"})

    @property
    def stores(self) -> list[Store]:
        """What it holds, a store for each provider."""
        return [service.store for service in self.services.values()]

    def reset(self) -> None:
        """Take all providers back to their seeded examples, and the faults to their start."""
        self.control.reset()

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until all callbacks and the like that are due were sent.

        Returns whether they were, in so many real seconds. What will be repeated is not waited for.
        """
        return self.queue.settle(timeout)

    def transport(self) -> httpx2.MockTransport:
        """Return a transport for `httpx2.Client` and `httpx2.AsyncClient` that needs no port.

        Base URL of a provider: `http://mock/<provider>`.
        """
        return mock_transport(self.handle)
