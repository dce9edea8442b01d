"""What may leave for a server: only reads unless writes are allowed, so many, so fast, so long.

A service that somebody pays for and others use is never written to by accident: each request passes
here right before it is sent, whoever made it, and what the contract does not call safe stays here.
"""

import json
import time
from collections.abc import Callable
from typing import Any

from mediatasks.check.options import Options
from mediatasks.check.requests.interruption import Interrupted, settle, waiting
from mediatasks.check.target import Target
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.errors import UsageError
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.http.retry_after import read_retry_after
from mediatasks.exchange.signature import find_signature

_WAITING = (429, 503)
# How often a server may ask for a longer wait than `max_wait` before the run ends.
_LONG_WAITS = 3
# Seconds of a wait after which the run looks whether the user has ended it.
_LOOK = 0.2
_UNAUTHENTICATED = 401

INTERRUPTED = "it was interrupted"
_SPENT = "the budget of {} requests is spent"


class Unanswered(Exception):
    """A request got no reply; what that means another check says."""


class Withheld(Unanswered):
    """A request was not sent: it may write, and writes are not allowed."""


class Closed(Unanswered):
    """A request was not sent: nothing leaves any more; `RequestPolicy.reason` says why."""


class RequestPolicy:
    """The way out of one run. `stop` is called when nothing may leave any more.

    `is_stopped` is asked before each request whether the user has ended the run.
    `reason` says in words why the run was cut short (budget, time, a finding); empty while it goes on.
    """

    def __init__(
        self,
        contract: Contract,
        target: Target,
        options: Options,
        credentials: Credentials,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self.contract, self.target, self.options, self.credentials = contract, target, options, credentials
        self.sent, self.reason = 0, ""
        # A mock made for this run asks for none.
        self.signature = None if target.is_mock else find_signature(contract, credentials)
        self.stop: Callable[[], None] = lambda: None
        # Hears of each wait that a reply asks for: the seconds that are waited, and those asked for.
        self.tell_wait: Callable[[float, float], None] = lambda seconds, asked: None
        # The longest wait that was asked for and not waited for; 0 where there was none.
        self.longest, self._long_waits = 0.0, 0
        self._refused, self._is_stopped = False, is_stopped
        self._now, self._sleep = now, sleep
        self._until = None if options.max_time is None else now() + options.max_time
        # When the next request may leave.
        self._next = 0.0
        self._methods = {o.rpc_method: o for o in contract.operations.values() if o.rpc_method}

    def allows(self, operation: Operation) -> bool:
        """Whether requests of an operation may leave at all."""
        return self.target.writes or operation.safe

    def admits(self, operation: Operation, method: str, body: Any) -> bool:
        """Whether one request may leave: by its operation, its HTTP method, and each call in its body.

        `body` is bytes or JSON data.
        """
        if self.target.writes:
            return True
        if not operation.safe or method.upper() != operation.method:
            return False
        if operation.rpc_method is None or self.contract.envelope is None:
            return True
        calls = self.contract.envelope.calls(_data(body))
        known = [self._methods.get(c.method) if isinstance(c.method, str) else None for c in calls]
        # A method that the contract does not know may do anything, and so may what is no call.
        return bool(known) and all(o is not None and o.safe for o in known)

    def reserve(self, count: int) -> bool:
        """Count requests that are sent past the policy, and only read; say whether the budget has them."""
        self.sent += count
        most = self.options.max_requests
        if most is not None and self.sent > most:
            self.sent -= count
            self.close(_SPENT.format(most))
        return not self.is_closed

    def admit(self, operation: Operation, method: str, body: Any, *, undoes: bool = False) -> None:
        """Let one request leave: return when it may. Raises Withheld, Closed.

        `undoes`: it sets back what the run has changed, and leaves though the run is over.
        """
        if not self.admits(operation, method, body):
            raise Withheld(f"`{operation.id}` may write")
        wait = self._next - self._now()
        if not undoes:
            self._judge(wait)
        self._pause(wait, undoes)
        self.sent += 1
        if rate := self.options.rate_for(self.target):
            self._next = self._now() + 1 / rate

    def note(self, operation: Operation, exchange: Exchange) -> None:
        """Obey a reply that asks to wait; one that refuses the right credentials ends the run."""
        headers = exchange.reply_headers or {}
        if exchange.status in _WAITING and "retry-after" in headers:
            self._obey(read_retry_after(headers["retry-after"][0]))
        refused = exchange.status == _UNAUTHENTICATED and not self.target.is_mock
        if refused and self.credentials.are_right(operation, exchange):
            self._refused = True
            self.stop()

    @property
    def is_closed(self) -> bool:
        """Whether nothing may leave any more."""
        return bool(self.reason) or self._refused

    def require_access(self) -> None:
        """Raise UsageError where the server refused the right credentials."""
        if self._refused:
            provider, url = self.contract.provider, self.target.url
            used = [c for c in self.contract.credentials if c.argument in self.credentials.values]
            variables = " and ".join(f"${c.variable}" for c in used)
            raise UsageError(
                f"`{provider}`: {url} answered 401 to the credentials given; the check stopped there\n"
                f"set {variables} to what this server accepts, or give --credential NAME=VALUE"
            )

    def close(self, reason: str) -> None:
        """Let nothing leave from now on; `reason` says why in words."""
        self.reason = reason
        self.stop()

    @property
    def is_interrupted(self) -> bool:
        """Whether the user has ended the run."""
        return self._is_stopped()

    def interrupt(self) -> Closed:
        """Let nothing leave from now on, for the user has ended the run; return what says so."""
        settle()
        self.close(INTERRUPTED)
        return Closed(INTERRUPTED)

    def wait(self, seconds: float) -> None:
        """Wait between two requests. Raises Closed where the user ends the run meanwhile."""
        self._pause(seconds, False)

    def _pause(self, seconds: float, undoes: bool) -> None:
        until = self._now() + seconds
        try:
            while (left := until - self._now()) > 0:
                if not undoes and self._is_stopped():
                    raise self.interrupt()
                with waiting():
                    self._sleep(min(left, _LOOK))
        except Interrupted:
            raise self.interrupt() from None

    def _obey(self, asked: float) -> None:
        """Wait before the next request as long as a reply asks, `max_wait` at most."""
        most = self.options.max_wait
        seconds = min(asked, most)
        if seconds <= 0 and asked <= 0:
            return
        if asked > most:
            self.longest, self._long_waits = max(self.longest, asked), self._long_waits + 1
            if self._long_waits > _LONG_WAITS:
                self.close(f"the server keeps asking to wait {asked:.0f} s (`--max-wait` {most:g})")
                return
        if self._now() + seconds > self._next:
            self._next = self._now() + seconds
            self.tell_wait(seconds, asked)

    def _judge(self, wait: float) -> None:
        """Raise Closed where the run is over, or would be after `wait` seconds."""
        if self.is_closed:
            raise Closed(self.reason)
        if self._is_stopped():
            self._close(INTERRUPTED)
        if self.options.max_requests is not None and self.sent >= self.options.max_requests:
            self._close(_SPENT.format(self.options.max_requests))
        if self._until is not None and self._now() + max(wait, 0) > self._until:
            self._close(f"the time of {self.options.max_time:g} s is over")

    def _close(self, reason: str) -> None:
        self.close(reason)
        raise Closed(reason)


def _data(body: Any) -> Any:
    if not isinstance(body, bytes | str):
        return body
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
