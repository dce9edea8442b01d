"""The rules of Boro VoD that its contract cannot say; each test names the source."""

import pytest

from mediatasks.client.signing import sign_request
from mediatasks.contracts.envelope import RpcCall
from mediatasks.mock.simulators.boro import REJECTED

SECRET = "AGnO/VenzHB9xkLYZG1i70kQ9iyFBBvugGXSFyTQaB0="
DATE = "Mon, 02 Feb 2026 02:40:00 GMT"
BODY = b'{"user_id":1,"methods":[{"method":"TemplateList","params":{"project_id":2}}]}'


@pytest.fixture
def boro(call):
    return call("boro")


@pytest.fixture
def start(boro):
    """Return the id of a new task."""

    def send(uri="file:///sample.mp4", priority="normal"):
        task = {"template_id": 63, "uri": uri, "priority": priority}
        (reply,) = boro.calls(RpcCall("TaskStart", {"project_id": 2, "tasks": [task]}))
        return reply.result[0]["task_id"]

    return send


@pytest.fixture
def report(boro):
    """Return the report on one task."""

    def read(number):
        (reply,) = boro.calls(RpcCall("TaskReport", {"project_id": 2, "task_ids": number}))
        return reply.result[0]

    return read


@pytest.fixture
def statuses(report):
    return lambda *numbers: [report(number)["status"] for number in numbers]


def chain(boro, number, **params):
    params = {"project_id": 2, "task_ids": number, **params}
    (reply,) = boro.calls(RpcCall("TaskStatus", params))
    return [[task["task_id"], task["status"]] for task in reply.result[0]["tasks"]]


def test_tasks_are_spread_over_the_free_probes(boro, start, report):
    # task_report, Reply, Scheduled
    numbers = [start() for _ in range(3)]
    boro.clock.advance(2)
    shown = [report(n) for n in numbers]
    assert [task["status"] for task in shown] == ["Explore", "Explore", "Scheduled"]
    assert [task.get("app_id") for task in shown] == [17, 18, None]


def test_a_free_probe_takes_the_next_task(boro, start, statuses):
    # task_report, Reply, Scheduled
    numbers = [start() for _ in range(3)]
    boro.clock.advance(2 + 1 + 5)
    assert statuses(*numbers) == ["Completed", "Completed", "Explore"]


def test_the_queue_is_ordered_by_priority(boro, start, statuses):
    # task_report, Reply, Scheduled and priority
    numbers = [start(priority=p) for p in ("low", "normal", "high", "urgent")]
    boro.clock.advance(2)
    assert statuses(*numbers) == ["Scheduled", "Scheduled", "Explore", "Explore"]


def test_an_immediate_task_replaces_a_running_one(boro, start, statuses):
    # task_report, Reply, Canceled
    numbers = [start(priority="low"), start(priority="high"), start()]
    boro.clock.advance(4)
    assert statuses(*numbers) == ["Scheduled", "Running", "Running"]
    now = start(priority="immediate")
    boro.clock.advance(2)
    assert statuses(*numbers, now) == ["Scheduled", "Running", "Canceled", "Explore"]


def test_immediate_tasks_do_not_replace_each_other(boro, start, statuses):
    # task_report, Reply, Canceled
    numbers = [start(priority="immediate") for _ in range(3)]
    boro.clock.advance(2)
    assert statuses(*numbers) == ["Explore", "Explore", "Scheduled"]


@pytest.mark.parametrize("text", REJECTED)
def test_a_task_is_rejected_for_each_documented_reason(boro, start, statuses, text):
    # task_report, Reply, Rejected
    number = start(f"file:///{text}.mp4")
    boro.clock.advance(3)
    assert statuses(number) == ["Rejected"]


def test_a_rejected_task_frees_its_probe(boro, start, statuses):
    # task_report, Reply, Rejected
    numbers = [start("file:///mock-not-found.mp4"), start("file:///mock-format.mp4"), start()]
    boro.clock.advance(3)
    assert statuses(*numbers) == ["Rejected", "Rejected", "Explore"]


def test_a_stalled_task_is_restarted_three_times_under_new_ids(boro, start):
    # task_report, Reply, Stalled; user_guide, 4.3.9 TaskStatus: initial_task_id
    number = start("file:///mock-stall.mp4")
    boro.clock.advance(3600)
    assert chain(boro, number) == [[number + i, "Stalled"] for i in range(4)]


def test_a_restart_may_succeed(boro, start):
    # task_report, Reply, Stalled
    number = start("file:///mock-stall-1.mp4")
    boro.clock.advance(3600)
    assert chain(boro, number) == [[number, "Stalled"], [number + 1, "Completed"]]


@pytest.mark.parametrize(
    ("which", "shown"), [("first", [0]), ("last", [2]), ("exact", [1]), ("all", [0, 1, 2])]
)
def test_restart_chain_says_which_restarts_are_shown(boro, start, which, shown):
    # user_guide, 4.3.9 TaskStatus: restart_chain
    number = start("file:///mock-stall-2.mp4")
    boro.clock.advance(3600)
    found = chain(boro, number + 1, restart_chain=which)
    assert [task - number for task, _ in found] == shown


def test_results_come_by_group_on_demand(boro, start):
    # user_guide, 4.3.9 TaskStatus: detailed_test_results
    number = start()
    boro.clock.advance(60)
    params = {"project_id": 2, "task_ids": number, "detailed_test_results": True}
    (reply,) = boro.calls(RpcCall("TaskStatus", params))
    task = reply.result[0]["tasks"][0]
    assert ("total" in task, "video_quality" in task, "file_summary" in task) == (False, True, True)


def test_a_report_is_in_progress_then_ready(boro, start, report):
    # task_report, Reply, report_status
    number = start("file:///mnt/sample7.mp4")
    boro.clock.advance(2 + 1 + 5)
    assert report(number)["task_report"] == [{"report_status": "InProgress", "report_format": "JSON"}]
    boro.clock.advance(2)
    (file,) = report(number)["task_report"]
    assert file["report_status"] == "Ready"
    assert file["report_url"].endswith(f"=task_{number}_sample7_mp4_json_origin.zip")


@pytest.mark.parametrize(
    ("text", "verdict"), [("good", "Passed"), ("mock-warning", "Warning"), ("mock-fail", "Failed")]
)
def test_the_verdict_is_not_the_outcome(boro, start, report, text, verdict):
    # task_report, Reply, task_result: a completed task may have the verdict Failed
    number = start(f"file:///{text}.mp4")
    boro.clock.advance(60)
    assert (report(number)["status"], report(number)["task_result"]) == ("Completed", verdict)


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("TaskStart", {"tasks": []}),
        ("TaskStop", {"task_ids": 2213}),
        ("TaskReport", {"task_ids": 2213}),
        ("TaskStatus", {"task_ids": 2213}),
        ("TemplateList", {}),
    ],
)
def test_a_project_that_does_not_exist_fails_the_call(boro, method, params):
    # user_guide, 4.4 Common Response Errors
    (reply,) = boro.calls(RpcCall(method, {"project_id": 9, **params}))
    assert reply.error == "project 9 does not exist"


def signed(boro, date=DATE, path="/boro/ctrl_api/v1/json", body=BODY):
    headers = sign_request("example-access-id", SECRET, "POST", path, BODY, date)
    return boro("POST", "/ctrl_api/v1/json", content=body, headers=headers).json()


@pytest.mark.parametrize("path", ["/boro/ctrl_api/v1/json", "/ctrl_api/v1/json"])
def test_a_right_signature_is_accepted(boro, path):
    # user_guide, 4 Control API, user authentication
    assert "result" in signed(boro, path=path)["reply"][0]


def test_a_signature_holds_for_one_minute(boro):
    # user_guide, 4 Control API: valid for one minute
    boro.clock.advance(60)
    assert "reply" in signed(boro)
    boro.clock.advance(1)
    assert signed(boro) == {"error": "user 1 is unavailable"}


@pytest.mark.parametrize("wrong", [{"path": "/other"}, {"date": "now"}, {"body": BODY + b" "}])
def test_a_wrong_signature_is_refused(boro, wrong):
    # user_guide, 4 Control API; the answer: 4.4 Common Response Errors
    assert signed(boro, **wrong) == {"error": "user 1 is unavailable"}
