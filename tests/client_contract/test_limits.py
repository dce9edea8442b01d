"""What the properties cannot show: how often a call is sent, how long it may take, what is logged."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

import httpx2
import pytest

import mediatasks
from mediatasks.errors import CallTimeout, ServerFailed
from tests.client_contract.subjects import BASE_URL


class Dripping(httpx2.SyncByteStream):
    """A body of which a byte comes now and then."""

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(50):
            yield b" "
            time.sleep(0.02)


def livepeer(response: httpx2.Response, requests: list[httpx2.Request]) -> mediatasks.Livepeer:
    def answer(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        return response

    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    return mediatasks.Livepeer(BASE_URL, api_key="k", http_client=http)


def test_a_call_that_is_not_safe_is_sent_once() -> None:
    requests: list[httpx2.Request] = []
    with pytest.raises(ServerFailed):
        livepeer(httpx2.Response(503), requests).retry_task("x")
    assert len(requests) == 1


def test_a_dripping_body_ends_at_the_deadline() -> None:
    client = livepeer(httpx2.Response(200, stream=Dripping()), [])
    with pytest.raises(CallTimeout):
        client.get_task("x", timeout=0.1, max_retries=0)


def test_no_key_of_the_query_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    http = httpx2.Client(transport=httpx2.MockTransport(lambda request: httpx2.Response(200, json=[])))
    with caplog.at_level(logging.DEBUG, "mediatasks"):
        mediatasks.Vionlabs(BASE_URL, key="s3cret", http_client=http).list_items()
    assert "/catalog/v1/item" in caplog.text
    assert "s3cret" not in caplog.text
