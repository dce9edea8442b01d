"""Unknown input never ends in a traceback or a 500, at any provider or at the control API.

Every reply is checked against its contract, too: what breaks it would be a 500.
"""

import json
import logging
import socket
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediatasks.contracts.compose.store import open_store
from mediatasks.mock import Clock, Mock, MockServer
from mediatasks.mock.control.samples import samples
from mediatasks.mock.control.service import SEGMENT, control_contract
from mediatasks.mock.http.messages import MockRequest, parse_query
from tests.conftest import examples
from tests.contracts.test_store import FIVE
from tests.mock.odd import odd_requests

SERVED = [*FIVE, SEGMENT]
# A usual run takes one in so many of the cases, `nox -s deep` all of them.
PART = examples(8, 1)


@pytest.fixture(scope="module")
def served():
    """Return (mock, contract) of one provider, or of the control API of all."""
    made = {}

    def build(name):
        if name not in made:
            store = open_store()
            mock = Mock(
                store.choose([] if name == SEGMENT else [name]), Clock(1.0), check_replies=True, sends=False
            )
            contract = control_contract(mock.control) if name == SEGMENT else store.contract(name)
            made[name] = (mock, contract)
        return made[name]

    return build


def failures(mock, cases):
    """Return what is odd about the requests that ended in a 500."""
    replies = ((what, mock.handle(request)) for what, request in cases)
    return [f"{what}: {reply.body[:200]!r}" for what, reply in replies if reply.status >= 500]


@pytest.mark.parametrize("name", SERVED)
def test_one_odd_thing_in_a_documented_request_is_no_failure_of_the_mock(served, name):
    mock, contract = served(name)
    assert failures(mock, list(odd_requests(contract, f"/{name}"))[::PART]) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
BODIES = st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode())
ODD_TEXT = st.text(max_size=40) | st.text("%0123456789abcdefgxz+&=;/?#[]", max_size=40)


@pytest.mark.parametrize("name", SERVED)
@settings(
    max_examples=examples(50, 300),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_several_odd_things_at_once_are_no_failure_of_the_mock(served, name, data):
    mock, contract = served(name)
    operation = data.draw(st.sampled_from(list(contract.operations.values())))
    sample = next(samples(operation))
    path, _, query = sample.target.partition("?")
    names = [p.name for p in operation.parameters if p.place == "query"] or ["a"]
    for _ in range(data.draw(st.integers(0, 3))):
        query += f"&{quote(data.draw(st.sampled_from(names)))}={data.draw(ODD_TEXT)}"
    if data.draw(st.booleans()):
        path = f"{path.rpartition('/')[0]}/{data.draw(ODD_TEXT)}"
    headers = {name.lower(): value for name, value in sample.headers.items()}
    odd = st.dictionaries(st.sampled_from([*headers, "content-type", "date", "x-mock-fault"]), ODD_TEXT)
    request = MockRequest(
        data.draw(st.just(sample.method) | st.sampled_from(["GET", "POST", "DELETE", "X"])),
        f"/{name}{path}",
        parse_query(query),
        {**headers, **data.draw(odd)},
        data.draw(st.just(sample.body) | BODIES),
    )
    assert mock.handle(request).status < 500


HEAD = b"POST /taskengine/job HTTP/1.1\r\nhost: x\r\n"
WIRE = {
    "http 0.9": b"GET /taskengine/\r\n\r\n",
    "http 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "no host": b"GET /taskengine/ HTTP/1.1\r\n\r\n",
    "another host": b"GET http://other.test/taskengine/ HTTP/1.1\r\nhost: x\r\n\r\n",
    "half a host": b"GET http://[x HTTP/1.1\r\nhost: x\r\n\r\n",
    "star": b"OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n",
    "connect": b"CONNECT example.org:443 HTTP/1.1\r\nhost: x\r\n\r\n",
    "nul in the path": b"GET /taskengine/\0 HTTP/1.1\r\nhost: x\r\n\r\n",
    "space in the path": b"GET /taskengine/a b HTTP/1.1\r\nhost: x\r\n\r\n",
    "bytes in the path": b"GET /taskengine/\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n",
    "long path": b"GET /taskengine/" + b"a" * 60_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
    "many headers": HEAD + b"".join(b"x-%d: 1\r\n" % i for i in range(5000)) + b"\r\n",
    "nul in a header": b"GET /taskengine/ HTTP/1.1\r\nhost: x\r\nx: a\0b\r\n\r\n",
    "bytes in a header": b"GET /taskengine/ HTTP/1.1\r\nhost: x\r\nclient: \xff\xfe\r\n\r\n",
    "folded header": b"GET /taskengine/ HTTP/1.1\r\nhost: x\r\nx: a\r\n b\r\n\r\n",
    "header without a colon": b"GET /taskengine/ HTTP/1.1\r\nhost\r\n\r\n",
    "two lengths": HEAD + b"content-length: 1\r\ncontent-length: 2\r\n\r\nab",
    "length and chunks": HEAD + b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "wrong chunks": HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n",
    "huge length": HEAD + b"content-length: 99999999999999999999\r\n\r\n",
    "negative length": HEAD + b"content-length: -1\r\n\r\n",
    "odd expectation": HEAD + b"expect: 200-ok\r\ncontent-length: 2\r\n\r\n{}",
    "websocket": b"GET /taskengine/ HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n",
    "h2c": b"GET /taskengine/ HTTP/1.1\r\nhost: x\r\nupgrade: h2c\r\nconnection: Upgrade\r\n\r\n",
    "line feeds alone": b"GET /taskengine/ HTTP/1.1\nhost: x\n\n",
    "all bytes": bytes(range(256)) * 10,
}


@pytest.fixture(scope="module")
def port(served):
    with MockServer(served("taskengine")[0]) as server:
        yield server.port


def answer(port, raw):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(raw)
        return connection.recv(65536).split(b"\r\n")[0]


@pytest.mark.parametrize("raw", WIRE.values(), ids=WIRE)
def test_odd_bytes_on_the_wire_are_answered_without_a_failure(port, raw, caplog):
    with caplog.at_level(logging.ERROR):
        assert answer(port, raw)[:10] in (b"HTTP/1.1 2", b"HTTP/1.1 4")
    assert caplog.records == []
    assert answer(port, b"GET /taskengine/ HTTP/1.1\r\nhost: x\r\n\r\n") == b"HTTP/1.1 200 OK"


def test_an_absolute_address_is_served_by_its_path(port):
    raw = b"GET http://other.test/taskengine/ HTTP/1.1\r\nhost: x\r\n\r\n"
    assert answer(port, raw) == b"HTTP/1.1 200 OK"
