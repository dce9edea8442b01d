"""Send through a caller's own client of httpx2 or httpx, used as it is.

Its headers, cookies, params, event hooks, auth, proxies and transports count as in a call of its own.
What both sides set is refused. Only redirects are never followed, because credentials must not be.
"""

import contextlib
import logging
import sys
import time
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from typing import Any, NamedTuple

from mediatasks.client.exchange import RawReply, Request
from mediatasks.client.transport import fork
from mediatasks.client.transport.body import acollect, collect
from mediatasks.client.transport.client_pools import MARK, find_pools, prepare_pools
from mediatasks.client.transport.deadline import clear_deadline, deadline
from mediatasks.client.transport.event_loop import LoopPools, run_to_its_end
from mediatasks.client.transport.failure import translate
from mediatasks.errors import CallTimeout, UsageError

_sending: ContextVar[bool] = ContextVar("mediatasks_sending", default=False)
# Ours yield to what the client sets itself.
DEFAULTS = ("accept", "accept-encoding", "host", "user-agent")
CLOSED = "the `http_client` is closed; make a new one"


class Claims(NamedTuple):
    """What our requests set: names of headers and of query parameters, and who sets them."""

    headers: dict[str, str]
    query: dict[str, str]


class _QueryFilter(logging.Filter):
    """Cuts the queries from what the library logs of our requests: a secret may stand there."""

    def filter(self, record: logging.LogRecord) -> bool:
        if _sending.get() and isinstance(record.args, tuple):
            record.args = tuple(
                value.copy_with(query=None) if hasattr(value, "copy_with") else value
                for value in record.args
            )
        return True


_FILTER = _QueryFilter()


@contextlib.contextmanager
def _discreet(library: str) -> Iterator[None]:
    # Added each time, because the application may set up its loggers anew; twice has no effect.
    logging.getLogger(library).addFilter(_FILTER)
    token = _sending.set(True)
    try:
        yield
    finally:
        _sending.reset(token)


def find_library(client: object, kind: str) -> Any:
    """Return the module of `client`: httpx2 or httpx. Raises UsageError if it is no `kind` of either."""
    for name in ("httpx2", "httpx"):
        # What a client is of has been imported; so httpx need not be installed.
        module = sys.modules.get(name)
        if module is not None and isinstance(client, getattr(module, kind, ())):
            return module
    given = type(client)
    raise UsageError(
        f"`http_client` is a `{kind}` of httpx2 or httpx, got `{given.__module__}.{given.__qualname__}`"
    )


class _Caller:
    """What both transports do with a client of the caller's."""

    def __init__(self, client: Any, kind: str, claims: Claims) -> None:
        self._client, self._library = client, find_library(client, kind)
        own = self._own_headers(kind)
        for name in sorted(own & claims.headers.keys()):
            raise UsageError(f"`http_client` and {claims.headers[name]} both set the header `{name}`")
        if client.auth is not None and "authorization" in claims.headers:
            raise UsageError(
                f"`http_client` has `auth`, and {claims.headers['authorization']} sets the header "
                "`authorization` too; give only one of them"
            )
        self._check_params(claims.query)
        self._yielding = own.intersection(DEFAULTS)

    def _own_headers(self, kind: str) -> set[str]:
        """Return the headers that the caller has set: those that a new client has not."""
        # With a transport, a new client reads no certificates.
        transport = self._library.MockTransport(lambda request: None)
        plain = getattr(self._library, kind)(transport=transport).headers
        return {name for name, value in self._client.headers.items() if plain.get(name) != value}

    def _check_params(self, query: dict[str, str]) -> None:
        for name in self._client.params:
            if name in query:
                raise UsageError(f"`http_client` and {query[name]} both set the query parameter `{name}`")

    def build(self, request: Request, moment: float) -> Any:
        """Return the library's request. Raises UsageError."""
        if self._client.is_closed:
            raise UsageError(CLOSED)
        if self._client.params:
            asked = self._library.URL(request.url).params
            self._check_params(dict.fromkeys(asked, "this call"))
        headers = [
            (name.encode(), value.encode("latin-1"))
            for name, value in request.headers.items()
            if name not in self._yielding
        ]
        rest = max(moment - time.monotonic(), 0.001)
        return self._client.build_request(
            request.method, request.url, headers=headers, content=request.content, timeout=rest
        )

    def translate(self, error: Exception, limit: int) -> RawReply:
        """Return the reply that a hook of the caller refused; raise our exception for any other error."""
        if isinstance(error, self._library.HTTPStatusError):
            # `raise_for_status` in an event hook: the status of the reply says more.
            response = error.response
            if response.is_stream_consumed:
                return _whole(response, limit)
            return RawReply(response.status_code, response.headers, b"")
        raise translate(error) from None

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """The exceptions of a call that got no reply."""
        return (self._library.HTTPError, TimeoutError)


class HttpClientTransport(_Caller):
    """Sends through the caller's own `Client`, which it does not close."""

    def __init__(self, client: Any, claims: Claims) -> None:
        super().__init__(client, "Client", claims)
        prepare_pools(client, self._library)
        fork.reset_in_child(self)

    def send(self, request: Request, moment: float, limit: int) -> RawReply:
        """Return the reply. Raises ConnectionFailed, CallTimeout, TooLong, BadEncoding or UsageError."""
        built = self.build(request, moment)
        mark = built.extensions[MARK] = object()
        try:
            with deadline(moment):
                with _discreet(self._library.__name__):
                    response = self._client.send(built, stream=True, follow_redirects=False)
                try:
                    status, headers = response.status_code, response.headers
                    if response.is_stream_consumed:
                        return _whole(response, limit)
                    body = collect(status, headers, _until(response.iter_raw(), moment), limit)
                    return RawReply(status, headers, body)
                finally:
                    response.close()
        except self.errors as error:
            return self.translate(error, limit)
        except BaseException:
            # A signal handler can raise at any point, also where a pool takes or returns a connection.
            clear_deadline()
            for pool in find_pools(self._client, self._library):
                pool.release_lost(mark)
            raise

    def close(self) -> None:
        """Leave the caller's client open."""

    def forget_connections(self) -> None:
        """Go on without the connections of the parent process."""
        for pool in find_pools(self._client, self._library):
            fork.close_copies(pool.connections())
            pool.forget()


class AsyncHttpClientTransport(_Caller):
    """Sends through the caller's own `AsyncClient`, which it does not close."""

    def __init__(self, client: Any, claims: Claims) -> None:
        super().__init__(client, "AsyncClient", claims)
        self._loops = LoopPools(self._enter_loop, self._leave_loop)
        fork.reset_in_child(self)

    async def send(self, request: Request, moment: float, limit: int) -> RawReply:
        """Return the reply. Raises ConnectionFailed, CallTimeout, TooLong, BadEncoding or UsageError."""
        await self._loops.get()
        built = self.build(request, moment)
        try:
            return await run_to_its_end(lambda: self._exchange(built, limit), moment)
        except self.errors as error:
            return self.translate(error, limit)

    async def _exchange(self, built: Any, limit: int) -> RawReply:
        with _discreet(self._library.__name__):
            response = await self._client.send(built, stream=True, follow_redirects=False)
        try:
            if response.is_stream_consumed:
                return _whole(response, limit)
            status, headers = response.status_code, response.headers
            body = await acollect(status, headers, response.aiter_raw(), limit, response.aclose)
            return RawReply(status, headers, body)
        finally:
            await response.aclose()

    async def close(self) -> None:
        """Leave the caller's client open."""

    def _enter_loop(self) -> None:
        """Leave behind the connections of another event loop, which has ended."""
        if self._loops.left_behind:
            for pool in find_pools(self._client, self._library):
                pool.forget_idle()

    async def _leave_loop(self, _: None) -> None:
        for pool in find_pools(self._client, self._library):
            for connection in pool.connections():
                await connection.aclose()

    def forget_connections(self) -> None:
        """Go on without the connections of the parent process."""
        self._loops.forget()
        for pool in find_pools(self._client, self._library):
            fork.keep(pool.connections())
            pool.forget()


def _whole(response: Any, limit: int) -> RawReply:
    """Return a reply that was read and decompressed already, by its transport or an event hook."""
    body = collect(response.status_code, {}, [response.content], limit)
    return RawReply(response.status_code, response.headers, body)


def _until(chunks: Iterable[bytes], moment: float) -> Iterable[bytes]:
    for chunk in chunks:
        yield chunk
        if time.monotonic() > moment:
            raise CallTimeout("no whole reply in time")
