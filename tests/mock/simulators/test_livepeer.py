"""The rules of Livepeer Studio that its contract cannot say; each test names the source."""

import json

import pytest

from mediatasks.mock.simulators.livepeer import MESSAGES

USER = "66E2161C-7670-4D05-B71D-DA2D6979556F"
S3 = {
    "type": "s3",
    "endpoint": "https://gateway.example.com/",
    "bucket": "films",
    "credentials": {"accessKeyId": "id-of-key", "secretAccessKey": "very-secret"},
}


@pytest.fixture
def studio(call):
    return call("livepeer")


@pytest.fixture
def transcode(studio):
    """Return the reply to a new task."""

    def send(url="https://example.com/film.mp4", **members):
        body = {"input": {"url": url}, "storage": S3, "outputs": {"hls": {"path": "/film"}}, **members}
        return studio("POST", "/transcode", json=body)

    return send


@pytest.fixture
def status(studio):
    return lambda number: studio("GET", f"/task/{number}").json()["status"]


def test_credentials_come_back_masked(transcode):
    # api_schema and server: params.transcode-file urls
    task = transcode(input={**S3, "path": "/a/film.mp4"}).json()
    params = task["params"]["transcode-file"]
    assert params["input"]["url"] == "s3+https://***:***@gateway.example.com/films/a/film.mp4"
    assert params["storage"]["url"] == "s3+https://***:***@gateway.example.com/films"
    assert "secret" not in json.dumps(task)


def test_scheduled_at_is_set_when_the_task_is_queued(studio, transcode):
    # server, task scheduler: pending → waiting (retries 0, scheduledAt set)
    task = transcode().json()
    assert ("scheduledAt" in task, "retries" in task["status"]) == (False, False)
    studio.clock.advance(1)
    task = studio("GET", f"/task/{task['id']}").json()
    assert (task["scheduledAt"] - task["createdAt"], task["status"]["retries"]) == (1000, 0)


def test_a_completed_task_has_phase_and_updated_at_alone(studio, transcode, status):
    # server, task scheduler
    number = transcode().json()["id"]
    studio.clock.advance(60)
    assert status(number) == {"phase": "completed", "updatedAt": 1770000008000}


def test_the_output_follows_the_asked_outputs(studio, transcode):
    # server, task workers: output.transcodeFile
    outputs = {"hls": {"path": "/h"}, "mp4": {"path": "/m"}, "fmp4": {"path": "/f"}}
    profiles = [{"name": name, "bitrate": 400} for name in ("hd", "sd")]
    number = transcode(outputs=outputs, profiles=profiles).json()["id"]
    studio.clock.advance(60)
    made = studio("GET", f"/task/{number}").json()["output"]["transcodeFile"]
    assert made["mp4"] == [{"path": "/m/hd.mp4"}, {"path": "/m/sd.mp4"}]
    assert (made["hls"], made["fmp4"]) == ({"path": "/h/index.m3u8"}, {"path": "/f/index.m3u8"})


def test_a_retriable_error_is_retried_after_30_and_180_seconds(studio, transcode, status):
    # server, task scheduler
    number = transcode("https://example.com/mock-download.mp4").json()["id"]
    seen = []
    for seconds in (8, 29, 1, 5, 179, 1, 5):
        studio.clock.advance(seconds)
        now = status(number)
        seen.append((now["phase"], now["retries"]))
    assert seen == [
        ("waiting", 1),
        ("waiting", 1),
        ("running", 1),
        ("waiting", 2),
        ("waiting", 2),
        ("running", 2),
        ("failed", 2),
    ]
    assert status(number)["errorMessage"] == "file download failed"


def test_a_retry_may_succeed(studio, transcode, status):
    # server, task scheduler
    number = transcode("https://example.com/mock-timeout-1.mp4").json()["id"]
    studio.clock.advance(8)
    assert status(number)["errorMessage"] == "execution timeout"
    studio.clock.advance(35)
    assert status(number)["phase"] == "completed"


@pytest.mark.parametrize("mark", MESSAGES)
def test_a_task_fails_with_each_published_message(studio, transcode, status, mark):
    # server, task workers: failure messages
    number = transcode(f"https://example.com/{mark}.mp4").json()["id"]
    studio.clock.advance(8 if mark in ("mock-codec", "mock-probe") else 600)
    assert (status(number)["phase"], status(number)["errorMessage"]) == ("failed", MESSAGES[mark][0])


def test_a_retry_by_hand_counts_anew(studio, transcode, status):
    # server, POST /task/{id}/retry
    number = transcode("https://example.com/mock-download.mp4").json()["id"]
    studio.clock.advance(3600)
    assert studio("POST", f"/task/{number}/retry").json() == {"id": number}
    assert status(number)["retries"] == 0
    studio.clock.advance(2)
    assert status(number)["phase"] == "running"


def test_a_hundred_tasks_may_be_pending(studio, transcode):
    # server: 429, 100 by default
    assert all(transcode().is_success for _ in range(100))
    reply = transcode()
    assert reply.status_code == 429
    assert reply.json() == {"errors": [f"user {USER} has reached the maximum number of pending tasks"]}
    studio.clock.advance(60)
    assert transcode().is_success


@pytest.fixture
def foreign(studio, transcode):
    """Return the id of a task of another user."""
    number = transcode().json()["id"]
    shelf = studio.mock.services["livepeer"].state.shelves["Task"]
    shelf.items[(number,)].value["userId"] = "somebody-else"
    return number


def test_another_users_task_is_forbidden(studio, foreign):
    # server, task controller: 403
    for method, path in (("GET", f"/task/{foreign}"), ("POST", f"/task/{foreign}/retry")):
        reply = studio(method, path)
        assert reply.status_code == 403
        assert reply.json() == {"errors": ["user can only request information on their own tasks"]}


def test_a_list_holds_ones_own_tasks_only(studio, foreign):
    # server, task controller, GET /task
    assert foreign not in [task["id"] for task in studio("GET", "/task").json()]


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ({"id": "type", "value": "upload"}, lambda task: task["type"] == "upload"),
        ({"id": "createdAt", "value": {"gt": 1724000000000}}, lambda t: t["createdAt"] > 1724000000000),
        ({"id": "createdAt", "value": {"gte": 1724000000000}}, lambda t: t["createdAt"] >= 1724000000000),
    ],
)
def test_tasks_are_filtered(studio, condition, fits):
    # server, controller helpers, parseFilters
    tasks = studio("GET", "/task").json()
    found = studio("GET", "/task", params={"filters": json.dumps([condition])}).json()
    assert found == [task for task in tasks if fits(task)] != tasks


def test_an_unknown_filter_is_refused(studio):
    # server, controller helpers, parseFilters
    reply = studio("GET", "/task", params={"filters": '[{"id":"phase","value":"failed"}]'})
    assert (reply.status_code, reply.json()) == (
        400,
        {"errors": ['error parsing filters: Error: unknown field: "phase"']},
    )


@pytest.mark.parametrize(("order", "descending"), [("createdAt-true", True), ("createdAt-false", False)])
def test_order_says_how_tasks_are_sorted(studio, order, descending):
    # server, controller helpers, parseOrder
    times = [task["createdAt"] for task in studio("GET", f"/task?order={order}").json()]
    assert times == sorted(times, reverse=descending) != times[::-1]


def test_count_asks_for_the_total(studio):
    # server, task controller, GET /task: X-Total-Count
    reply = studio("GET", "/task?count=true&limit=2")
    assert (len(reply.json()), reply.headers["x-total-count"]) == (2, "6")
    assert "x-total-count" not in studio("GET", "/task").headers
