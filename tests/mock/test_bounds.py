"""Everything that comes from outside has a bound: sizes, depth, counts, connections."""

import contextlib
import socket
import time

import pytest

from mediatasks.mock import MockServer, server
from mediatasks.mock.http import protocol
from mediatasks.mock.http.body import MAX_BYTES, MAX_DEPTH
from mediatasks.mock.http.protocol import MAX_HEAD
from mediatasks.mock.rest.validation import MAX_HEADER_BYTES, MAX_HEADERS, MAX_PATH, MAX_QUERY
from mediatasks.mock.rpc.service import MAX_CALLS

GET = b"GET /press/prints/1 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer demo-token\r\n\r\n"


def deep(levels):
    return b'{"title":"A","x":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


def sized(size):
    return b'{"title":"' + b"a" * (size - 12) + b'"}'


def posted(press, content):
    return press("POST", "/prints", content=content, headers={"content-type": "application/json"})


@pytest.mark.parametrize(
    ("largest", "larger", "told"),
    [
        (sized(MAX_BYTES), sized(MAX_BYTES + 1), "1048576 bytes"),
        (deep(MAX_DEPTH), deep(MAX_DEPTH + 2), "64 levels"),
    ],
    ids=["size", "depth"],
)
def test_a_body_has_a_largest_size_and_depth(press, largest, larger, told):
    assert posted(press, largest).status_code == 201
    refused = posted(press, larger)
    assert (refused.status_code, told in refused.json()["reason"]) == (422, True)


def many_headers(count):
    # httpx2 adds five of its own, and the press one.
    return {"headers": {f"x-{i}": "1" for i in range(count - 6)}}


@pytest.mark.parametrize(
    ("options", "larger", "told"),
    [
        (many_headers(MAX_HEADERS), many_headers(MAX_HEADERS + 1), "100 headers"),
        (
            {"headers": {"x": "a" * (MAX_HEADER_BYTES - 500)}},
            {"headers": {"x": "a" * MAX_HEADER_BYTES}},
            "65536 bytes of header values",
        ),
        (
            {"params": [("a", "1")] * MAX_QUERY},
            {"params": [("a", "1")] * (MAX_QUERY + 1)},
            "200 query parameters",
        ),
    ],
    ids=["headers", "header bytes", "query parameters"],
)
def test_a_request_has_a_largest_count(press, options, larger, told):
    assert press("GET", "/prints", **options).status_code == 200
    refused = press("GET", "/prints", **larger)
    assert (refused.status_code, told in refused.json()["reason"]) == (422, True)


def test_a_path_has_a_largest_length(press):
    assert "at most 8192 characters of path" in press("GET", "/prints/" + "1" * MAX_PATH).text


def test_a_request_has_a_largest_count_of_calls(call):
    boro = call("boro")
    one = {"method": "TemplateList", "params": {"project_id": 2}}
    assert len(boro.send({"user_id": 1, "methods": [one] * MAX_CALLS})["reply"]) == MAX_CALLS
    refused = boro.send({"user_id": 1, "methods": [one] * (MAX_CALLS + 1)})
    assert "an array of 1 to 1000 calls" in refused["error"]


def test_what_is_larger_than_the_mock_takes_is_refused_where_no_contract_tells_of_it(call):
    """The status page of the Task Engine documents no failure; with `check_replies`, too, it is no 500."""
    engine = call("taskengine")
    assert engine("GET", "/", headers={f"x-{i}": "1" for i in range(200)}).status_code == 400


@pytest.fixture
def connect(press):
    """Connect to a running press; the connections end with the test."""
    opened = []
    with MockServer(press.mock) as running:

        def open_one():
            opened.append(socket.create_connection(("127.0.0.1", running.port), timeout=5))
            return opened[-1]

        yield open_one
        for connection in opened:
            connection.close()


def ended(connection):
    """Whether the server has ended a connection."""
    try:
        return connection.recv(65536) == b""
    except ConnectionError:
        return True


def test_a_head_that_does_not_end_is_not_read_to_its_end(connect):
    connection, sent = connect(), 0
    connection.sendall(b"GET /press/prints HTTP/1.1\r\nx: ")
    with contextlib.suppress(ConnectionError):
        while sent < 100 * MAX_HEAD:
            connection.sendall(b"a" * 65536)
            sent += 65536
    # What was on its way in the buffers of both sides counts, too.
    assert sent < 50 * MAX_HEAD


def test_a_head_that_does_not_end_gets_an_answer(connect):
    connection = connect()
    connection.sendall(b"GET /press/prints HTTP/1.1\r\nx: " + b"a" * (MAX_HEAD + 1000))
    assert connection.recv(65536).startswith(b"HTTP/1.1 400 ")


def test_a_request_after_a_long_one_is_served(connect):
    connection = connect()
    long = GET.replace(b"\r\n\r\n", b"\r\nx: " + b"a" * 60_000 + b"\r\n\r\n")
    for raw in (long, GET, long, GET):
        connection.sendall(raw)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")


@pytest.fixture
def crowded(press, monkeypatch):
    """Eight connections to a press that serves two: of four further ones, those at last are closed."""
    monkeypatch.setattr(server, "CONNECTIONS", 3)
    with MockServer(press.mock) as running, contextlib.ExitStack() as stack:
        opened = []
        for _ in range(8):
            connection = socket.create_connection(("127.0.0.1", running.port), timeout=5)
            opened.append(stack.enter_context(connection))
            time.sleep(0.02)
        yield opened


def test_far_too_many_connections_are_closed_at_once(crowded):
    assert [ended(connection) for connection in crowded[6:]] == [True, True]


def test_a_few_connections_too_many_are_told_to_come_later(crowded):
    crowded[5].sendall(GET)
    assert crowded[5].recv(65536).startswith(b"HTTP/1.1 503 ")


def test_others_are_served_once_there_is_room(crowded):
    for connection in crowded[2:]:
        connection.close()
    time.sleep(0.05)
    crowded[0].sendall(GET)
    assert crowded[0].recv(65536).startswith(b"HTTP/1.1 200 ")


def test_the_bounds_are_those_of_the_page():
    assert (server.CONNECTIONS, protocol.MAX_HEAD) == (1000, 262144)
