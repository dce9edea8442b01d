"""A client of the caller's, of httpx2 or httpx, is used as it is; what both sides set is refused."""

import asyncio
import subprocess
import sys
import time
from typing import Any

import httpx
import httpx2
import pytest

import mediatasks
from mediatasks import AsyncTaskEngine, Livepeer, TaskEngine, Vionlabs
from mediatasks.errors import CallTimeout, NotFound, UsageError
from tests.faults.scripts import PATIENCE, drips, reply
from tests.faults.server import Peer, ScriptedServer
from tests.transport.conftest import KEYS, LIBRARIES
from tests.transport.servers import JobServer

SHORT = 0.5


def get_job(url: str, own: Any, number: int = 7, **options: Any) -> int:
    """Read a job through `own`, which may be synchronous or asynchronous."""

    async def get() -> int:
        async with own, AsyncTaskEngine(url, **KEYS, http_client=own, **options) as engine:
            return (await engine.get_job(number)).id

    if hasattr(own, "aclose"):
        return asyncio.run(get())
    with own, TaskEngine(url, **KEYS, http_client=own, **options) as engine:
        return engine.get_job(number).id


@pytest.fixture(params=["Client", "AsyncClient"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@LIBRARIES
def test_headers_cookies_params_and_auth_of_the_client_are_sent(
    server: JobServer, library: Any, kind: str
) -> None:
    options = {"headers": {"X-Team": "blue", "User-Agent": "ours"}, "cookies": {"a": "1"}}
    own = getattr(library, kind)(**options, params={"trace": "on"}, auth=("me", "pass"))
    assert get_job(server.url, own) == 7
    [(_, path, headers)] = server.asked
    sent = {name.lower(): value for name, value in headers.items()}
    assert path == "/jobs/7?trace=on"
    assert (sent["x-team"], sent["user-agent"], sent["cookie"]) == ("blue", "ours", "a=1")
    assert sent["authorization"].startswith("Basic ")


@LIBRARIES
def test_cookies_of_a_reply_come_back(server: JobServer, library: Any) -> None:
    with library.Client() as own, TaskEngine(server.url, **KEYS, http_client=own) as engine:
        engine.get_job(1)
        engine.get_job(2)
    assert server.asked[1][2]["Cookie"] == "seen=1"


@LIBRARIES
def test_event_hooks_see_request_and_reply(server: JobServer, library: Any) -> None:
    seen: list[str] = []
    hooks: dict[str, list[Any]] = {
        "request": [lambda request: seen.append(request.url.path)],
        "response": [lambda response: seen.append(response.read().decode())],
    }
    assert get_job(server.url, library.Client(event_hooks=hooks)) == 7
    assert (seen[0], '"queued"' in seen[1]) == ("/jobs/7", True)


@LIBRARIES
def test_a_hook_that_refuses_a_status_leaves_it_to_the_client(library: Any) -> None:
    hooks = {"response": [lambda response: response.raise_for_status()]}
    transport = library.MockTransport(lambda _: library.Response(404, json={"error": "no"}))
    own = library.Client(transport=transport, event_hooks=hooks)
    with pytest.raises(NotFound):
        get_job("http://engine.test", own)


@LIBRARIES
@pytest.mark.parametrize(
    ("provider", "credentials", "theirs", "name"),
    [
        (Livepeer, {"api_key": "s3cret"}, {"headers": {"Authorization": "x"}}, "authorization"),
        (Livepeer, {"api_key": "s3cret"}, {"auth": ("me", "pass")}, "authorization"),
        (Livepeer, {"api_key": "s3cret", "headers": {"x-a": "1"}}, {"headers": {"X-A": "1"}}, "x-a"),
        (Livepeer, {"api_key": "s3cret"}, {"headers": {"content-type": "text/xml"}}, "content-type"),
        (Vionlabs, {"key": "s3cret"}, {"params": {"key": "other"}}, "key"),
    ],
)
def test_what_both_sides_set_is_refused_when_the_client_is_made(
    library: Any, kind: str, provider: Any, credentials: Any, theirs: Any, name: str
) -> None:
    made = getattr(mediatasks, ("Async" if kind == "AsyncClient" else "") + provider.__name__)
    own = getattr(library, kind)(transport=library.MockTransport(lambda _: None), **theirs)
    with pytest.raises(UsageError, match=f"`{name}`") as caught:
        made("http://any.test", **credentials, http_client=own)
    assert "s3cret" not in str(caught.value)


@LIBRARIES
def test_a_parameter_that_client_and_call_both_set_is_refused(library: Any) -> None:
    own = library.Client(transport=library.MockTransport(lambda _: None), params={"limit": "5"})
    with (
        own,
        Livepeer("http://any.test", api_key="key", http_client=own) as livepeer,
        pytest.raises(UsageError, match="`limit`"),
    ):
        livepeer.list_tasks(limit=2)


@pytest.mark.parametrize(
    "own", [object(), httpx2.AsyncClient, "x", httpx2.AsyncClient(), httpx.AsyncClient()]
)
def test_what_is_no_client_of_the_kind_is_refused(own: Any) -> None:
    with pytest.raises(UsageError, match="`http_client`"):
        TaskEngine("http://any.test", **KEYS, http_client=own)


@LIBRARIES
def test_a_closed_client_is_refused(library: Any) -> None:
    own = library.Client()
    engine = TaskEngine("http://any.test", **KEYS, http_client=own)
    own.close()
    with pytest.raises(UsageError, match="closed"):
        engine.get_job(1)


def test_httpx_is_not_imported_for_a_client_of_httpx2() -> None:
    code = (
        "import httpx2, sys; from mediatasks import Livepeer;"
        "Livepeer(api_key='x', http_client=httpx2.Client()); print('httpx' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@LIBRARIES
def test_the_deadline_holds_while_headers_drip(library: Any, kind: str) -> None:
    started = time.monotonic()
    with (
        ScriptedServer([drips(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")]) as server,
        pytest.raises(CallTimeout),
    ):
        get_job(server.url, getattr(library, kind)(), timeout=SHORT)
    assert time.monotonic() - started < SHORT + 5


@LIBRARIES
def test_calls_of_the_client_itself_have_no_deadline_of_ours(library: Any) -> None:
    def late(peer: Peer) -> None:
        peer.pause(2 * SHORT)
        peer.send(reply())

    with ScriptedServer([late]) as server, library.Client(timeout=PATIENCE) as own:
        engine = TaskEngine(server.url, **KEYS, http_client=own, timeout=SHORT, max_retries=0)
        with pytest.raises(CallTimeout):
            engine.get_job(1)
        assert own.get(server.url).status_code == 200


def test_with_a_transport_of_the_callers_the_deadline_holds_between_chunks() -> None:
    class Dripping(httpx2.SyncByteStream):
        def __iter__(self) -> Any:
            while True:
                time.sleep(0.05)
                yield b" "

    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, stream=Dripping()))
    with pytest.raises(CallTimeout):
        get_job("http://any.test", httpx2.Client(transport=transport), timeout=SHORT)
