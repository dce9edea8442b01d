"""The rules of repeating, without a network."""

import email.utils
import time
from typing import Any

import pytest

import mediatasks.client.retry
from mediatasks.client.retry import LONGEST_WAIT, Budget, RetryPolicy, retry_after
from mediatasks.errors import CallTimeout, ConnectionFailed, ReplyError, status_error


def answered(status: int, **headers: str) -> Exception:
    wire = {name.replace("_", "-"): value for name, value in headers.items()}
    return status_error("get_job", status, b"", b"", wire)


def policy(repeatable: bool = True, retries: int = 2, seconds: float = 60, **more: Any) -> RetryPolicy:
    return RetryPolicy(more.get("budget") or Budget(), repeatable, retries, time.monotonic() + seconds)


def unsent() -> ConnectionFailed:
    error = ConnectionFailed("refused")
    error.sent = False
    return error


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        (" 7 ", 7),
        ("007", 7),
        ("9" * 30, 1e30),
        ("", 0),
        ("-5", 0),
        ("1.5", 1.5),
        ("soon", 0),
        ("²", 0),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
        ("Sun Nov  6 08:49:37 1994", 0),
    ],
)
def test_retry_after_is_read(text: str, seconds: float) -> None:
    assert retry_after(answered(503, retry_after=text)) == pytest.approx(seconds)


def test_retry_after_of_any_length_is_read() -> None:
    assert retry_after(answered(503, retry_after="9" * 400)) > LONGEST_WAIT


def test_a_reply_without_retry_after_asks_for_no_wait() -> None:
    assert retry_after(answered(503)) == retry_after(ConnectionFailed()) == retry_after(None) == 0


def test_retry_after_may_be_a_date() -> None:
    text = email.utils.formatdate(time.time() + 30, usegmt=True)
    assert 20 < retry_after(answered(429, retry_after=text)) <= 30


def test_a_date_without_zone_is_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        text = time.asctime(time.gmtime(time.time() + 30))
        assert 20 < retry_after(answered(429, retry_after=text)) <= 30
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 520, 599])
def test_a_passing_status_is_retried(status: int) -> None:
    assert policy().allows(answered(status))


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 422, 451])
def test_any_other_status_is_not(status: int) -> None:
    assert not policy().allows(answered(status))


def test_a_reply_that_breaks_the_contract_is_not_retried() -> None:
    assert not policy().allows(ReplyError("get_job", 200, "", "a", "b", b""))


def test_what_was_not_sent_is_always_worth_another_attempt() -> None:
    assert policy(repeatable=False).allows(unsent())


@pytest.mark.parametrize("error", [ConnectionFailed(), answered(503), answered(429)])
def test_what_may_have_arrived_and_is_unsafe_is_not_retried(error: Exception) -> None:
    assert not policy(repeatable=False).allows(error)


def test_a_call_whose_time_is_up_is_not_retried() -> None:
    assert not policy().allows(CallTimeout())


def test_a_wait_that_is_too_long_is_not_waited_for() -> None:
    assert policy(seconds=1e6).allows(answered(503, retry_after=str(int(LONGEST_WAIT))))
    assert not policy(seconds=1e6).allows(answered(503, retry_after=str(int(LONGEST_WAIT) + 1)))


@pytest.mark.parametrize(
    ("attempt", "longest"), [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 8.0), (9, 8.0)]
)
def test_waits_grow_with_jitter_within_bounds(
    monkeypatch: pytest.MonkeyPatch, attempt: int, longest: float
) -> None:
    monkeypatch.setattr(mediatasks.client.retry, "FIRST_WAIT", 0.5)
    waits = [wait_before(attempt, answered(503)) for _ in range(200)]
    assert min(waits) >= 0
    assert longest * 0.5 < max(waits) <= longest
    assert len(set(waits)) > 100


def test_a_wait_is_at_least_what_the_server_asks_for() -> None:
    assert wait_before(1, answered(503, retry_after="30")) == 30


def wait_before(attempt: int, error: Exception) -> float:
    from tenacity import Future, RetryCallState

    state = RetryCallState(None, None, (), {})  # type: ignore[arg-type]
    state.attempt_number = attempt
    state.outcome = Future.construct(attempt, error, True)
    wait: float = policy()._rules()["wait"](state)
    return wait


class Attempts:
    """Fails with each of `errors`, then returns the number of the attempt."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.numbers: list[int] = []

    def __call__(self, number: int) -> int:
        self.numbers.append(number)
        if self.errors:
            raise self.errors.pop(0)
        return number


def test_attempts_are_counted_from_one() -> None:
    attempts = Attempts(answered(503), unsent())
    assert policy().run(attempts) == 3
    assert attempts.numbers == [1, 2, 3]


def test_the_last_error_is_raised() -> None:
    last = answered(500)
    with pytest.raises(type(last)) as caught:
        policy(retries=1).run(Attempts(answered(503), last))
    assert caught.value is last


def test_an_error_that_is_not_worth_it_ends_a_series() -> None:
    attempts = Attempts(answered(503), answered(404))
    with pytest.raises(Exception, match="404"):
        policy(retries=5).run(attempts)
    assert attempts.numbers == [1, 2]


def test_no_wait_begins_that_would_end_past_the_deadline() -> None:
    attempts = Attempts(answered(503, retry_after="100"))
    with pytest.raises(Exception, match="503"):
        policy(seconds=50).run(attempts)
    assert attempts.numbers == [1]


def test_a_budget_is_spent_and_comes_back() -> None:
    budget = Budget(2)
    assert [budget.take() for _ in range(3)] == [True, True, False]
    for _ in range(10):
        budget.give_back()
    assert [budget.take(), budget.take()] == [True, False]


def test_a_budget_never_grows_past_its_capacity() -> None:
    budget = Budget(1)
    for _ in range(100):
        budget.give_back()
    assert [budget.take(), budget.take()] == [True, False]


def test_a_success_after_a_retry_gives_back_too() -> None:
    budget = Budget(1)
    policy(budget=budget).run(Attempts(answered(503)))
    for _ in range(9):
        policy(budget=budget).run(Attempts())
    assert budget.take()


def test_a_retry_that_will_not_be_made_costs_nothing() -> None:
    budget = Budget(1)
    with pytest.raises(Exception, match="503"):
        policy(budget=budget, seconds=1).run(Attempts(answered(503, retry_after="100")))
    assert budget.take()
