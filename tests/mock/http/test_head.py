"""HEAD is possible wherever GET is, and OPTIONS tells what is possible; neither breaks a contract."""

import http.client

import httpx2
import pytest

from mediatasks.mock import MockRequest, MockServer
from mediatasks.mock.control.samples import samples

SAME = ("content-type", "content-length", "link", "vary", "x-mock-fault")


def paths_of(contract):
    """Yield the paths of a contract that GET serves, and the headers, as they are documented."""
    for operation in contract.operations.values():
        if operation.method == "GET":
            sample = next(iter(samples(operation)))
            yield f"/{contract.provider}{sample.target}", dict(sample.headers)


@pytest.mark.parametrize("provider", ["kokoon", "livepeer", "taskengine", "vionlabs"])
def test_head_has_the_headers_of_get_and_no_body_on_every_path(call, provider):
    caller = call(provider)
    paths = list(paths_of(caller.mock.services[provider].contract))
    assert paths
    for path, own in paths:
        headers = {**httpx2.Headers(caller.headers), **httpx2.Headers(own)}
        got = caller.client.get(f"http://mock{path}", headers=headers)
        head = caller.client.head(f"http://mock{path}", headers=headers)
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert [head.headers.get(n) for n in SAME] == [got.headers.get(n) for n in SAME]
    assert caller.mock.control.violations() == []


@pytest.mark.parametrize(
    "path", ["/", "/_mock/clock", "/_mock/page/main.js", "/_mock/nothing", "/lost", "/press/lost"]
)
def test_head_is_possible_outside_the_contracts_too(press, path):
    got, head = (press.mock.handle(MockRequest(method, path)) for method in ("GET", "HEAD"))
    assert (head.status, head.body, head.headers["content-length"]) == (got.status, b"", str(len(got.body)))


def test_head_over_a_real_connection_leaves_it_usable(press):
    with MockServer(press.mock) as server:
        connection = http.client.HTTPConnection(server.host, server.port, timeout=5)
        lengths = []
        for method in ("GET", "HEAD", "HEAD", "GET"):
            connection.request(method, "/press/prints", headers=press.headers)
            reply = connection.getresponse()
            lengths.append((reply.status, reply.headers["content-length"], len(reply.read())))
        connection.close()
    status, length, size = lengths[0]
    assert lengths == [
        (status, length, size),
        (status, length, 0),
        (status, length, 0),
        (status, length, size),
    ]


def test_head_is_logged_as_the_operation_that_it_asks_for(press):
    press("HEAD", "/prints")
    (entry,) = press.mock.control.requests()
    assert (entry.method, entry.operation, entry.verdict) == ("HEAD", "list_prints", "fits")


def test_head_with_a_wrong_parameter_breaks_the_contract_as_get_does(press):
    press("HEAD", "/prints?stage=lost")
    (violation,) = press.mock.control.violations()
    assert (violation.operation, violation.place) == ("list_prints", "query parameter `stage`")


@pytest.mark.parametrize("fault", ["truncate", "drip:1", "status:503"])
def test_a_fault_of_the_body_does_no_harm_to_head(press, fault):
    reply = press("HEAD", "/prints/1", headers={"x-mock-fault": fault})
    assert (reply.content, reply.headers["content-length"] != "0") == (b"", True)


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/press/prints", "GET, HEAD, OPTIONS, POST"),
        ("/_mock/clock", "GET, HEAD, OPTIONS, POST"),
        ("/_mock/page/main.js", "GET, HEAD, OPTIONS"),
        ("/", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_tells_what_is_possible_to_anybody(press, path, methods):
    reply = press.mock.handle(MockRequest("OPTIONS", path))
    assert (reply.status, reply.headers["allow"], reply.body) == (204, methods, b"")
    assert press.mock.control.violations() == []


def test_options_of_an_rpc_provider_tells_its_one_method(render):
    reply = render("OPTIONS", "/rpc/v2")
    assert (reply.status_code, reply.headers["allow"]) == (204, "OPTIONS, POST")
    assert render.mock.control.violations() == []


def test_options_of_a_path_that_there_is_not_breaks_the_contract(press):
    assert press("OPTIONS", "/lost").status_code == 404
    assert len(press.mock.control.violations()) == 1


@pytest.mark.parametrize("provider", ["boro", "kokoon", "livepeer", "taskengine", "vionlabs"])
def test_every_method_that_allow_names_is_possible_and_no_other(call, provider):
    caller = call(provider)
    contract = caller.mock.services[provider].contract
    for path in {o.path for o in contract.operations.values()}:
        url = f"/{provider}{path.replace('{', '').replace('}', '')}"
        named = caller.mock.handle(MockRequest("OPTIONS", url)).headers["allow"].split(", ")
        for method in ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"):
            refused = caller.mock.handle(MockRequest(method, url)).status == 405
            assert (method, refused) == (method, method not in named)


def test_a_reply_without_a_body_has_no_length(press):
    with MockServer(press.mock) as server:
        reply = httpx2.delete(f"{server.url}/_mock/requests")
    assert (reply.status_code, "content-length" in reply.headers) == (204, False)
