"""The requests that the mock sends by itself: a bounded queue, a thread that sends them, a log of outcomes.

The thread is started by the first request that is put in and ends when nothing is left to wait for.
It also moves the tasks whose receivers wait for messages, for no request may come that would move them.
Nothing of it outlives the process, or a reset.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from mediatasks.mock.http.redaction import shown_address
from mediatasks.mock.store.clock import Clock, stamp
from mediatasks.mock.store.store import Store

if TYPE_CHECKING:
    from mediatasks.mock.webhooks.sender import Sender

logger = logging.getLogger("mediatasks.mock")
WAITING = 1000
SIZE = 1000
_IDLE = 1.0
# How long the thread sleeps at least and at most while time moves tasks.
_SHORT, _LONG = 0.02, 0.25
# So many different reasons for not sending are told on stderr.
_TOLD = 20


@dataclass(slots=True)
class OutgoingRequest:
    """A request to be sent.

    `pack` returns headers and body at the moment of sending; `waits` are the seconds, by the mock's
    clock, before each repetition where no answer or a 5xx came. `then` is told the status, or None
    where there is no answer.
    """

    provider: str
    event: str
    task: str
    url: str
    pack: Callable[[], tuple[Mapping[str, str], bytes]]
    method: str = "POST"
    waits: Iterator[float] = field(default_factory=lambda: iter(()))
    then: Callable[[int | None], None] | None = None
    attempt: int = field(default=0, init=False)


@dataclass(frozen=True, slots=True)
class SentRequest:
    """The outcome of one request that the mock sent.

    `at` is the moment by the machine's clock (RFC 3339). `outcome` is `answered`, `unanswered`,
    `refused` (it was not let out) or `dropped` (too many were waiting); `status` is that of the
    answer, `problem` says what was wrong, `repeats` whether it is sent again.
    """

    number: int
    at: str
    provider: str
    event: str
    task: str
    method: str
    url: str
    attempt: int
    outcome: str
    status: int | None
    problem: str
    seconds: float
    repeats: bool


class OutgoingQueue:
    """The outgoing requests of one mock. Without `sends` nothing is sent, and nothing recorded."""

    def __init__(self, clock: Clock, allow_egress: bool = False, sends: bool = True) -> None:
        self._clock, self._allow_egress, self._sends = clock, allow_egress, sends
        # Guards what follows; nothing that may wait for a store is called under it.
        self._lock = threading.Condition()
        self._queue: deque[OutgoingRequest] = deque()
        self._planned: list[tuple[float, int, OutgoingRequest]] = []
        self._stores: dict[str, Store] = {}
        self._look = self._busy = False
        self._current: OutgoingRequest | None = None
        self._due: float | None = None
        self._thread: threading.Thread | None = None
        self._numbers, self._plans = itertools.count(1), itertools.count()
        self._log: deque[SentRequest] = deque(maxlen=SIZE)
        self._told: set[str] = set()
        self._sender: Sender | None = None
        if sends:
            clock.watch(self.wake)

    def put(self, request: OutgoingRequest) -> None:
        """Send a request as soon as its turn comes. Never waits."""
        if not self._sends:
            return
        with self._lock:
            if len(self._queue) < WAITING:
                self._queue.append(request)
                self._start()
                return
        self._record(request, "dropped", problem=f"{WAITING} requests were waiting already")
        if request.then is not None:
            request.then(None)

    def attend(self, store: Store) -> None:
        """Move the tasks of `store` when they are due, from now on until it is forgotten."""
        if not self._sends:
            return
        with self._lock:
            self._stores[store.contract.provider] = store
            self._look = True
            self._start()

    def expect(self, due: float) -> None:
        """Look at the tasks when the clock shows `due`, if not before; the caller holds the store's lock.

        Asked with every request, and hardly ever news: read without the lock. While tasks are looked
        at, no moment is known, so that what changes meanwhile is looked at once more.
        """
        known = self._due
        if self._stores and (known is None or due < known):
            self.wake()

    def forget(self, provider: str) -> None:
        """Send nothing more of what waits for a provider, and leave its tasks alone."""
        with self._lock:
            self._stores.pop(provider, None)
            self._queue = deque(request for request in self._queue if request.provider != provider)
            self._planned = [entry for entry in self._planned if entry[2].provider != provider]
            heapq.heapify(self._planned)
            self._release(provider)

    def wake(self) -> None:
        """Look at tasks and plans: the clock was moved."""
        with self._lock:
            if self._stores or self._planned:
                self._look = True
                self._start()

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until all that is due was sent; return whether it was, in so many real seconds."""
        with self._lock:
            self.wake()
            return self._lock.wait_for(lambda: not (self._queue or self._busy or self._look), timeout)

    @property
    def waiting(self) -> int:
        """How many requests are still to be sent, those that will be repeated included."""
        with self._lock:
            return len(self._queue) + len(self._planned) + (self._current is not None)

    def stop(self) -> None:
        """Send nothing more of what waits; what is under way ends by its own time limit."""
        with self._lock:
            self._queue.clear()
            self._planned.clear()
            self._stores.clear()
            self._look, self._due = False, None
            self._release(None)
            self._lock.notify_all()

    def _release(self, provider: str | None) -> None:
        """Neither repeat the request that is being sent, nor report its outcome."""
        if self._current is not None and provider in (None, self._current.provider):
            self._current.then = None
            self._current = None

    def entries(self) -> list[SentRequest]:
        """Return what was sent, or should have been: the newest thousand, oldest first."""
        return list(self._log)

    def clear(self) -> None:
        """Forget the log."""
        self._log.clear()

    # The thread.

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="mock-queue", daemon=True)
            self._thread.start()
        self._lock.notify_all()

    def _run(self) -> None:
        while (work := self._next()) is not None:
            try:
                work()
            except Exception as error:
                # One request that goes wrong must not keep the others.
                logger.error("outgoing: %s: %s", type(error).__name__, error)
                logger.debug("traceback", exc_info=True)

    def _next(self) -> Callable[[], None] | None:
        """Wait for work and return it; None after a second in which nothing was planned."""
        with self._lock:
            self._current, self._busy = None, False
            self._lock.notify_all()
            while True:
                self._take_planned()
                if self._queue:
                    self._current, self._busy = self._queue.popleft(), True
                    return partial(self._carry, self._current)
                if self._look:
                    self._look, self._busy = False, True
                    return self._look_at_tasks
                pause = self._pause()
                if self._lock.wait(_IDLE if pause is None else pause):
                    continue
                if pause is None:
                    self._thread = None
                    return None
                self._look = True

    def _take_planned(self) -> None:
        while self._planned and self._planned[0][0] <= self._clock.now():
            self._queue.append(heapq.heappop(self._planned)[2])

    def _pause(self) -> float | None:
        """Return the real seconds until something is due; None where nothing is planned."""
        speed = self._clock.speed
        dues = [] if self._due is None else [self._due]
        dues += [self._planned[0][0]] if self._planned else []
        if not (dues and speed):
            return None
        return min(max((min(dues) - self._clock.now()) / speed, _SHORT), _LONG)

    def _look_at_tasks(self) -> None:
        with self._lock:
            stores, self._due = list(self._stores.values()), None
        dues = []
        for store in stores:
            with store.lock:
                store.catch_up()
                dues.append(store.next_due())
        self._due = min((due for due in dues if due is not None), default=None)

    def _carry(self, request: OutgoingRequest) -> None:
        """Send one request and log the outcome."""
        # Loaded by the first one: a mock that sends nothing starts without it.
        from mediatasks.mock.webhooks.sender import NoAnswer, NotSent, Sender

        if self._sender is None:
            self._sender = Sender(self._allow_egress)
        request.attempt += 1
        began, status, outcome, problem = time.monotonic(), None, "answered", ""
        try:
            status = self._sender.send(request.method, request.url, *request.pack())
        except NotSent as error:
            outcome, problem = "refused", str(error)
        except NoAnswer as error:
            outcome, problem = "unanswered", str(error)
        fails = outcome == "unanswered" or (status is not None and status >= 500)
        repeats = fails and self._plan_again(request)
        self._record(request, outcome, status, problem, time.monotonic() - began, repeats)
        if request.then is not None:
            request.then(status)

    def _plan_again(self, request: OutgoingRequest) -> bool:
        wait = next(request.waits, None)
        if wait is None:
            return False
        with self._lock:
            if self._current is not request:
                return False
            heapq.heappush(self._planned, (self._clock.now() + wait, next(self._plans), request))
        return True

    def _record(
        self,
        request: OutgoingRequest,
        outcome: str,
        status: int | None = None,
        problem: str = "",
        seconds: float = 0.0,
        repeats: bool = False,
    ) -> None:
        entry = SentRequest(
            number=next(self._numbers),
            at=stamp(time.time(), "date-time"),
            provider=request.provider,
            event=request.event,
            task=request.task,
            method=request.method,
            url=shown_address(request.url),
            attempt=request.attempt,
            outcome=outcome,
            status=status,
            problem=problem,
            seconds=round(seconds, 6),
            repeats=repeats,
        )
        if outcome in ("refused", "dropped") and problem not in self._told and len(self._told) < _TOLD:
            self._told.add(problem)
            logger.warning("%s %s: not sent: %s", request.provider, request.event, problem)
        self._log.append(entry)
