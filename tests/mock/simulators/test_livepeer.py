"""The rules of Livepeer Studio that its contract cannot say; each test names the source."""

import json

import pytest

from mediatasks import Livepeer
from mediatasks.contracts.schema.validation import Validator

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


def test_credentials_of_s3_come_back_masked(transcode):
    # server, controller helpers, deleteCredentials
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
    # livepeer_data, TranscodeFileTaskOutput: there is no fmp4
    assert (made["hls"], "fmp4" in made) == ({"path": "/h/index.m3u8"}, False)


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


@pytest.mark.parametrize(
    ("mark", "message", "seconds"),
    [
        ("mock-unreachable", "file could not be imported from URL because it was not accessible", 600),
        ("mock-download", "file download failed", 600),
        ("mock-timeout", "execution timeout", 600),
        ("mock-internal", "internal error processing file", 600),
        (
            "mock-codec",
            "invalid video file codec or container, check your input file against the API spec",
            8,
        ),
        ("mock-probe", "failed to probe or open file, check your input file", 8),
    ],
)
def test_a_task_fails_with_each_published_message(studio, transcode, status, mark, message, seconds):
    # server, task workers: failure messages
    number = transcode(f"https://example.com/{mark}.mp4").json()["id"]
    studio.clock.advance(seconds)
    assert (status(number)["phase"], status(number)["errorMessage"]) == ("failed", message)


def test_a_user_in_an_address_comes_back_as_given(transcode):
    # server, controller helpers, deleteCredentials: only s3 urls are masked
    url = "https://me:very-secret@example.com/film.mp4"
    assert transcode(url).json()["params"]["transcode-file"]["input"]["url"] == url


def test_a_proof_of_web3_storage_comes_back_in_base64url(transcode):
    # server, controller helpers, toWeb3StorageUrl and deleteCredentials
    storage = {"type": "web3.storage", "credentials": {"proof": "a+b/c="}}
    params = transcode(storage=storage).json()["params"]["transcode-file"]
    assert params["storage"]["url"] == "w3s://a-b_c@/"


@pytest.mark.parametrize(("given", "shown"), [("o/hls", "/o/hls"), ("/o/hls", "/o/hls")])
def test_an_output_path_comes_back_with_a_leading_slash(transcode, given, shown):
    # server, transcode controller
    params = transcode(outputs={"hls": {"path": given}}).json()["params"]["transcode-file"]
    assert params["outputs"] == {"hls": {"path": shown}}


def test_a_retry_by_hand_counts_anew(studio, transcode, status):
    # server, POST /task/{id}/retry
    number = transcode("https://example.com/mock-download.mp4").json()["id"]
    studio.clock.advance(3600)
    assert studio("POST", f"/task/{number}/retry").json() == {"id": number}
    assert status(number)["retries"] == 0
    studio.clock.advance(2)
    assert status(number)["phase"] == "running"


def test_a_hundred_tasks_may_wait_or_run(studio, transcode):
    # server, task scheduler: 429, 100 by default; pending tasks do not count
    assert all(transcode().is_success for _ in range(101))
    studio.clock.advance(1)
    reply = transcode()
    assert reply.status_code == 429
    assert reply.json() == {"errors": [f"user {USER} has reached the maximum number of pending tasks"]}
    studio.clock.advance(60)
    assert transcode().is_success


@pytest.fixture
def foreign(studio, transcode):
    """Return the id of a task of another user."""
    number = transcode().json()["id"]
    collection = studio.mock.services["livepeer"].store.collections["Task"]
    collection.items[(number,)].value["userId"] = "somebody-else"
    return number


def test_tasks_that_were_updated_more_than_five_minutes_ago_do_not_count(studio, transcode):
    # server, task scheduler: 429
    for _ in range(100):
        number = transcode().json()["id"]
        studio.mock.control.hold("livepeer", number, "running")
    assert transcode().status_code == 429
    studio.clock.advance(301)
    assert transcode().is_success


def test_another_users_task_is_forbidden(studio, foreign):
    # server, task controller, GET /task/{id}: 403
    reply = studio("GET", f"/task/{foreign}")
    assert (reply.status_code, reply.json()) == (
        403,
        {"errors": ["user can only request information on their own tasks"]},
    )


@pytest.mark.parametrize(
    ("phase", "status", "text"),
    [
        ("failed", 403, "users may only retry their own tasks"),
        ("running", 400, "task is not in a retryable state"),
    ],
)
def test_retrying_judges_the_state_before_the_owner(studio, foreign, phase, status, text):
    # server, task controller, POST /task/{id}/retry
    studio.mock.control.hold("livepeer", foreign, phase)
    reply = studio("POST", f"/task/{foreign}/retry")
    assert (reply.status_code, reply.json()) == (status, {"errors": [text]})


def test_retrying_a_task_that_does_not_exist_has_a_text_of_its_own(studio):
    # server, task controller, POST /task/{id}/retry
    reply = studio("POST", "/task/nobody/retry")
    assert (reply.status_code, reply.json()) == (404, {"errors": ["task not found"]})


def test_a_task_that_is_retried_by_request_has_no_error(studio, transcode, status):
    # server, task scheduler, retryTask: the status is written anew
    number = transcode("https://example.com/mock-probe.mp4").json()["id"]
    studio.clock.advance(60)
    studio("POST", f"/task/{number}/retry")
    assert "errorMessage" not in status(number)


def test_a_retry_keeps_scheduled_at(studio, transcode):
    # server, task scheduler: it is set at the first scheduling only
    number = transcode("https://example.com/mock-probe.mp4").json()["id"]
    studio.clock.advance(60)
    before = studio("GET", f"/task/{number}").json()["scheduledAt"]
    studio("POST", f"/task/{number}/retry")
    assert studio("GET", f"/task/{number}").json()["scheduledAt"] == before


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


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("1c2d9e44-1f0e-4c59-9c0e-6b5b9a0c7e02", "export"),
        ("0b8f3c1e-52f4-4c0b-8f43-8d5a8a1b6f01", "transcodeFile"),
        ("09F8B46C-61A0-4254-9875-F71F4C605BC7", "upload"),
    ],
)
def test_the_output_stands_under_the_name_of_the_type(studio, key, name):
    # get_task_page, Response, output
    studio.mock.control.finish("livepeer", key)
    assert [*studio("GET", f"/task/{key}").json()["output"]] == [name]


def test_the_output_of_an_export_of_data_has_a_name_of_its_own(studio):
    # get_task_page, Response: type export-data, output exportData
    task = {"id": "t1", "type": "export-data", "status": {"phase": "running", "updatedAt": 1}}
    studio.mock.control.seed("livepeer", "Task", [task])
    studio.mock.control.finish("livepeer", "t1")
    assert [*studio("GET", "/task/t1").json()["output"]] == ["exportData"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 20),
        ("?limit=3", 3),
        ("?limit=1000", 36),
        ("?limit=1001", 36),
        ("?limit=0", 20),
        ("?limit=-1", 20),
        ("?limit=many", 20),
        ("?limit=", 20),
    ],
)
def test_a_page_holds_20_tasks_unless_another_limit_is_given(studio, transcode, query, count):
    # server, task controller, GET /task: limit, 20 by default and for what is no limit
    for _ in range(30):
        transcode()
    assert len(studio("GET", f"/task{query}").json()) == count


def test_a_page_holds_1000_tasks_at_most(studio):
    # server, task controller, GET /task: a limit above 1000 reads as 1000
    status = {"phase": "completed", "updatedAt": 1}
    tasks = [{"id": f"t{n}", "type": "upload", "status": status} for n in range(1001)]
    studio.mock.control.seed("livepeer", "Task", tasks)
    assert len(studio("GET", "/task?limit=5000").json()) == 1000


def test_the_last_page_leads_to_a_cursor_that_is_undefined(studio):
    # server, task controller, GET /task: Link, sent even on the last page that holds a task
    reply = studio("GET", "/task?limit=6")
    assert "cursor=undefined" in reply.links["next"]["url"]
    first = studio("GET", "/task?limit=4").links["next"]["url"]
    assert "cursor=skip4" in first
    rest = studio.client.get(first, headers=studio.headers).json()
    assert len(rest) == 2


def test_a_task_that_has_not_failed_cannot_be_retried(studio, transcode):
    # server, task controller, POST /task/{id}/retry: 400
    reply = studio("POST", f"/task/{transcode().json()['id']}/retry")
    assert (reply.status_code, reply.json()) == (400, {"errors": ["task is not in a retryable state"]})


def test_a_task_that_does_not_exist_is_not_found(studio):
    # server, task controller: 404
    reply = studio("GET", "/task/nobody")
    assert (reply.status_code, reply.json()) == (404, {"errors": ["not found"]})


def test_an_unknown_member_of_a_transcoding_is_refused(transcode):
    # api_schema, transcode-payload: additionalProperties false
    assert transcode(colour="red").status_code == 422


def test_an_unknown_filter_is_refused(studio):
    # server, controller helpers, parseFilters
    reply = studio("GET", "/task", params={"filters": '[{"id":"phase","value":"failed"}]'})
    assert (reply.status_code, reply.json()) == (
        400,
        {"errors": ['error parsing filters: Error: unknown field: "phase"']},
    )


@pytest.mark.parametrize(
    ("filters", "text"),
    [
        ("[{", "SyntaxError: not valid JSON"),
        ('{"id":"type","value":"clip"}', "Error: must be an array"),
        ("[1]", "TypeError: a condition must be an object"),
        ('[{"id":"type"}]', 'Error: missing filter value for id "type"'),
        ('[{"id":"createdAt","value":{"eq":1}}]', 'Error: unknown comparison: "eq"'),
    ],
)
def test_filters_that_cannot_be_read_are_refused(studio, filters, text):
    # server, controller helpers, parseFilters
    reply = studio("GET", "/task", params={"filters": filters})
    assert (reply.status_code, reply.json()) == (400, {"errors": [f"error parsing filters: {text}"]})


@pytest.mark.parametrize("name", ["inputAssetId", "outputAssetId", "projectId"])
def test_tasks_are_filtered_by_asset_and_project(studio, name):
    # server, task controller, fieldsMap
    tasks = [{"id": n, "type": "clip", "status": {"phase": "completed", "updatedAt": 1}} for n in "ab"]
    studio.mock.control.seed("livepeer", "Task", [tasks[0] | {name: "x"}, tasks[1] | {name: "y"}])
    filters = json.dumps([{"id": name, "value": "y"}])
    found = studio("GET", "/task", params={"filters": filters}).json()
    assert [task["id"] for task in found] == ["b"]


def test_a_project_in_the_query_is_refused(studio, transcode):
    # server, auth middleware
    body = {"input": {"url": "https://example.com/film.mp4"}, "storage": S3, "outputs": {}}
    for reply in (
        studio("GET", "/task?projectId=p"),
        studio("POST", "/transcode?projectId=p", json=body),
    ):
        assert (reply.status_code, reply.json()) == (
            400,
            {"errors": ["projectId as query param not supported"]},
        )


def test_a_body_that_is_no_json_is_a_bad_request(studio):
    # server, error handler; a body that breaks its schema is 422
    headers = {"content-type": "application/json"}
    assert studio("POST", "/transcode", content=b"{", headers=headers).status_code == 400


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


@pytest.fixture
def heard(studio, receiver):
    """Return the events that a registered receiver has got after so many seconds, parsed and verified."""
    studio.mock.control.register("livepeer", receiver.url, "hush")

    def read(seconds):
        studio.clock.advance(seconds)
        assert studio.mock.settle()
        contract = studio.mock.services["livepeer"].contract
        validator = Validator({"$ref": "#/components/schemas/TaskEvent"}, contract.document)
        assert [validator.deviation(body) for body in receiver.bodies if validator.deviation(body)] == []
        return [Livepeer.webhooks.parse(body, h, secret="hush") for _, _, h, body in receiver.heard]

    return read


def told(events):
    return [(e.event, str(e.payload.task.snapshot.status.phase), e.payload.success) for e in events]


def test_webhooks_tell_of_each_change_of_a_task(transcode, heard):
    # server, task scheduler: spawnTask, updateTask; of its progress too (POST /task/{id}/status)
    transcode()
    assert told(heard(60)) == [
        ("task.spawned", "pending", None),
        ("task.updated", "waiting", None),
        ("task.updated", "running", None),
        ("task.updated", "running", None),
        ("task.updated", "completed", None),
        ("task.completed", "completed", True),
    ]


def test_progress_is_told_with_its_moment(transcode, heard):
    # server, task controller, POST /task/{id}/status: updatedAt and progress
    transcode()
    snapshot = heard(6)[-1].payload.task.snapshot
    assert (snapshot.status.progress, snapshot.status.updated_at) == (0.5, 1770000005500)


def test_progress_goes_on_between_its_reports(studio, transcode, status):
    # server, task controller, POST /task/{id}/status
    number = transcode().json()["id"]
    seen = []
    for seconds in (3, 2, 1, 1):
        studio.clock.advance(seconds)
        seen.append(status(number)["progress"])
    assert seen == [0.0, 0.4, 0.6, 0.8]


def test_webhooks_tell_of_a_failure_once_it_is_final(transcode, heard):
    # server, task scheduler: task.failed only after the last retry
    transcode("https://example.com/mock-download.mp4")
    events = told(heard(3600))
    assert [event for event, _, _ in events].count("task.failed") == 1
    assert events[-1] == ("task.failed", "failed", False)


def test_a_retry_by_hand_is_an_update(studio, transcode, heard):
    # server, task scheduler: spawnTask tells of new tasks only
    number = transcode("https://example.com/mock-probe.mp4").json()["id"]
    before = len(heard(60))
    studio("POST", f"/task/{number}/retry")
    assert told(heard(0))[before:] == [("task.updated", "waiting", None)]


def test_the_task_in_a_webhook_is_the_one_that_is_read(studio, transcode, heard, receiver):
    # server, task scheduler, taskInfo; credentials are masked there too
    number = transcode(input={**S3, "path": "/film.mp4"}).json()["id"]
    heard(60)
    assert receiver.bodies[-1]["payload"]["task"]["snapshot"] == studio("GET", f"/task/{number}").json()


def test_an_event_has_an_id_and_names_its_webhook(studio, transcode, heard):
    # server, webhook cannon
    transcode()
    events = heard(60)
    assert len({event.id for event in events}) == 6
    (receiver,) = studio.mock.control.receivers()
    assert {event.webhook_id for event in events} == {receiver.id}
    assert [event.created_at - events[0].created_at for event in events] == [
        0,
        1000,
        3000,
        5500,
        8000,
        8000,
    ]


def test_a_webhook_without_a_secret_is_not_signed(studio, transcode, receiver):
    # server, webhook cannon: signed where the webhook has a secret
    studio.mock.control.register("livepeer", receiver.url)
    transcode()
    studio.mock.settle()
    assert "livepeer-signature" not in receiver.heard[0][2]


def test_a_webhook_is_repeated_33_times_at_growing_distances(studio, transcode, receiver):
    # server, webhook cannon: 5xx or no answer; 33 repeats, 5 s, each wait twice the one before, 1 h at most
    studio.mock.control.register("livepeer", receiver.url, None, ["task.spawned"])
    receiver.status, wait = 503, 5.0
    transcode()
    studio.mock.settle()
    for count in range(1, 35):
        studio.clock.advance(wait - 0.01)
        studio.mock.settle()
        assert len(receiver.heard) == min(count, 34)
        studio.clock.advance(0.02)
        studio.mock.settle()
        wait = min(2 * wait, 3600.0)
    assert len(receiver.heard) == 34
    assert len({body["id"] for body in receiver.bodies}) == 1
