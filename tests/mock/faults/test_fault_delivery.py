"""What a fault does to the connection, seen by raw sockets; the transport in process does the same."""

import asyncio
import socket
import threading
import time

import httpx
import httpx2
import pytest

from mediatasks.mock import MockServer
from tests.mock.test_application import wsgi

HEADERS = {"authorization": "Bearer demo-token"}


@pytest.fixture
def faulty(press):
    """Return the caller whose mock has these faults."""

    def build(*rules):
        press.mock.faults.replace(*rules)
        return press

    return build


def raw(server, body=b"", method="GET", path="/press/prints/1"):
    """Send one request and keep the connection; return the socket."""
    sock = socket.create_connection(("127.0.0.1", server.port), timeout=5)
    lines = [f"{method} {path} HTTP/1.1", "Host: x", "Authorization: Bearer demo-token"]
    lines += [f"Content-Length: {len(body)}", "Content-Type: application/json"] if body else []
    sock.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    return sock


def read_all(sock):
    data = b""
    while block := sock.recv(65536):
        data += block
    return data


@pytest.mark.parametrize("fault", ["reset", "lost"])
def test_a_reset_sends_rst_and_no_byte(faulty, fault):
    with MockServer(faulty(fault).mock) as server, raw(server) as sock, pytest.raises(ConnectionResetError):
        assert sock.recv(1) == b"never"


def test_a_truncated_body_ends_with_fin_before_its_length(faulty):
    with MockServer(faulty("truncate:0.5").mock) as server, raw(server) as sock:
        head, _, body = read_all(sock).partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    assert len(body) == length // 2


def test_a_dripping_body_comes_in_many_pieces(faulty):
    with MockServer(faulty("drip:0.3").mock) as server, raw(server) as sock:
        sock.settimeout(0.15)
        started, blocks = time.monotonic(), []
        while not b"".join(blocks).endswith(b"}"):
            blocks.append(sock.recv(65536))
    assert len(blocks) > 10
    assert 0.25 < time.monotonic() - started < 2


def test_the_connection_lives_on_after_a_slow_reply(faulty):
    mock = faulty({"fault": "drip", "seconds": 0.05, "times": 1}).mock
    with MockServer(mock) as server, httpx2.Client(headers=HEADERS) as client:
        replies = [client.get(server.url_of("press") + "/prints/1") for _ in range(2)]
        streams = {reply.extensions["network_stream"].get_extra_info("client_addr") for reply in replies}
    assert [reply.status_code for reply in replies] == [200, 200]
    assert len(streams) == 1


def test_other_requests_are_answered_while_one_waits(faulty):
    mock = faulty("press.list_prints=latency:5").mock
    with MockServer(mock) as server, raw(server, path="/press/prints"):
        started = time.monotonic()
        assert httpx2.get(server.url_of("press") + "/prints/1", headers=HEADERS).status_code == 200
        assert time.monotonic() - started < 2


def test_a_client_that_leaves_ends_the_wait(faulty):
    with MockServer(faulty("latency:60").mock) as server:
        raw(server).close()
        started = time.monotonic()
    assert time.monotonic() - started < 1.5
    assert not [thread for thread in threading.enumerate() if thread.name == "mock"]


def test_a_server_that_stops_waits_for_no_fault(faulty, capfd):
    with MockServer(faulty("latency:60").mock) as server:
        sock = raw(server)
        time.sleep(0.2)
        started = time.monotonic()
    assert time.monotonic() - started < 1
    with sock:
        assert read_all(sock) == b""
    assert capfd.readouterr().err == ""


def test_a_cut_body_leaves_no_word_on_stderr(faulty, capfd):
    with MockServer(faulty("truncate").mock) as server, raw(server) as sock:
        read_all(sock)
    assert capfd.readouterr().err == ""


def test_a_broken_connection_leaves_no_word_on_stderr(faulty, capfd):
    with (
        MockServer(faulty("reset").mock) as server,
        raw(server) as sock,
        pytest.raises(ConnectionResetError),
    ):
        sock.recv(1)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("library", [httpx2, httpx], ids=["httpx2", "httpx"])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("reset", "ReadError"),
        ("lost", "ReadError"),
        ("truncate", "RemoteProtocolError"),
        ("latency:5", "ReadTimeout"),
        ("drip:500", "ReadTimeout"),
    ],
)
def test_a_transport_in_process_raises_what_a_connection_raises(faulty, library, fault, error):
    mock = faulty(fault).mock
    with MockServer(mock) as server:
        for transport, url in ((None, server.url), (mock.transport(), "http://mock")):
            client = library.Client(
                transport=transport, headers=HEADERS, timeout=library.Timeout(5, read=0.2)
            )
            with client, pytest.raises(getattr(library, error)):
                client.get(f"{url}/press/prints/1")


def test_a_transport_in_process_serves_clients_of_httpx(press):
    async def get():
        async with httpx.AsyncClient(transport=press.mock.transport(), headers=HEADERS) as client:
            return await client.get("http://mock/press/prints/1")

    with httpx.Client(transport=press.mock.transport(), headers=HEADERS) as client:
        assert client.get("http://mock/press/prints/1").json() == asyncio.run(get()).json()


def test_an_asynchronous_client_in_process_does_not_block_its_loop(faulty):
    mock = faulty("latency:0.3").mock

    async def both():
        async with httpx2.AsyncClient(transport=mock.transport(), headers=HEADERS) as client:
            urls = ["http://mock/press/prints/1"] * 2
            return await asyncio.gather(*(client.get(url) for url in urls))

    started = time.monotonic()
    assert [reply.status_code for reply in asyncio.run(both())] == [200, 200]
    assert time.monotonic() - started < 0.55


def test_another_asgi_server_is_told_to_drop_the_connection(faulty):
    transport = httpx2.ASGITransport(faulty("reset").mock.asgi)

    async def read():
        async with httpx2.AsyncClient(transport=transport, headers=HEADERS) as client:
            await client.get("http://mock/press/prints/1")

    with pytest.raises(ConnectionResetError):
        asyncio.run(read())


def test_wsgi_cuts_and_breaks_as_far_as_it_can(faulty):
    whole = wsgi(faulty())[1]
    assert wsgi(faulty("truncate:0.5"))[1] == whole[: len(whole) // 2]
    with pytest.raises(ConnectionResetError):
        wsgi(faulty("reset"))


def test_two_latencies_add_up(faulty):
    with MockServer(faulty("latency:0.2", "latency:0.25").mock) as server, raw(server) as sock:
        started = time.monotonic()
        assert sock.recv(1) == b"H"
    assert 0.45 <= time.monotonic() - started < 2
