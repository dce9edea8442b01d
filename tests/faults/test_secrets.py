"""No secret in a log line, a message or a repr; and what the log lines say."""

import asyncio
import logging
import traceback
from typing import Any

import httpx2
import pytest

from mediatasks import AsyncVionlabs, Vionlabs
from tests.faults.conftest import SECRETS, Driver
from tests.faults.scripts import closes, hangs, reply, sends
from tests.faults.server import ScriptedServer, refusing
from tests.faults.test_faults import GET_JOB

SECRET = "s3cret-query-key"
GET_ITEM = ("get_item", ("standalone", "item-9"))
ECHO = f'{{"error": "no such key {SECRET} in GET /v1/items?key={SECRET}"}}'.encode()


def test_an_attempt_is_logged_with_method_url_status_duration_and_attempt(
    drive: Driver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "mediatasks")
    with ScriptedServer([sends(reply(b"{}", "503 Busy")), sends(reply())]) as server:
        drive(server.url, GET_JOB, timeout=20)
    lines = [r.getMessage() for r in caplog.records if r.name == "mediatasks"]
    assert lines[0].startswith(f"GET {server.url}/jobs/123 → 503 in ")
    assert lines[0].endswith(" ms (attempt 1)")
    assert "→ 200 in" in lines[1]
    assert lines[1].endswith(" ms (attempt 2)")
    assert {r.levelname for r in caplog.records if r.name == "mediatasks"} == {"DEBUG"}


def test_a_failed_attempt_is_logged_with_its_error(drive: Driver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "mediatasks")
    with ScriptedServer([closes]) as server:
        drive(server.url, GET_JOB, timeout=20, max_retries=0)
    [line] = [r.getMessage() for r in caplog.records if r.name == "mediatasks"]
    assert "→ ConnectionFailed in" in line


@pytest.mark.parametrize(
    "script",
    [
        sends(reply(ECHO, "401 Unauthorized")),
        sends(reply(ECHO, "500 Broken")),
        sends(reply(ECHO)),
        sends(reply(ECHO, "200 OK", "Content-Encoding: br")),
        sends(f"HTTP/1.1 {SECRET}\r\n\r\n".encode()),
        sends(reply(b"", "302 Found", f"Location: http://127.0.0.1:9/?key={SECRET}")),
        closes,
        hangs,
    ],
    ids=["401", "500", "200", "encoding", "garbage", "redirect", "closed", "hangs"],
)
def test_no_output_holds_a_secret(drive: Driver, caplog: pytest.LogCaptureFixture, script: Any) -> None:
    caplog.set_level(logging.DEBUG)
    with ScriptedServer([script]) as server:
        [error] = drive(server.url, GET_ITEM, provider="Vionlabs", timeout=0.6, max_retries=1)
        assert f"key={SECRET}" in server.asked[0].target
    text = "".join(traceback.format_exception(error)) + repr(error) + repr(error.args)
    assert isinstance(error, Exception)
    assert SECRET not in text
    logged = [record.getMessage() for record in caplog.records]
    assert any("key=***" in line for line in logged)
    # httpcore2's own trace shows what a server sends, word for word; never what is sent to it.
    ours = [line for line in logged if not line.startswith("receive_response_headers")]
    assert SECRET not in "\n".join(ours)


def test_a_refused_connection_shows_no_secret(drive: Driver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with refusing() as url:
        [error] = drive(url, GET_ITEM, provider="Vionlabs", timeout=20)
    assert "key=***" in str(error)
    assert SECRET not in caplog.text + str(error) + repr(error)


def test_the_log_of_a_client_of_the_caller_shows_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with (
        ScriptedServer([sends(reply(b"{}", "401 No"))]) as server,
        httpx2.Client() as own,
        Vionlabs(server.url, **SECRETS["Vionlabs"], http_client=own) as client,
    ):
        with pytest.raises(Exception, match="answered 401"):
            client.get_item("standalone", "item-9")
        own.get(server.url, params={"key": "of-the-caller"})
    assert "HTTP Request: GET" in caplog.text
    assert SECRET not in caplog.text
    assert "of-the-caller" in caplog.text


def test_the_log_of_an_asynchronous_client_of_the_caller_shows_no_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def call(url: str) -> None:
        async with httpx2.AsyncClient() as own:
            client = AsyncVionlabs(url, **SECRETS["Vionlabs"], http_client=own)
            with pytest.raises(Exception, match="answered 401"):
                await client.get_item("standalone", "item-9")

    caplog.set_level(logging.DEBUG)
    with ScriptedServer([sends(reply(b"{}", "401 No"))]) as server:
        asyncio.run(call(server.url))
    assert "HTTP Request: GET" in caplog.text
    assert SECRET not in caplog.text


def test_a_client_shows_no_secret() -> None:
    with Vionlabs(**SECRETS["Vionlabs"]) as client:
        assert SECRET not in repr(client) + str(client)
