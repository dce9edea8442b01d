"""What the Task Engine sends by itself: callbacks, and questions to semaphores; each test names the source."""

import functools
import json

import pytest

from mediatasks import TaskEngine
from mediatasks.contracts.schema.validation import Validator
from mediatasks.mock import Clock, Mock, MockServer
from mediatasks.mock.store.state_file import StateFile

OFF = {"schedule": "queue_scheduled_jobs", "active": False}


@pytest.fixture
def submit(submit):
    return functools.partial(submit, workflow="vodstream")


@pytest.fixture
def pass_time(engine):
    """Move the clock, and wait until what is due was sent."""

    def advance(seconds):
        engine.clock.advance(seconds)
        assert engine.mock.settle()

    return advance


@pytest.fixture
def state(engine):
    return lambda number: engine("GET", f"/jobs/{number}").json()["queue_state"]


def events(receiver):
    return [body.get("event") or body.get("status") for body in receiver.bodies]


def test_callbacks_tell_of_start_and_end_of_the_task_and_of_the_end_of_the_job(submit, pass_time, receiver):
    # integration-page, CALLBACKS
    submit({"rest_endpoints": [receiver.url]})
    pass_time(2)
    assert events(receiver) == ["start"]
    pass_time(5)
    assert events(receiver) == ["start", "complete", "completed"]


def test_each_task_of_a_drmswitch_is_told(submit, pass_time, receiver):
    # api-page-older, Log Endpoints: three tasks; integration-page, CALLBACKS
    submit({"rest_endpoints": [receiver.url]}, workflow="drmswitch")
    pass_time(60)
    tasks = [(body.get("task_id"), body.get("task_name")) for body in receiver.bodies]
    names = ("get_filenames", "prepare_switch", "rename_manifests")
    assert tasks == [(24103 + n, name) for n, name in enumerate(names) for _ in "ab"] + [(None, None)]
    assert events(receiver) == ["start", "complete"] * 3 + ["completed"]


def test_the_tasks_of_a_job_run_one_after_the_other(submit, pass_time, receiver):
    # api-page-older, Log Endpoints
    submit({"rest_endpoints": [receiver.url]}, workflow="drmswitch")
    counts = []
    for _ in range(4):
        pass_time(2)
        counts.append(len(receiver.bodies))
    assert counts == [1, 3, 5, 7]


def test_a_job_that_is_finished_by_hand_tells_of_all_its_tasks(engine, submit, pass_time, receiver):
    # integration-page, CALLBACKS
    number = submit({"rest_endpoints": [receiver.url]}, workflow="drmswitch")
    pass_time(2)
    engine.mock.control.finish("taskengine", number)
    pass_time(60)
    assert events(receiver) == ["start", "complete"] * 3 + ["completed"]


def test_a_failure_is_told_with_its_reason(submit, pass_time, receiver):
    # integration-page, CALLBACKS: a task and a job end well or badly; message is the task's exception
    submit({"rest_endpoints": [receiver.url], "content_id": "mock-fail"})
    pass_time(60)
    assert events(receiver) == ["start", "fail", "failed"]
    assert [body.get("message") for body in receiver.bodies] == [None, "'vodstream' failed", None]


def test_every_address_hears_of_it(submit, pass_time, receiver):
    # integration-page, CALLBACKS: each of the rest_endpoints
    submit({"rest_endpoints": [f"{receiver.url}/a", f"{receiver.url}/b"]})
    pass_time(2)
    assert receiver.paths == ["/a", "/b"]


def test_a_task_callback_holds_the_documented_members(submit, pass_time, receiver):
    # integration-page, CALLBACKS; workflows-page, Task Callback: time, client
    number = submit({"rest_endpoints": [receiver.url], "content_id": "film"})
    pass_time(2)
    assert receiver.bodies == [
        {
            "job_id": int(number),
            "task_id": 24103,
            "task_name": "vodstream",
            "workflow": "vodstream",
            "event": "start",
            "content_id": "film",
            "time": "2026-02-02T02:40:02.000Z",
            "client": "demo-client",
        }
    ]


def test_a_job_callback_brings_custom_data_back(submit, pass_time, receiver):
    # integration-page, CALLBACKS: custom_data
    number = submit({"rest_endpoints": [receiver.url], "content_id": "film", "custom_data": {"a": [1]}})
    pass_time(60)
    assert receiver.bodies[-1] == {
        "job_id": int(number),
        "status": "completed",
        "workflow": "vodstream",
        "content_id": "film",
        "custom_data": {"a": [1]},
        "time": "2026-02-02T02:40:07.000Z",
        "client": "demo-client",
    }


def test_vodremix_tells_no_content_id(submit, pass_time, receiver):
    # workflows-page, Task Callback and Job Callback of vodremix
    submit({"rest_endpoints": [receiver.url], "content_id": "film"}, workflow="vodremix")
    pass_time(60)
    assert [body.get("content_id") for body in receiver.bodies] == [None] * 3


def test_callbacks_fit_the_contract_and_the_client_reads_them(engine, submit, pass_time, receiver):
    # workflows-page, Task Callback and Job Callback
    for content in ("film", "mock-fail"):
        submit({"rest_endpoints": [receiver.url], "content_id": content})
    pass_time(60)
    contract = engine.mock.services["taskengine"].contract
    for _, _, headers, body in receiver.heard:
        event = TaskEngine.webhooks.parse(body, headers)
        schema = {"$ref": f"#/components/schemas/{type(event).__name__}"}
        assert Validator(schema, contract.document).deviation(json.loads(body)) is None
    assert len(receiver.heard) == 6


def test_a_rerun_tells_the_same_addresses(engine, submit, pass_time, receiver):
    # api-document, POST: /jobs/<job id>/rerun: exactly the same parameters
    number = submit({"rest_endpoints": [receiver.url]})
    pass_time(60)
    again = engine("POST", f"/jobs/{number}/rerun").json()["id"]
    pass_time(60)
    assert [body["job_id"] for body in receiver.bodies] == [int(number)] * 3 + [int(again)] * 3


def test_pausing_and_breaking_a_job_tell_nobody(engine, submit, pass_time, receiver):
    # integration-page, CALLBACKS: start and ends only
    numbers = [submit({"rest_endpoints": [receiver.url]}) for _ in range(2)]
    pass_time(2)
    for number, name in zip(numbers, ("paused", "broken"), strict=True):
        engine("PATCH", f"/jobs/{number}", json={"queue_state": name})
    pass_time(3600)
    assert events(receiver) == ["start", "start"]


def test_callbacks_are_not_repeated(submit, pass_time, receiver):
    # No source tells of repetitions.
    receiver.status = 500
    submit({"rest_endpoints": [receiver.url]})
    for _ in range(5):
        pass_time(3600)
    assert len(receiver.heard) == 3


@pytest.mark.parametrize(
    ("status", "is_open"), [(200, True), (204, True), (302, True), (404, False), (500, False)]
)
def test_a_semaphore_is_open_once_it_answers_2xx_or_3xx(
    submit, pass_time, state, receiver, status, is_open
):
    # features-page, SCHEDULER
    receiver.status = status
    number = submit(semaphore_url=f"{receiver.url}/go")
    pass_time(5)
    assert state(number) == ("queued" if is_open else "scheduled")
    assert [(method, path, body) for method, path, _, body in receiver.heard] == [("GET", "/go", b"")]


def test_a_closed_semaphore_is_asked_at_each_run_of_the_schedule(submit, pass_time, state, receiver):
    # features-page, SCHEDULER; api-document, GET: /schedules: every 60 s, first in 5
    receiver.status = 404
    number = submit(semaphore_url=receiver.url)
    for seconds, asked in ((4.9, 0), (0.1, 1), (59.9, 1), (0.2, 2), (60, 3)):
        pass_time(seconds)
        assert len(receiver.heard) == asked
    receiver.status = 200
    pass_time(60)
    assert state(number) == "queued"


def test_a_semaphore_is_not_asked_before_run_at(submit, pass_time, state, receiver):
    # features-page, SCHEDULER: run_at in the past, and an open semaphore
    number = submit(semaphore_url=receiver.url, run_at="2026-02-02T03:40:00.000")
    pass_time(3600)
    assert (receiver.heard, state(number)) == ([], "scheduled")
    pass_time(60)
    assert (len(receiver.heard), state(number)) == (1, "queued")


def test_a_leap_of_the_clock_asks_once(submit, pass_time, receiver):
    # features-page, SCHEDULER; the answer takes real time
    receiver.status = 404
    submit(semaphore_url=receiver.url)
    pass_time(30 * 86400)
    assert len(receiver.heard) == 1


def test_a_semaphore_is_not_asked_while_the_schedule_is_off(engine, submit, pass_time, receiver):
    # api-document, PUT: /scheduler
    submit(semaphore_url=receiver.url)
    engine("PUT", "/scheduler", json=OFF)
    pass_time(600)
    assert receiver.heard == []
    engine("PUT", "/scheduler", json={**OFF, "active": True})
    pass_time(60)
    assert len(receiver.heard) == 1


@pytest.mark.parametrize("name", ["semaphore_url", "sempahore_url"])
def test_another_semaphore_can_be_given(engine, submit, pass_time, state, receiver, name):
    # api-document, PATCH: /jobs/<job_id>: sempahore_url; features-page, SCHEDULER: semaphore_url
    receiver.status = 404
    number = submit(semaphore_url=f"{receiver.url}/old")
    pass_time(5)
    receiver.status = 200
    engine("PATCH", f"/jobs/{number}", json={name: f"{receiver.url}/new"})
    pass_time(60)
    assert (receiver.paths, state(number)) == (["/old", "/new"], "queued")


def test_a_semaphore_elsewhere_is_refused_and_its_job_waits(engine, submit, pass_time, state):
    number = submit(semaphore_url="http://192.0.2.1/go")
    pass_time(600)
    assert state(number) == "scheduled"
    sent = engine.mock.control.outgoing()[0]
    assert (sent.event, sent.task, sent.method, sent.outcome) == ("semaphore_url", number, "GET", "refused")


def test_a_stalled_job_stays_whatever_its_semaphore_answers(engine, submit, pass_time, state, receiver):
    number = submit(semaphore_url=receiver.url)
    receiver.hold = True
    engine.clock.advance(5)
    engine("GET", "/jobs")
    engine.mock.control.stall("taskengine", number)
    receiver.released.set()
    engine.mock.settle()
    pass_time(600)
    assert state(number) == "scheduled"


def test_nobody_waits_for_a_slow_semaphore(engine, submit, state, receiver):
    # The question is asked by a thread of its own.
    receiver.hold = True
    number = submit(semaphore_url=receiver.url)
    engine.clock.advance(5)
    assert state(number) == "scheduled"
    assert engine.mock.control.waiting == 1


def test_a_semaphore_that_has_not_answered_is_not_asked_again(engine, submit, receiver):
    receiver.hold = True
    submit(semaphore_url=receiver.url)
    for seconds in (5, 60, 60):
        engine.clock.advance(seconds)
        engine("GET", "/jobs")
    receiver.released.set()
    engine.mock.settle()
    assert len(receiver.heard) == 1


def test_time_asks_the_semaphore_without_any_request(store, receiver):
    contract = store.contract("taskengine")
    mock = Mock([contract], Clock(600))
    credentials = {c.argument: c.example for c in contract.credentials}
    body = {"client": "demo-client", "job": {"workflow": "vodstream", "semaphore_url": receiver.url}}
    with MockServer(mock) as server, TaskEngine(server.url_of("taskengine"), **credentials) as client:
        job = client.create_job(**body, parameters={"rest_endpoints": [receiver.url]})
        client.wait(int(job.id), timeout=20, interval=0.02)
        mock.settle()
    assert [method for method, *_ in receiver.heard] == ["GET", "POST", "POST", "POST"]


def test_a_semaphore_is_asked_again_after_a_restart(store, receiver, tmp_path):
    contracts, path = [store.contract("taskengine")], tmp_path / "mock.db"
    with StateFile(path) as file:
        mock = Mock(contracts, file.clock(0))
        file.keep(mock)
        state = mock.services["taskengine"].store
        with state.lock:
            job = state.collections["Job"].add(
                {"id": 900, "workflow": "x"}, {"semaphore_url": receiver.url}
            )
            state.collections["Job"].begin(job, mock.clock.now())
    with StateFile(path) as file:
        mock = Mock(contracts, file.clock(0))
        file.keep(mock)
        mock.clock.advance(60)
        mock.settle()
        assert mock.control.task("taskengine", "900").state == "queued"
