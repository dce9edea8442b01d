"""A transport of the caller's own: its replies are read as ours, its failures become our exceptions."""

import asyncio
import gzip
from collections.abc import Callable
from typing import Any

import pytest

from mediatasks import AsyncTaskEngine, TaskEngine
from mediatasks.client import RawReply, Request
from mediatasks.errors import CallTimeout, ConnectionFailed, ReplyError, UsageError
from tests.transport.conftest import KEYS

BODY = b'{"id": 123, "queue_state": "queued"}'
JSON = {"Content-Type": "application/json"}


class Answering:
    """Returns what `answer` returns."""

    def __init__(self, answer: Callable[[Request], Any]) -> None:
        self.answer, self.closed = answer, False

    def send(self, request: Request, deadline: float, limit: int) -> Any:
        return self.answer(request)

    def close(self) -> None:
        self.closed = True


class AsyncAnswering(Answering):
    async def send(self, request: Request, deadline: float, limit: int) -> Any:
        return self.answer(request)

    async def close(self) -> None:  # type: ignore[override]
        self.closed = True


@pytest.fixture(params=["sync", "async"])
def get_job(request: pytest.FixtureRequest) -> Any:
    def get(answer: Callable[[Request], Any], **options: Any) -> Any:
        transport = (AsyncAnswering if request.param == "async" else Answering)(answer)

        async def get_async() -> Any:
            async with AsyncTaskEngine(
                "http://any.test", **KEYS, transport=transport, max_retries=0, **options
            ) as engine:
                return await engine.get_job(123)

        if request.param == "async":
            found = asyncio.run(get_async())
        else:
            with TaskEngine(
                "http://any.test", **KEYS, transport=transport, max_retries=0, **options
            ) as engine:
                found = engine.get_job(123)
        assert transport.closed
        return found

    return get


def test_its_reply_is_read(get_job: Any) -> None:
    asked: list[str] = []
    answer = lambda request: asked.append(request.url) or RawReply(200, JSON, BODY)  # noqa: E731
    assert get_job(answer).id == 123
    assert asked == ["http://any.test:80/jobs/123"]


def test_a_compressed_body_is_unpacked(get_job: Any) -> None:
    headers = {**JSON, "Content-Encoding": "gzip"}
    assert get_job(lambda _: RawReply(200, headers, gzip.compress(BODY))).id == 123


def test_a_body_over_the_limit_is_refused(get_job: Any) -> None:
    with pytest.raises(ReplyError, match="at most 10 bytes"):
        get_job(lambda _: RawReply(200, JSON, BODY), max_reply_bytes=10)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TimeoutError("x"), CallTimeout),
        (ConnectionResetError(104, "reset"), ConnectionFailed),
        (CallTimeout("no whole reply in time"), CallTimeout),
    ],
)
def test_its_failure_is_an_exception_of_ours(get_job: Any, error: Exception, expected: type) -> None:
    def fail(_: Request) -> Any:
        raise error

    with pytest.raises(expected) as caught:
        get_job(fail)
    assert (type(caught.value), caught.value.operation) == (expected, "get_job")


def test_what_is_no_reply_is_a_usage_error(get_job: Any) -> None:
    with pytest.raises(UsageError, match="RawReply"):
        get_job(lambda _: (200, {}, BODY))


def test_an_asynchronous_one_that_is_late_is_cancelled() -> None:
    class Hanging(AsyncAnswering):
        async def send(self, request: Request, deadline: float, limit: int) -> Any:
            await asyncio.sleep(60)

    engine = AsyncTaskEngine("http://any.test", **KEYS, transport=Hanging(lambda _: None), timeout=0.1)
    with pytest.raises(CallTimeout):
        asyncio.run(engine.get_job(1))


def test_one_of_the_other_kind_is_a_usage_error() -> None:
    answer = lambda _: RawReply(200, JSON, BODY)  # noqa: E731
    with pytest.raises(UsageError, match="AsyncTransport"):
        TaskEngine("http://any.test", **KEYS, transport=AsyncAnswering(answer)).get_job(1)
    engine = AsyncTaskEngine("http://any.test", **KEYS, transport=Answering(answer))
    with pytest.raises(UsageError, match="AsyncTransport"):
        asyncio.run(engine.get_job(1))


@pytest.mark.parametrize("transport", [object(), Answering, "x"])
def test_what_has_no_send_is_refused(transport: Any) -> None:
    with pytest.raises(UsageError, match="`transport`"):
        TaskEngine("http://any.test", **KEYS, transport=transport)


def test_options_that_exclude_each_other_are_refused() -> None:
    transport = Answering(lambda _: None)
    with pytest.raises(UsageError, match="`trust_env`"):
        TaskEngine("http://any.test", **KEYS, transport=transport, trust_env=False)
