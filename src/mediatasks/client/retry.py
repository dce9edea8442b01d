"""When a failed attempt is repeated, and how long to wait before. The loop itself is tenacity's."""

import threading
import time
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any, TypeVar

from mediatasks.client import pauses
from mediatasks.errors import CallError, CallTimeout, ConnectionFailed, StatusError
from mediatasks.exchange.http.retry_after import read_retry_after

T = TypeVar("T")

LONGEST_WAIT = 120.0
FIRST_WAIT = 0.5
USUAL_LONGEST = 8.0


class Budget:
    """How many retries a client has left: an outage must not be answered with more load.

    Each retry takes one, each success gives a tenth back, as in the AWS SDKs' retry quota.
    """

    def __init__(self, capacity: int = 10) -> None:
        # In tenths: ten times 0.1 is less than 1.
        self._capacity = self._left = capacity * 10
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take one retry; false where none is left."""
        with self._lock:
            if self._left < 10:
                return False
            self._left -= 10
            return True

    def give_back(self) -> None:
        """Count a success."""
        with self._lock:
            self._left = min(self._capacity, self._left + 1)


class RetryPolicy:
    """Decides on the retries of one call, which ends at `moment` of `time.monotonic()`."""

    def __init__(self, budget: Budget, repeatable: bool, max_retries: int, moment: float) -> None:
        self.budget, self.repeatable = budget, repeatable
        self.max_retries, self.moment = max_retries, moment

    def allows(self, error: BaseException) -> bool:
        """Whether `error` is worth another attempt, time and budget left aside."""
        if isinstance(error, StatusError):
            retried = error.status in (408, 429) or error.status >= 500
            return retried and self.repeatable and retry_after(error) <= LONGEST_WAIT
        if isinstance(error, CallTimeout):
            # No attempt has a limit of its own: the whole call's time is up.
            return False
        return isinstance(error, ConnectionFailed) and (self.repeatable or not error.sent)

    def run(self, attempt: Callable[[int], T]) -> T:
        """Return what `attempt` returns, repeated as the policy allows; its argument counts from 1."""
        try:
            result = attempt(1)
        except CallError as error:
            self._give_up(error)
            # Loaded only once something has failed.
            from tenacity import Retrying

            result = Retrying(**self._rules(), sleep=pauses.sleep)(_replay(error, attempt))
        self.budget.give_back()
        return result

    async def arun(self, attempt: Callable[[int], Awaitable[T]]) -> T:
        """Do the same asynchronously."""
        try:
            result = await attempt(1)
        except CallError as error:
            self._give_up(error)
            from tenacity import AsyncRetrying

            again = _replay(error, attempt)

            async def step() -> T:
                return await again()

            result = await AsyncRetrying(**self._rules(), sleep=pauses.asleep)(step)
        self.budget.give_back()
        return result

    def _give_up(self, error: CallError) -> None:
        """Raise `error` where no further attempt is allowed."""
        if self.max_retries < 1 or not self.allows(error):
            raise error

    def _rules(self) -> dict[str, Any]:
        from tenacity import retry_if_exception, wait_random_exponential

        usual = wait_random_exponential(multiplier=FIRST_WAIT, max=USUAL_LONGEST)
        moment = pauses.now() + self.moment - time.monotonic()

        def wait(state: Any) -> float:
            return float(max(usual(state), retry_after(state.outcome.exception())))

        def stop(state: Any) -> bool:
            late = pauses.now() + state.upcoming_sleep >= moment
            return late or state.attempt_number > self.max_retries or not self.budget.take()

        return {"retry": retry_if_exception(self.allows), "wait": wait, "stop": stop, "reraise": True}


def _replay(first: CallError, attempt: Callable[[int], T]) -> Callable[[], T]:
    """Return a function that fails as the first attempt did, then makes the next: tenacity counts all."""
    numbers = count(1)

    def step() -> T:
        number = next(numbers)
        if number == 1:
            raise first
        return attempt(number)

    return step


def retry_after(error: BaseException | None) -> float:
    """Return the seconds that a reply's Retry-After asks for (RFC 9110, 10.2.3); 0 where it does not."""
    if not isinstance(error, StatusError):
        return 0.0
    return read_retry_after(error.headers.get("retry-after", ""))
