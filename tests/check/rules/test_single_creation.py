import json

import pytest
from msgspec.structs import replace

from tests.check.rules.wrong_mock import answered, find, places

RULE = "single-creation"
ALL = ("boro", "kokoon", "livepeer", "taskengine", "vionlabs", "press", "render")


@pytest.mark.parametrize("provider", ALL)
@pytest.mark.parametrize("is_mock", [True, False])
def test_a_right_server_passes(provider, is_mock):
    assert find(RULE, provider, is_mock=is_mock) == []


def doubled(text):
    """Return a server that carries out requests with a text in them twice, and tells of the second time."""

    def serve(right):
        def handle(request):
            if text in f"{request.method} {request.path} {request.body.decode()}":
                right(replace(request))
            return right(request)

        return handle

    return serve


@pytest.mark.parametrize("is_mock", [True, False])
@pytest.mark.parametrize(
    ("provider", "text", "operation"),
    [
        ("boro", "TaskStart", "task_status"),
        ("kokoon", "POST ", "list_tasks"),
        ("livepeer", "POST ", "list_tasks"),
        ("taskengine", "POST /taskengine/job ", "list_jobs"),
        ("press", "POST ", "list_prints"),
    ],
)
def test_a_request_that_makes_two_is_found(provider, text, operation, is_mock):
    [finding] = find(RULE, provider, serve=doubled(text), is_mock=is_mock)
    assert finding.operation == operation
    assert "at most after the same request twice" in finding.expected


def test_a_request_that_is_answered_with_an_earlier_task_is_found():
    kept = {}

    def answer(request, reply):
        if request.method != "POST":
            return reply
        return kept.setdefault(request.body, reply)

    found = {f.operation: f for f in find(RULE, "taskengine", answer=answer)}
    assert found["create_job"].expected.startswith("another id than the request before got")
    # The second one was made all the same.
    assert set(found) == {"create_job", "list_jobs"}


def test_an_upsert_that_makes_a_second_one_gives_a_warning():
    """That asking again gives the same task is inferred."""
    count = []

    def ask(request):
        if request.method == "POST" and request.path.endswith("/task"):
            count.append(1)
            body = json.loads(request.body)
            body["version"] += f".{len(count)}"
            return replace(request, body=json.dumps(body).encode())
        return request

    [finding] = find(RULE, "vionlabs", ask)
    assert (finding.operation, finding.place, finding.severity) == ("create_task", "/task_id", "warning")


def test_an_upsert_that_adds_an_item_is_found():
    count = []

    def ask(request):
        if request.method == "PUT":
            count.append(1)
            body = json.loads(request.body)
            body["id"] += f"-{len(count)}"
            return replace(request, body=json.dumps(body).encode())
        return request

    [finding] = find(RULE, "vionlabs", ask)
    assert (finding.operation, finding.severity) == ("list_items", "error")


@pytest.mark.parametrize("change", [lambda tasks: tasks[:1], lambda tasks: [*tasks, tasks[0]]])
def test_elements_and_resources_that_do_not_match_are_found(change):
    found = find(RULE, "boro", answer=answered("task_start", change))
    assert ("task_start", "/reply/*/result") in places(found)
    assert any(f.expected == "2 resources of one request" for f in found)


def test_what_others_make_meanwhile_is_no_finding():
    def serve(right):
        def handle(request):
            reply = right(request)
            if request.method == "POST" and request.path.endswith("/job"):
                body = json.loads(request.body)
                other = {**body, "client": "somebody-else"}
                right(replace(request, body=json.dumps(other).encode()))
            return reply

        return handle

    assert find(RULE, "taskengine", serve=serve, is_mock=False) == []


def test_a_request_that_is_refused_is_no_finding():
    def answer(request, reply):
        refused = request.method == "POST"
        return replace(reply, status=422, body=b'{"reason": "no"}') if refused else reply

    assert find(RULE, "press", answer=answer) == []
