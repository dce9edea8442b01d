"""Bodies with a content coding are read, those that cannot be are refused in the provider's own form."""

import gzip
import json
import tracemalloc
import zlib

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediatasks.contracts.model.envelope import RpcCall
from mediatasks.mock import MockRequest, MockServer
from mediatasks.mock.http.body import MAX_BYTES
from mediatasks.mock.http.content_coding import decode_body

BODY = b'{"title": "A"}'


def packed(data, level=6):
    return gzip.compress(data, level, mtime=0)


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def send(press, body, coding):
    headers = {"content-type": "application/json", "content-encoding": coding}
    return press("POST", "/prints", content=body, headers=headers)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", packed(BODY)),
        ("x-gzip", packed(BODY)),
        ("GZIP", packed(BODY)),
        ("gzip", packed(BODY[:5]) + packed(BODY[5:])),
        ("deflate", zlib.compress(BODY)),
        ("deflate", raw_deflate(BODY)),
        ("identity", BODY),
        ("", BODY),
        ("deflate, gzip", packed(zlib.compress(BODY))),
        ("identity,gzip", packed(BODY)),
    ],
)
def test_a_coded_body_is_read(press, coding, body):
    assert send(press, body, coding).json()["title"] == "A"
    assert press.mock.control.violations() == []


@given(st.binary(max_size=3000), st.lists(st.sampled_from(["gzip", "deflate"]), min_size=1, max_size=3))
def test_what_was_coded_is_decoded(data, codings):
    body = data
    for coding in codings:
        body = packed(body) if coding == "gzip" else zlib.compress(body)
    request = MockRequest("POST", "/", headers={"content-encoding": ", ".join(codings)}, body=body)
    decode_body(request)
    assert (request.body, request.sent, request.coding) == (data, body, None)


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "gzip, deflate"]))
def test_no_bytes_make_it_fail(data, coding):
    request = MockRequest("POST", "/", headers={"content-encoding": coding}, body=data)
    decode_body(request)
    assert request.coding is None or request.coding.part == "body"


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, br", "*", "gzip, gzip, gzip, gzip"])
def test_an_unknown_coding_is_a_415_in_the_form_of_the_provider(press, coding):
    reply = send(press, BODY, coding)
    assert (reply.status_code, [*reply.json()], reply.headers["accept-encoding"]) == (
        415,
        ["reason"],
        "gzip, deflate",
    )
    (violation,) = press.mock.control.violations()
    assert violation.expected == "the content coding gzip, deflate or identity"


def test_an_unknown_coding_is_a_415_in_the_form_of_an_rpc_provider(render):
    body = json.dumps(render.envelope.wrap([RpcCall("FrameCount", {})], render.credentials))
    headers = {"content-type": "application/json", "content-encoding": "br"}
    reply = render("POST", render.envelope.path, content=body, headers=headers)
    told = json.dumps(reply.json())
    assert (reply.status_code, "content coding gzip" in told) == (415, True)


@pytest.mark.parametrize("body", [BODY, packed(BODY)[:-4], packed(BODY) + b"more", packed(BODY)[:9]])
def test_a_broken_body_is_refused_as_any_other(press, body):
    reply = send(press, body, "gzip")
    assert (reply.status_code, reply.json()["reason"]) == (
        422,
        "body `/`: expected complete gzip data, got other bytes",
    )


@pytest.mark.parametrize("times", [1, 2])
def test_a_bomb_is_cut_off_and_refused_for_its_size(press, times):
    bomb = b"\0" * (200 * MAX_BYTES)
    for _ in range(times):
        bomb = packed(bomb, 9)
    tracemalloc.start()
    reply = send(press, bomb, ", ".join(["gzip"] * times))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (reply.status_code, reply.json()["reason"]) == (
        422,
        f"request: expected at most {MAX_BYTES} bytes of body, got more",
    )
    assert peak < 10 * MAX_BYTES


def test_a_coded_body_is_read_over_http_and_in_chunks(press):
    headers = {**press.headers, "content-type": "application/json", "content-encoding": "gzip"}
    with MockServer(press.mock) as server:
        for content in (packed(BODY), iter([packed(BODY)])):
            reply = httpx2.post(f"{server.url}/press/prints", content=content, headers=headers)
            assert reply.json()["title"] == "A"


def test_the_control_reads_coded_bodies_too(press):
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    body = packed(b'{"advance": "PT1H"}')
    assert press.client.post("http://mock/_mock/clock", content=body, headers=headers).status_code == 200
    headers["content-encoding"] = "br"
    assert press.client.post("http://mock/_mock/clock", content=body, headers=headers).status_code == 415


def test_a_fault_of_one_method_meets_a_coded_call(call):
    boro = call("boro")
    name = next(o.rpc_method for o in boro.mock.services["boro"].contract.operations.values())
    body = packed(json.dumps(boro.envelope.wrap([RpcCall(name, {})], boro.credentials)).encode())
    headers = {"content-type": "application/json", "content-encoding": "gzip", "x-mock-fault": "status:503"}
    reply = boro("POST", boro.envelope.path, content=body, headers=headers)
    assert reply.status_code == 503
