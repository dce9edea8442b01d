"""Wait for a task to end, from `x-lifecycle` alone: how it is read, and which states are final."""

import inspect
import logging
import math
import random
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from mediatasks.client import pauses
from mediatasks.client.operation import OperationSpec
from mediatasks.client.options import NOT_AWAITED, check_seconds
from mediatasks.client.replies.reply import Reply, reply_error
from mediatasks.client.requests.builder import NO_BODY
from mediatasks.client.retry import LONGEST_WAIT, retry_after
from mediatasks.client.task_call import check_names, choose_read, known_values
from mediatasks.contracts.equality import same_key
from mediatasks.contracts.lifecycle.resource import Resource, State
from mediatasks.contracts.pointer import MISSING, get, split
from mediatasks.errors import (
    CallError,
    ConnectionFailed,
    MediatasksError,
    NotFound,
    ReplyError,
    RpcError,
    StatusError,
    UsageError,
    WaitTimeout,
)

log = logging.getLogger("mediatasks")

MAX_FAULTS = 5
# For so many seconds from the first read, a task that the server does not know yet is waited for.
CREATION = 10.0
_CREATION_POLL = 1.0
# For so many seconds, a task that only a restart under a new id can leave its state is waited for.
RESTART = 30.0
# Ten years, in seconds. None waits without limit.
LONGEST_TOTAL = 315_360_000.0


@dataclass(frozen=True)
class LastRead:
    """What one read showed: the task, plain and typed, and its state (None for one that is not listed)."""

    task: Any
    model: Any
    state: State | None


class Watch:
    """One wait: which call reads the task, when to read again, and when to give up."""

    def __init__(
        self,
        rules: Mapping[str, Any],
        operations: Mapping[str, OperationSpec[Any]],
        kind: Any,
        task: Any,
        arguments: Mapping[str, Any],
        timeout: float | None,
        interval: float | None,
        read_timeout: float,
        mask: Callable[[ReplyError], ReplyError] = lambda error: error,
    ) -> None:
        """Watch one task, typed as `kind`. `timeout` None is no limit; one read takes `read_timeout`.

        `mask` hides secrets in errors.
        """
        if timeout is not None:
            check_seconds("wait", "timeout", timeout, LONGEST_TOTAL)
        if interval is not None:
            check_seconds("wait", "interval", interval)
        check_names(rules["reads"], arguments)
        self.resource = Resource(rules["name"], {**rules, "operations": {}})
        known = known_values(self.resource, task, arguments)
        self.operation, self.effect, self.values = choose_read(rules["reads"], operations, known)
        self.key = {p: known.get(split(p)[-1]) for p in self.resource.key}
        self.kind, self.read_timeout, self.mask = kind, read_timeout, mask
        self._began = pauses.now()
        self.deadline = math.inf if timeout is None else self._began + timeout
        self._slept = 0.0
        self._stuck_since: float | None = None
        self._unknown = False
        self.last: LastRead | None = None
        self.faults = 0
        self._failure = ""
        # Spread the polls of many waits; the contract's interval is the middle.
        self._poll = interval or self.resource.poll or 5.0

    def call_arguments(self) -> dict[str, Any]:
        """Return what `_call` takes."""
        operation = self.operation
        found: dict[str, Any] = {
            "members": None,
            "body": NO_BODY,
            "arguments": tuple(self.values.get(p.name) for p in operation.parameters),
            "options": {"timeout": max(min(self.left, self.read_timeout), 0.001)},
        }
        if operation.members:
            found["members"] = tuple(self.values.get(name) for name in operation.members)
        return found

    @property
    def left(self) -> float:
        """Seconds until the deadline."""
        return self.deadline - pauses.now()

    @property
    def _elapsed(self) -> float:
        """Seconds since the wait began, or those slept where they are more: a test may replace sleep."""
        return max(pauses.now() - self._began, self._slept)

    def see(self, result: Any, reply: Reply[Any]) -> bool:
        """Read one reply, its result given as plain values too. Return whether the task has changed."""
        self.faults = 0
        task = self._find(result)
        if task is MISSING:
            self._expect(
                UsageError(f"`{self.operation.id}` does not list the task {list(self.key.values())}")
            )
            return False
        changed = self.last is None or self.last.task != task
        if changed:
            model = reply.result if self.effect["action"] == "read" else self._typed(task, reply)
            self.last = LastRead(task, model, self.resource.state_of(task))
        state = self.last.state if self.last else None
        if state is None or not is_restarted(state):
            self._stuck_since = None
        elif changed or self._stuck_since is None:
            self._stuck_since = self._elapsed
        return changed

    @property
    def ended(self) -> bool:
        """Whether the last read showed a final state, or one that only a restart leaves and none came."""
        if self.last is None or self.last.state is None:
            return False
        stuck = self._stuck_since is not None and self._elapsed - self._stuck_since >= RESTART
        return self.last.state.final or stuck

    @property
    def model(self) -> Any:
        """The typed task of the last read; None before the first."""
        return self.last.model if self.last else None

    def _typed(self, task: Any, reply: Reply[Any]) -> Any:
        from mediatasks.client.replies.reading import Unreadable, read_value

        try:
            return read_value(self.kind, task, self.operation.id)[0]
        except Unreadable as error:
            raise self.mask(reply_error(error.deviation, reply.status, reply.raw)) from None

    def _expect(self, error: MediatasksError) -> None:
        """Let a task that is not known yet be read again for `CREATION` seconds; then raise `error`."""
        if self.last is not None or self._elapsed >= CREATION:
            raise error
        if not self._unknown:
            shown_key = ", ".join(map(str, self.key.values()))
            seconds, operation = min(CREATION, self.left), self.operation.id
            log.warning(
                "`%s`: task %s is not known yet; it is read again for %d s", operation, shown_key, seconds
            )
        self._unknown = True

    def _find(self, result: Any) -> Any:
        if self.effect["action"] == "read":
            return result
        items = get(result, self.effect.get("items", ""))
        if "group" in self.effect and isinstance(items, list):
            groups = [get(group, self.effect["group"]["at"]) for group in items]
            items = [task for group in groups if isinstance(group, list) for task in group]
        if not isinstance(items, list):
            return MISSING
        found = [i for i in items if all(same_key(get(i, p), v) for p, v in self.key.items())]
        if not found:
            return MISSING
        chain = self.resource.data.get("chain")
        if chain and (origin := get(found[0], chain)) is not MISSING:
            # A restart goes on under a new id; the reply names the chain's tasks in order.
            found = [i for i in items if get(i, chain) == origin]
        return found[-1]

    def fail(self, error: CallError) -> None:
        """Take a failed read: raise it again unless it may pass within the wait's budget of faults."""
        self._failure = str(error)
        if self._is_unknown(error):
            self._expect(error)
            return
        passing = isinstance(error, ConnectionFailed) or (
            isinstance(error, StatusError) and (error.status in (408, 429) or error.status >= 500)
        )
        self.faults += 1
        if not passing or self.faults > MAX_FAULTS:
            raise error
        if self.left <= 0:
            raise self.timeout() from error

    def _is_unknown(self, error: CallError) -> bool:
        """Whether the server says that there is no such task."""
        if isinstance(error, NotFound):
            return True
        said = self.effect.get("missing", "").partition("{")[0]
        return isinstance(error, RpcError) and bool(said) and said in str(error.error)

    def pause(self, error: CallError | None = None) -> float:
        """Return the seconds until the next read. Raises WaitTimeout where none is left."""
        usual = self._poll * random.uniform(0.75, 1.25)
        if self.last is None and self._unknown:
            usual = min(usual, _CREATION_POLL)
        asked = min(retry_after(error), LONGEST_WAIT)
        if self.left <= 0:
            raise self.timeout()
        seconds = max(0.0, min(max(usual, asked), self.left))
        self._slept += seconds
        return seconds

    def timeout(self) -> WaitTimeout:
        """Return the exception of a wait whose time is up."""
        state = self.last.state.name if self.last and self.last.state else "unknown"
        return WaitTimeout(self.operation.id, list(self.key.values()), state, self.model, self._failure)


def is_restarted(state: State) -> bool:
    """Whether a task leaves `state` only by a restart under a new id, which the server makes or not."""
    return not state.final and bool(state.moves) and all(move.new_id for move in state.moves)


def tell(on_update: Any, model: Any) -> None:
    """Call a synchronous callback. Raises UsageError where it turns out to be asynchronous."""
    result = on_update(model)
    if inspect.isawaitable(result):
        if isinstance(result, Coroutine):
            result.close()
        raise UsageError(NOT_AWAITED)


async def atell(on_update: Any, model: Any) -> None:
    """Call a callback of either kind."""
    result = on_update(model)
    if inspect.isawaitable(result):
        await result
