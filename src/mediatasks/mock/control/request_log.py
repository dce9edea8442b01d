"""The log: the last requests with the contract's verdict on each, and every breach of it.

Both are bounded. A request that fits costs one tuple; the texts of a breach are made when it comes,
because only then the secrets are known that must not stand in them.
"""

import itertools
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mediatasks.contracts.model.contract import Contract
from mediatasks.mock.http.messages import MockRequest
from mediatasks.mock.http.redaction import RequestRedactor
from mediatasks.mock.store.clock import stamp

SIZE = 1000
_PATH, _TEXT = 500, 300


@dataclass(frozen=True, slots=True)
class LoggedViolation:
    """One breach of a contract.

    `request` is the number of the request in the log, `operation` empty where the request belongs
    to none. `side` is `request`, or `reply` where the mock itself broke the contract.
    """

    request: int
    provider: str
    operation: str
    side: str
    place: str
    expected: str
    got: str

    def __str__(self) -> str:
        """The breach in one line."""
        name = f"{self.provider} {self.operation}".strip()
        return f"{name}: {self.place}: expected {self.expected}, got {self.got}"


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request of the log.

    `at` is the moment by the machine's clock (RFC 3339), `seconds` what the mock needed, `verdict`
    is `fits` or `breaks`.
    """

    number: int
    at: str
    provider: str
    operation: str
    method: str
    path: str
    status: int
    seconds: float
    verdict: str
    violations: tuple[LoggedViolation, ...]


class RequestLog:
    """The log of requests, the newest `size` of them, and the violations, the first `size` of them.

    `violation_count` counts all.
    """

    def __init__(self, contracts: Iterable[Contract], size: int = SIZE) -> None:
        self._redactors = {contract.provider: RequestRedactor(contract) for contract in contracts}
        self._stranger = RequestRedactor(None)
        self._size = size
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self.clear()

    def clear(self) -> None:
        """Forget all requests and violations; numbers go on."""
        with self._lock:
            self._rows: deque[tuple[Any, ...]] = deque(maxlen=self._size)
            self._violations: list[LoggedViolation] = []
            self.violation_count = 0

    def record(self, provider: str, request: MockRequest, status: int, seconds: float) -> None:
        """Write down an answered request."""
        path, query = request.path, ""
        if len(path) > _PATH:
            path = path[:_PATH]
        number = next(self._numbers)
        if request.query:
            query = self._redactors.get(provider, self._stranger).query(request.query)
        breaches: tuple[LoggedViolation, ...] = ()
        if request.breaches:
            breaches = tuple(self._violate(number, provider, request))
            redactor = self._redactors.get(provider, self._stranger)
            path, query = redactor.masked(path, request), redactor.masked(query, request)
        operation, method = request.operation, request.method
        row = (number, time.time(), provider, operation, method, path, query, status, seconds, breaches)
        self._rows.append(row)

    def _violate(self, number: int, provider: str, request: MockRequest) -> Iterator[LoggedViolation]:
        redactor = self._redactors.get(provider, self._stranger)
        for operation, breach in request.breaches or ():
            place, expected, got = (
                redactor.masked(text[:_TEXT], request)
                for text in (breach.place, breach.expected, breach.got)
            )
            side = "reply" if breach.part == "reply" else "request"
            violation = LoggedViolation(number, provider, operation, side, place, expected, got)
            with self._lock:
                self.violation_count += 1
                if len(self._violations) < self._size:
                    self._violations.append(violation)
            yield violation

    @property
    def violations(self) -> list[LoggedViolation]:
        """The violations so far, the first `size` of them."""
        return list(self._violations)

    def entries(self) -> list[LoggedRequest]:
        """Return the log, oldest first."""
        return [_entry(row) for row in list(self._rows)]


def _entry(row: tuple[Any, ...]) -> LoggedRequest:
    number, at, provider, operation, method, path, query, status, seconds, breaches = row
    moment, verdict = stamp(at, "date-time"), "breaks" if breaches else "fits"
    target = f"{path}?{query}" if query else path
    what = provider, operation, method[:20], target, status
    return LoggedRequest(number, moment, *what, round(seconds, 6), verdict, breaches)
