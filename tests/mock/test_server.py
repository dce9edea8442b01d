import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from mediatasks.cli.main import main
from mediatasks.errors import UsageError
from mediatasks.mock.http.origin_guard import is_loopback
from mediatasks.mock.server import MockServer
from tests.conftest import MADE_UP, in_process


def test_the_server_listens_while_the_block_runs(press):
    with MockServer(press.mock) as server:
        reply = httpx2.get(server.url_of("press") + "/prints/1", headers=press.headers)
    assert reply.json()["title"] == "Poster"
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(server.url)


def test_many_clients_at_once_get_one_key_each(press):
    with MockServer(press.mock) as server, httpx2.Client(headers=press.headers) as client:

        def create(title):
            return client.post(server.url_of("press") + "/prints", json={"title": title}).json()["number"]

        with ThreadPoolExecutor(8) as pool:
            assert sorted(pool.map(create, map(str, range(50)))) == list(range(2, 52))


def test_a_port_in_use_is_told(press):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"cannot listen on 127.0.0.1:{port}: address already in use"):
            MockServer(press.mock, port=port).__enter__()


@pytest.mark.parametrize(
    ("host", "port"), [("no.such.host.invalid", 0), ("127.0.0.1", 70000), ("8.8.8.8", 0)]
)
def test_an_address_that_cannot_be_used_is_told(press, host, port):
    with pytest.raises(UsageError):
        MockServer(press.mock, host, port).__enter__()


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("10.1.2.3", False)],
)
def test_what_only_this_machine_can_reach_is_known(host, loopback):
    assert is_loopback(host) is loopback


def command(*words):
    program = "import sys; from mediatasks.cli.main import main; sys.exit(main())"
    return [sys.executable, "-c", program, "mock", "--contracts", str(MADE_UP), *words]


@pytest.fixture
def running():
    """Start the command and return the process when it listens; end it afterwards."""
    started = []

    def start(*words):
        process = subprocess.Popen(
            command("--port", "0", *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_command_cleanly(running, number):
    process = running()
    process.stdout.readline()
    os.kill(process.pid, number)
    _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")


def test_the_command_tells_where_each_provider_is_and_what_it_takes(running):
    process = running("--format", "json")
    told = json.loads(process.stdout.readline())
    (press, render) = told["providers"]
    assert press["url"] == told["url"] + "/press"
    assert [(c["argument"], c["value"]) for c in press["credentials"]] == [("token", "demo-token")]
    assert [(c["name"], c["text"]) for c in press["credentials"]] == [
        ("Authorization", "Bearer demo-token")
    ]
    assert [(c["in"], c["name"], c["value"]) for c in render["credentials"]] == [
        ("body", "/studio", "demo-studio")
    ]


def test_the_command_prints_the_clients_argument_and_what_travels(running):
    process = running("press")
    lines = "".join(process.stdout.readline() for _ in range(5))
    assert "  token='demo-token', sent as the header `Authorization: Bearer demo-token`\n" in lines


def test_the_printed_command_lines_work(running):
    process = running("press")
    lines = [process.stdout.readline() for _ in range(5)]
    url = re.search(r"http://\S+/press/\S+", "".join(lines)).group().rstrip("'")
    assert "curl -H 'Authorization: Bearer demo-token' " in "".join(lines)
    assert httpx2.get(url, headers={"authorization": "Bearer demo-token"}).status_code == 200


def test_a_host_that_others_can_reach_is_warned_about(running):
    process = running("--host", "0.0.0.0")
    process.stdout.readline()
    assert process.stderr.readline().startswith("warning: other machines can reach 0.0.0.0")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["prss"], "did you mean `press`"),
        (["--port", "99999"], "expected 0 to 65535"),
        (["--port", "many"], "invalid int value"),
        (["--speed", "-1"], "a clock's speed is 0 to 1,000,000, got -1.0"),
        (["--speed", "nan"], "a clock's speed is 0 to 1,000,000, got nan"),
        (["--host", "no.such.host.invalid"], "no such host"),
    ],
)
def test_bad_input_ends_in_one_message_and_exit_2(words, message):
    done = in_process(main, "mock", "--contracts", MADE_UP, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_running_mock_leaves_the_event_loops_of_its_process_as_they_are(press):
    before = asyncio.get_event_loop_policy()
    with MockServer(press.mock) as server:
        assert httpx2.get(server.url).status_code == 200
    assert asyncio.get_event_loop_policy() is before
