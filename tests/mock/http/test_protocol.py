"""The short way of plain requests over a socket, and the requests that take uvicorn's own."""

import re
import socket

import pytest

from mediatasks.mock.server import MockServer

GET = b"GET /press/prints/1 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer demo-token\r\n"
HEAD = b"HEAD" + GET.removeprefix(b"GET") + b"\r\n"
POST = b"POST /press/prints HTTP/1.1\r\nhost: x\r\nauthorization: Bearer demo-token\r\ncontent-type: application/json\r\n"
BODY = b'{"title":"A"}'


@pytest.fixture
def send(press):
    """Return a function that sends bytes over one connection and returns what comes within a while."""
    with (
        MockServer(press.mock) as server,
        socket.create_connection(("127.0.0.1", server.port)) as connection,
    ):

        def send(raw, replies=1):
            connection.settimeout(5)
            connection.sendall(raw)
            got = b""
            while True:
                heads = re.findall(rb"HTTP/1\.1 [2-9].*?\r\n\r\n", got, re.DOTALL)
                lengths = [int(re.search(rb"content-length: (\d+)", head)[1]) for head in heads]
                if len(heads) == replies and (
                    raw[:4] == b"HEAD" or len(got) >= sum(map(len, heads)) + sum(lengths)
                ):
                    return got
                part = connection.recv(65536)
                if not part:
                    return got
                got += part

        yield send


def statuses(raw):
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+)", raw)]


def test_a_connection_is_kept(send):
    assert [statuses(send(GET + b"\r\n")) for _ in range(3)] == [[200], [200], [200]]


def test_requests_in_one_packet_are_answered_in_order(send):
    missing = GET.replace(b"prints/1", b"prints/99")
    assert statuses(send((GET + b"\r\n") + (missing + b"\r\n") + (GET + b"\r\n"), 3)) == [200, 404, 200]


def test_a_request_in_pieces_is_one_request(send):
    raw = POST + b"content-length: %d\r\n\r\n" % len(BODY) + BODY
    for place in range(len(raw) - 1):
        send(raw[place : place + 1], 0)
    assert statuses(send(raw[-1:])) == [201]


def test_a_chunked_body_is_read(send):
    chunked = POST + b"transfer-encoding: chunked\r\n\r\n" + b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
    assert statuses(send(chunked)) == [201]


def test_a_repeated_header_is_one_with_commas(send):
    assert statuses(send(GET + b"authorization: Bearer demo-token\r\n\r\n")) == [401]


def test_a_reply_to_head_has_no_body(send):
    raw = send(HEAD)
    assert statuses(raw) == [200]
    assert raw.endswith(b"\r\n\r\n")


def test_who_waits_for_100_continue_gets_it(send):
    raw = send(POST + b"expect: 100-continue\r\ncontent-length: %d\r\n\r\n" % len(BODY) + BODY)
    assert statuses(raw) == [100, 201]


def test_a_short_and_a_long_way_take_turns(send):
    assert statuses(send(GET + b"\r\n")) == [200]
    assert statuses(send(HEAD)) == [200]
    assert statuses(send(GET + b"\r\n")) == [200]


def test_a_body_that_is_too_large_is_refused(send):
    assert statuses(send(POST + b"content-length: 3000000\r\n\r\n" + b"x" * 3_000_000)) == [422]


def test_who_asks_for_the_end_gets_it(send):
    raw = send(GET + b"connection: close\r\n\r\n")
    assert statuses(raw) == [200]
    assert b"connection: close" in raw


def test_what_is_no_http_is_refused(send):
    assert statuses(send(b"hello there\r\n\r\n")) == [400]
