"""The rules of Boro VoD that its contract cannot say; each test names the source."""

import pytest

from mediatasks.contracts.model.envelope import RpcCall
from mediatasks.exchange.http.signing import sign_request

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


@pytest.mark.parametrize(
    "text", ["mock-no-duration", "mock-not-found", "mock-condition", "mock-format", "mock-balance"]
)
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
    assert {"total", "video_quality", "file_summary"} <= set(task["test_results"])


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


def test_tasks_are_spread_evenly(boro, start, report):
    # task_report, Reply, Scheduled: the balancer distributes evenly among the probes
    probes = []
    for _ in range(4):
        number = start()
        boro.clock.advance(60)
        probes.append(report(number)["app_id"])
    assert probes == [17, 18, 17, 18]


def test_tasks_of_one_priority_come_in_their_order(boro, start, statuses):
    # task_report, Reply, Scheduled: queue
    numbers = [start() for _ in range(4)]
    boro.clock.advance(2 + 1 + 5)
    assert statuses(*numbers) == ["Completed", "Completed", "Explore", "Explore"]


def test_a_running_task_can_be_stopped(boro, start, statuses):
    # task_report, Reply, Canceled: stopped by TaskStop
    numbers = [start() for _ in range(3)]
    boro.clock.advance(4)
    (reply,) = boro.calls(RpcCall("TaskStop", {"project_id": 2, "task_ids": numbers[0]}))
    assert reply.result == [{"task_id": numbers[0], "status": "Stop request was sent"}]
    assert statuses(*numbers) == ["Canceled", "Running", "Explore"]


def test_only_a_running_task_can_be_stopped(boro, start, statuses):
    # user_guide, TaskStop: only a Running task can be stopped
    number = start()
    (reply,) = boro.calls(RpcCall("TaskStop", {"project_id": 2, "task_ids": [number, 2213]}))
    assert [task["error"] for task in reply.result] == ["Stopping task is unavailable"] * 2
    assert statuses(number) == ["Scheduled"]


def test_the_asterisk_stands_for_running_and_queued_tasks(boro, start):
    # task_report, Request: "*", all running tasks and all tasks in the queue
    numbers = [start() for _ in range(3)]
    boro.clock.advance(4)
    for method in ("TaskReport", "TaskStatus"):
        (reply,) = boro.calls(RpcCall(method, {"project_id": 2, "task_ids": "*"}))
        found = [task for chain in reply.result for task in chain.get("tasks", [chain])]
        assert sorted(task["task_id"] for task in found) == numbers


def test_what_exists_is_reported_although_other_ids_do_not(boro):
    # task_report, Reply to request from example #2
    (reply,) = boro.calls(RpcCall("TaskReport", {"project_id": 2, "task_ids": [2213, 2222, 2288]}))
    assert sorted(task["task_id"] for task in reply.result) == [2213, 2222]
    assert reply.errors == ["Requested task IDs do not exist: [2288]"]


def test_one_request_carries_several_calls(boro):
    # user_guide, Control API: several methods, the same one more than once; ids are echoed
    report, templates = {"project_id": 2, "task_ids": 2213}, {"project_id": 2}
    calls = [
        RpcCall("TaskReport", report, 7),
        RpcCall("TemplateList", templates),
        RpcCall("TaskReport", report),
    ]
    replies = boro.calls(*calls)
    assert [reply.method for reply in replies] == ["TaskReport", "TemplateList", "TaskReport"]
    assert replies[0].id == 7


def test_a_method_that_there_is_not_is_told(boro):
    # user_guide, 4.4 Common Response Errors
    (reply,) = boro.calls(RpcCall("TestMethod", {}))
    assert (reply.method, reply.error) == ("TestMethod", "Undefined method 'TestMethod'")


def test_an_unknown_user_is_unavailable(boro):
    # user_guide, 4.4 Common Response Errors
    body = {"user_id": 9, "methods": [{"method": "TemplateList", "params": {"project_id": 2}}]}
    assert boro.send(body) == {"error": "user 9 is unavailable"}


@pytest.mark.parametrize("task", [{"name": 'a"b'}, {"name": "<b>"}, {"uri": "ftp://host/a.mp4"}])
def test_names_and_addresses_that_are_not_allowed_are_refused(boro, task):
    # user_guide, TaskStart: uri is file, http or https; name without quotes and angle brackets
    task = {"template_id": 63, "uri": "file:///a.mp4", **task}
    (reply,) = boro.calls(RpcCall("TaskStart", {"project_id": 2, "tasks": [task]}))
    assert isinstance(reply.error, str)


def test_a_chain_bears_the_id_of_its_first_task(boro, start):
    # user_guide, 4.3.9 TaskStatus: initial_task_id
    number = start("file:///mock-stall-1.mp4")
    boro.clock.advance(3600)
    (reply,) = boro.calls(RpcCall("TaskStatus", {"project_id": 2, "task_ids": number + 1}))
    (found,) = reply.result
    assert found["initial_task_id"] == number
    assert [task["initial_task_id"] for task in found["tasks"]] == [number, number]


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


def test_a_digest_that_is_not_the_signed_one_is_refused(boro):
    # user_guide, 4 Control API, user authentication: X-Authorization-Content-SHA256
    headers = sign_request("example-access-id", SECRET, "POST", "/ctrl_api/v1/json", BODY, DATE)
    headers["x-authorization-content-sha256"] = "b3RoZXI="
    reply = boro("POST", "/ctrl_api/v1/json", content=BODY, headers=headers)
    assert reply.json() == {"error": "user 1 is unavailable"}


@pytest.mark.parametrize("wrong", [{"path": "/other"}, {"date": "now"}, {"body": BODY + b" "}])
def test_a_wrong_signature_is_refused(boro, wrong):
    # user_guide, 4 Control API; the answer: 4.4 Common Response Errors
    assert signed(boro, **wrong) == {"error": "user 1 is unavailable"}


def test_a_signature_is_optional(boro):
    # user_guide, 4 Control API, user authentication: signing is optional
    assert boro.calls(RpcCall("TemplateList", {"project_id": 2}))[0].result


def test_a_signature_is_demanded_once_signing_is_switched_on(call):
    # user_guide, 4 Control API, user authentication
    boro = call("boro", demand_credentials=True)
    unsigned = {"user_id": 1, "methods": [{"method": "TemplateList", "params": {"project_id": 2}}]}
    assert boro.send(unsigned) == {"error": "user 1 is unavailable"}
    assert "result" in signed(boro)["reply"][0]
    assert signed(boro, path="/other") == {"error": "user 1 is unavailable"}


def test_start_and_start_unix_are_the_same_instant(boro, start, report):
    # task_report, Reply, start and start_unix
    number = start()
    boro.clock.advance(2)
    shown = report(number)
    assert (shown["start"], shown["start_unix"]) == ("2026-02-02 02:40:02 +0000", 1770000002)
    boro.clock.advance(60)
    assert report(number)["start_unix"] == shown["start_unix"]


def test_analysis_duration_is_what_the_analysis_took(boro, start, report):
    # task_report, Reply, analysis_duration: Explore lasts 1 s, Running 5 s
    number = start()
    boro.clock.advance(60)
    assert report(number)["analysis_duration"] == 6


def test_a_task_that_was_never_seen_to_start_has_a_start_once_it_has_ended(boro, report):
    # task_report, Reply: our choice
    boro.mock.control.seed("boro", "Task", [{"task_id": 9, "project_id": 2, "status": "Running"}])
    boro.mock.control.finish("boro", "9")
    shown = report(9)
    assert shown["start_unix"] + shown["analysis_duration"] == boro.clock.now()
    assert shown["start"] == "2026-02-02 02:39:06 +0000"
