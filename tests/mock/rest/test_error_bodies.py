"""Error bodies tell of the request that failed, never of the one in the contract's example."""

import json

import pytest

from mediatasks.contracts.pointer import MISSING, get, join
from mediatasks.mock import MockRequest
from mediatasks.mock.rest.failures import FailureReplies
from tests.contracts.test_store import FIVE
from tests.mock.odd import odd_requests

# Every tenth of the odd requests: all of them take minutes.
STEP = 11


def leaves(value, steps=()):
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for name, member in pairs:
            yield from leaves(member, (*steps, name))
    else:
        yield join(steps), value


def example_leaves(contract):
    """Return (place, value) of every leaf of every documented error body."""
    found = set()
    for operation in contract.operations.values():
        for status in operation.responses:
            if status[0] in "45":
                for _, example in operation.reply_examples(status):
                    found.update((place, json.dumps(value)) for place, value in leaves(example))
    return found


def stated_texts(contract):
    """Return the texts that a source states for a kind of failure: true of every such request."""
    operations = contract.operations.values()
    texts = {
        json.dumps(FailureReplies(o).text(kind)) for o in operations for kind in FailureReplies(o).stated
    }
    return texts | {json.dumps("Not Found"), json.dumps("Not authenticated"), json.dumps("Unauthorized")}


def text_of(request):
    query = " ".join(f"{name} {value}" for name, value in request.query)
    # Places are told by these words and by the names of parameters.
    return f"path query body header request {request.method} {request.path} {query} {request.body[:5000].decode('utf-8', 'replace')}"


@pytest.mark.parametrize("provider", FIVE)
def test_no_error_body_holds_a_value_of_the_examples_that_the_request_lacks(call, provider):
    caller = call(provider)
    contract = caller.mock.services[provider].contract
    examples, stated = example_leaves(contract), stated_texts(contract)
    names = " ".join(p.name for o in contract.operations.values() for p in o.parameters)
    wrong, seen = [], 0
    for what, request in [*odd_requests(contract, f"/{provider}")][::STEP]:
        if len(request.body) > 100_000:
            continue
        request.headers = {**{n.lower(): v for n, v in caller.headers.items()}, **request.headers}
        reply = caller.mock.handle(request)
        if reply.status < 400 or not reply.body or reply.status == 500:
            continue
        seen += 1
        text = text_of(request) + names
        for place, value in leaves(reply.json()):
            shown = json.dumps(value)
            if (place, shown) in examples and shown not in stated and str(value) not in text:
                wrong.append((what, place, value))
    assert wrong[:5] == []
    assert seen > (0 if provider == "boro" else 50)


@pytest.fixture
def vionlabs(call):
    return call("vionlabs")


@pytest.mark.parametrize(
    ("body", "place", "given", "code"),
    [
        ({"inventory_id": 5, "product": "adbreaks"}, ["body", "inventory_id"], 5, "value_error"),
        ({"inventory_id": "a", "product": "moods"}, ["body", "product"], "moods", "value_error"),
        ({"product": "adbreaks"}, ["body"], MISSING, "missing"),
        (
            {"inventory_id": {"a": 1}, "product": "adbreaks"},
            ["body", "inventory_id"],
            MISSING,
            "value_error",
        ),
        ({"inventory_id": "a", "product": []}, ["body", "product"], MISSING, "value_error"),
    ],
)
def test_a_fault_of_vionlabs_tells_the_place_the_value_and_no_more(vionlabs, body, place, given, code):
    reply = vionlabs("POST", "/task", json=body)
    (fault,) = reply.json()["detail"]
    assert reply.status_code == 422
    assert (fault["loc"], get(fault, "/input"), fault["type"]) == (place, given, code)
    assert set(fault) <= {"loc", "msg", "type", "input"}


@pytest.mark.parametrize(("method", "path", "status"), [("PUT", "/task", 405), ("GET", "/nothing", 404)])
def test_a_path_or_method_that_vionlabs_lacks_is_told_in_its_form(vionlabs, method, path, status):
    reply = vionlabs(method, path)
    assert (reply.status_code, [*reply.json()]) == (status, ["detail"])
    told = reply.json()["detail"]
    assert isinstance(told, str)
    assert (method if status == 405 else path) in told


@pytest.mark.parametrize("body", [{}, {"client": 5}, {"client": "demo-client"}])
def test_a_job_that_is_refused_has_no_made_up_id(call, body):
    reply = call("taskengine")("POST", "/job", json=body)
    assert (reply.status_code, [*reply.json()]) == (400, ["error"])


def test_a_job_that_there_is_not_is_named(call):
    engine = call("taskengine")
    request = MockRequest(
        "PATCH",
        "/taskengine/jobs/987",
        headers={"content-type": "application/json"},
        body=b'{"title": "A"}',
    )
    request.headers = {**{n.lower(): v for n, v in engine.headers.items()}, **request.headers}
    reply = engine.mock.handle(request)
    assert reply.status == 400
    assert reply.json().get("id", "987") == "987"
