"""What the synchronous and the asynchronous client share: everything but the sending."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from urllib.parse import quote_plus

from mediatasks.client.call import Call, capture
from mediatasks.client.exchange import BadEncoding, RawReply, Request, TooLong
from mediatasks.client.operation import OperationSpec, Provider
from mediatasks.client.options import MAX_REPLY_BYTES, MAX_RETRIES, TIMEOUT, CallOptions
from mediatasks.client.replies.deviation import Deviation, tell_deviations
from mediatasks.client.replies.reply import Reply, read_reply, reply_error
from mediatasks.client.replies.rpc import read_rpc_reply, request_call
from mediatasks.client.requests.builder import NO_BODY, RequestBuilder
from mediatasks.client.requests.credentials import find_credentials
from mediatasks.client.retry import Budget, RetryPolicy
from mediatasks.client.wait import Watch
from mediatasks.errors import CallError, ConnectionFailed, ReplyError, UsageError

if TYPE_CHECKING:
    from mediatasks.client.replies.strict import StrictReader

T = TypeVar("T")
E = TypeVar("E", bound=Exception)

log = logging.getLogger("mediatasks")

# The shortest secret that is looked for in messages.
MASKED = 4


class Session:
    """Base of both clients: requests, policies, errors and logs."""

    operations: ClassVar[Mapping[str, OperationSpec[Any]]] = {}

    def __init__(
        self,
        provider: Provider,
        base_url: str | None,
        credentials: Mapping[str, Any],
        options: Mapping[str, Any],
    ) -> None:
        self.provider = provider
        values = find_credentials(provider, credentials)
        self._builder = RequestBuilder(provider, base_url, values, options.get("headers", {}))
        self._timeout: float = options.get("timeout", TIMEOUT)
        self._max_retries: int = options.get("max_retries", MAX_RETRIES)
        self._limit: int = options.get("max_reply_bytes", MAX_REPLY_BYTES)
        self._budget = Budget()
        self._closed = False
        self._own_client = options.get("http_client")
        self._secrets = _secrets(provider, values)
        self._strict = _strict_reader(provider) if options.get("strict") else None
        self._on_deviation: Callable[[Deviation], object] | None = options.get("on_deviation")

    @property
    def base_url(self) -> str:
        """The URL before the operations' paths."""
        return self._builder.base_url

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_url!r})"

    def _captured(self, method: Any, *args: Any, **kwargs: Any) -> Call:
        """Return the call that `method` of this client would send. Raises UsageError for any other."""
        call = capture(method, *args, **kwargs)
        if self.operations.get(call.operation.id) is not call.operation:
            raise UsageError(f"`{call.operation.id}` is an operation of another client than {self!r}")
        return call

    def _request(self, call: Call) -> Request:
        operation, headers, body = call.operation, call.options.get("headers", {}), call.body
        if call.members is not None:
            body = self._builder.members(operation, call.members)
        elif body is not NO_BODY and body is not None:
            body = self._builder.body(operation, body)
        if operation.rpc_method:
            params = {} if body is NO_BODY else body
            return self._builder.build_calls([request_call(operation, params)], headers)
        if operation.body and body is None:
            body = NO_BODY
        return self._builder.build(operation, call.arguments, body, headers)

    def _policy(self, operations: Sequence[OperationSpec[Any]], options: CallOptions) -> RetryPolicy:
        if self._closed:
            raise UsageError("this client is closed; make a new one")
        if getattr(self._own_client, "is_closed", False):
            raise UsageError("the client given as `http_client` is closed; give an open one")
        safe = all(operation.id in self.provider.repeatable for operation in operations)
        repeatable = safe or options.get("repeat_unsafe", False)
        moment = time.monotonic() + options.get("timeout", self._timeout)
        retries = options.get("max_retries", self._max_retries)
        return RetryPolicy(self._budget, repeatable, retries, moment)

    def _settle(
        self, operation: OperationSpec[Any], request: Request, started: float, attempt: int, reply: RawReply
    ) -> RawReply:
        """Log a reply; raise StatusError outside 2xx."""
        self._log(request, str(reply.status), started, attempt)
        if not 200 <= reply.status < 300:
            try:
                read_reply(operation, reply.status, reply.headers, reply.body)
            except CallError as error:
                self.tell(error.deviations)
                raise self.mask(error) from None
        return reply

    def _fail(
        self,
        operation: OperationSpec[Any],
        request: Request,
        started: float,
        attempt: int,
        error: Exception,
    ) -> Exception:
        """Log a failed attempt and return the exception to raise."""
        self._log(request, type(error).__name__, started, attempt)
        if isinstance(error, TooLong):
            expected = f"a body of at most {self._limit} bytes"
            return self.mask(ReplyError(operation.id, error.status, "", expected, "more", error.start))
        if isinstance(error, BadEncoding):
            got = f"a broken or unknown content encoding `{error.encoding}`"
            return self.mask(
                ReplyError(operation.id, error.status, "", "a body in gzip or plain", got, error.start)
            )
        shown = f"`{operation.id}`: {request.method} {self._builder.shown(request)}"
        error.args = (f"{shown}: {error}",)
        if isinstance(error, ConnectionFailed):
            error.operation = operation.id
        return self.mask(error)

    def mask(self, error: E) -> E:
        """Hide secrets in the message of `error`: a server may send back what it was sent."""
        for secret in self._secrets:
            error.args = tuple(a.replace(secret, "***") if isinstance(a, str) else a for a in error.args)
        return error

    def _log(self, request: Request, outcome: str, started: float, attempt: int) -> None:
        if log.isEnabledFor(logging.DEBUG):
            duration = (time.monotonic() - started) * 1000
            url = self._builder.shown(request)
            log.debug("%s %s → %s in %.0f ms (attempt %d)", request.method, url, outcome, duration, attempt)

    def _read(self, operation: OperationSpec[T], raw: RawReply) -> Reply[T]:
        try:
            if self._strict is not None:
                self._strict.check(operation, raw.status, raw.headers, raw.body)
            if operation.rpc_method:
                assert self._builder.envelope
                reply = read_rpc_reply(self._builder.envelope, operation, raw.status, raw.headers, raw.body)
            else:
                reply = read_reply(operation, raw.status, raw.headers, raw.body)
            self.refuse(reply.deviations, raw.status, raw.body)
        except CallError as error:
            self.tell(error.deviations)
            raise self.mask(error) from None
        self.tell(reply.deviations)
        return reply

    @property
    def strict(self) -> StrictReader | None:
        """What validates replies where the client is strict; None elsewhere."""
        return self._strict

    def refuse(self, deviations: Sequence[Deviation], status: int, body: bytes) -> None:
        """Raise ReplyError for the first of `deviations` where the client is strict."""
        if deviations and self._strict is not None:
            raise reply_error(deviations[0], status, body)

    def tell(self, deviations: Sequence[Deviation]) -> None:
        """Log deviations, each kind once, and hand each one to the caller's `on_deviation`."""
        if deviations:
            tell_deviations(self.provider.name, deviations, self._on_deviation)

    def _result(self, operation: OperationSpec[Any], reply: Reply[Any]) -> Any:
        """Return the plain values of a reply's result, without the envelope of an RPC provider."""
        if not operation.rpc_method or not self._builder.envelope:
            return reply.json()
        return self._builder.envelope.replies(reply.json())[0].result

    def _watch(
        self,
        kind: Any,
        task: Any,
        arguments: Mapping[str, Any],
        timeout: float | None,
        interval: float | None,
    ) -> Watch:
        if self.provider.task is None:
            raise UsageError(f"`{self.provider.name}` has no tasks to wait for")
        wanted = kind, task, arguments, timeout, interval
        return Watch(self.provider.task, self.operations, *wanted, self._timeout, self.mask)


def _secrets(provider: Provider, values: Mapping[str, Any]) -> list[str]:
    """Return what no message may show; numbers and very short texts would hide other things."""
    texts = [str(values[c.argument]) for c in provider.credentials if c.argument in values]
    return [form for t in texts if len(t) >= MASKED and not t.isdecimal() for form in {t, quote_plus(t)}]


def _strict_reader(provider: Provider) -> StrictReader:
    from mediatasks.client.replies.strict import StrictReader

    return StrictReader(provider)
