"""What the mock sends, from end to end: over HTTP, from the command line, to the client's own receiver."""

import asyncio
import json
import subprocess
import sys
import threading

import httpx2
import pytest
import uvicorn

from mediatasks import Livepeer
from mediatasks.mock import Clock, Mock, MockServer
from mediatasks.mock.server import _listen
from tests.conftest import MADE_UP
from tests.mock.webhooks.test_dispatcher import set_webhooks, webhook

FILM = {
    "input": {"url": "https://cdn.example.org/film.mp4"},
    "storage": {"type": "web3.storage", "credentials": {"proof": "example"}},
    "outputs": {"hls": {"path": "/films/1"}},
}


@pytest.fixture
def hook():
    """The client's own ASGI receiver on a real port: its URL, and the events that it has verified."""
    events = []

    async def handle(event):
        events.append(event)

    app = Livepeer.webhooks.app(handle, secret="hush")
    listener = _listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook", events
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize(
    ("secret", "status", "kept"), [("hush", 204, 6), ("other", 400, 0), (None, 400, 0)]
)
def test_the_clients_receiver_takes_what_is_signed_rightly_and_nothing_else(
    store, hook, secret, status, kept
):
    url, events = hook
    mock = Mock([store.contract("livepeer")], Clock(100))
    with (
        MockServer(mock) as server,
        Livepeer(server.url_of("livepeer"), api_key="livepeer-example-key") as livepeer,
    ):
        mock.control.register("livepeer", url, secret)
        task = livepeer.create_transcode(**FILM)
        livepeer.wait(task, timeout=20, interval=0.02)
        assert mock.settle()
    assert {sent.status for sent in mock.control.outgoing()} == {status}
    assert [event.payload.task.id for event in events] == [task.id] * kept


def test_an_asynchronous_test_hears_too(press, hook):
    """The receiver and the test share no thread with what sends."""
    url, _ = hook

    async def run():
        transport = press.mock.transport()
        async with httpx2.AsyncClient(transport=transport, headers=press.headers) as client:
            await client.post("http://mock/press/prints", json={"title": "A", "notify": url})
        press.clock.advance(60)
        return await asyncio.to_thread(press.mock.settle)

    assert asyncio.run(run())
    assert [sent.status for sent in press.mock.control.outgoing()] == [400]


@pytest.fixture
def ask(press_with):
    """Return what asks the control API of a press with the webhook `made`."""
    press = press_with(set_webhooks(made=webhook(created={})))
    client = httpx2.Client(transport=press.mock.transport(), base_url="http://mock/_mock")
    client.press = press
    return client


def test_receivers_are_registered_listed_and_removed_over_http(ask, receiver):
    body = {"provider": "press", "url": f"{receiver.url}/?key=hush", "secret": "hush", "events": ["made"]}
    made = ask.post("/receivers", json=body)
    assert made.status_code == 201
    shown = made.json()
    assert shown == {
        "provider": "press",
        "id": shown["id"],
        "url": f"{receiver.url}/?key=***",
        "events": ["made"],
        "signed": True,
    }
    assert ask.get("/receivers?provider=press").json() == {"receivers": [shown]}
    assert ask.delete(f"/receivers/press/{shown['id']}").status_code == 204
    assert ask.delete(f"/receivers/press/{shown['id']}").status_code == 404
    assert ask.get("/receivers").json() == {"receivers": []}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"provider": "prss"}, 400),
        ({"events": ["maed"]}, 409),
        ({"url": "ftp://127.0.0.1/"}, 400),
        ({"url": "http://127.0.0.1/\r\n"}, 400),
        ({"sekret": "hush"}, 400),
        ({"secret": ""}, 400),
    ],
)
def test_a_wrong_receiver_is_refused(ask, change, status):
    reply = ask.post("/receivers", json={"provider": "press", "url": "http://127.0.0.1/", **change})
    assert (reply.status_code, [*reply.json()]) == (status, ["error"])


def test_what_was_sent_is_listed_over_http(ask, receiver):
    ask.post("/receivers", json={"provider": "press", "url": receiver.url})
    ask.post("/receivers", json={"provider": "press", "url": "http://192.0.2.1/?key=hush"})
    ask.press("POST", "/prints", json={"title": "A"})
    ask.press.mock.settle()
    listed = ask.get("/outgoing").json()
    assert (listed["waiting"], [sent["outcome"] for sent in listed["outgoing"]]) == (
        0,
        ["refused", "answered"],
    )
    (refused,) = ask.get("/outgoing?outcome=refused&provider=press").json()["outgoing"]
    assert "hush" not in json.dumps(refused)
    assert "--allow-egress" in refused["problem"]
    assert ask.delete("/requests").status_code == 204
    assert ask.get("/outgoing").json()["outgoing"] == []


def command(*words):
    program = "import sys; from mediatasks.cli.main import main; sys.exit(main())"
    return [
        sys.executable,
        "-c",
        program,
        "mock",
        "press",
        "--contracts",
        str(MADE_UP),
        "--port",
        "0",
        *words,
    ]


@pytest.fixture
def running():
    """Start the command; return its URL and its stderr so far, once it serves."""
    processes = []

    def start(*words):
        process = subprocess.Popen(
            command("--format", "json", *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        processes.append(process)
        return json.loads(process.stdout.readline())["url"], process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def sent_by(url, address):
    headers = {"authorization": "Bearer demo-token"}
    body = {"title": "A", "notify": address}
    number = httpx2.post(f"{url}/press/prints", json=body, headers=headers).json()["number"]
    httpx2.post(f"{url}/_mock/tasks/press/{number}/finish")
    while not (listed := httpx2.get(f"{url}/_mock/outgoing").json())["outgoing"]:
        pass
    return listed["outgoing"][0]


def test_the_command_sends_to_this_machine(running, receiver):
    url, _ = running()
    assert sent_by(url, receiver.url)["outcome"] == "answered"
    assert receiver.bodies[0]["stage"] == "printed"


def test_the_command_lets_nothing_leave_this_machine_unless_told(running):
    url, process = running()
    assert sent_by(url, "http://192.0.2.1/")["outcome"] == "refused"
    process.terminate()
    assert "`192.0.2.1` is not this machine" in process.stderr.read()


def test_egress_is_allowed_with_a_warning(running):
    url, process = running("--allow-egress")
    assert sent_by(url, "http://no-such-host.invalid/")["outcome"] == "unanswered"
    process.terminate()
    assert "warning: requests to the mock can make it send to any machine" in process.stderr.read()


def test_a_server_that_has_ended_sends_nothing_more(made_up, receiver):
    mock = Mock([made_up.contract("press")], Clock(0))
    receiver.hold = True
    with MockServer(mock) as server:
        for _ in range(3):
            body = {"title": "A", "notify": receiver.url}
            headers = {"authorization": "Bearer demo-token"}
            httpx2.post(f"{server.url_of('press')}/prints", json=body, headers=headers)
        mock.control.advance(60)
        while not receiver.heard:
            pass
    receiver.released.set()
    mock.settle()
    assert len(receiver.heard) == 1
