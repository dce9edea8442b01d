"""The rules of the Task Engine that its contract cannot say; each test names the source."""

import json

import pytest

KEY = "aabbccdd-1122-3344-5566-eeff77889900"


@pytest.fixture
def state(engine):
    return lambda number: engine("GET", f"/jobs/{number}").json()["queue_state"]


@pytest.fixture
def setting(engine):
    return lambda name, value: engine("POST", "/settings", json={"name": name, "setting": value})


def test_two_jobs_run_at_a_time_by_default(engine, submit, state):
    # api-document, POST: /settings: max_jobs, default 2
    numbers = [submit() for _ in range(3)]
    engine.clock.advance(2)
    assert [state(n) for n in numbers] == ["started", "started", "queued"]
    engine.clock.advance(5)
    assert [state(n) for n in numbers] == ["completed", "completed", "started"]


def test_a_leap_of_the_clock_runs_all_jobs_one_after_the_other(engine, submit):
    # api-document, POST: /settings: max_jobs
    numbers = [submit() for _ in range(6)]
    engine.clock.advance(3600)
    ends = [engine("GET", f"/jobs/{n}").json()["updated_at"][17:19] for n in numbers]
    assert ends == ["07", "07", "12", "12", "17", "17"]


def test_max_jobs_takes_effect_at_once(engine, submit, state, setting):
    # api-document, POST: /settings; "4" as in the sample
    numbers = [submit() for _ in range(4)]
    engine.clock.advance(2)
    assert setting("max_jobs", "4").json() == {"result": "ok", "message": "max_jobs setting updated"}
    assert {state(n) for n in numbers} == {"started"}


def test_an_unknown_setting_is_created(setting):
    # api-document, POST: /settings: «or name for a new setting»
    assert setting("colour", 1).json()["message"] == "colour setting created"


def test_the_lowest_priority_number_starts_first_then_first_come(engine, submit, state, setting):
    # features-page, PRIORITY
    setting("max_jobs", 1)
    numbers = [submit(priority=9), submit(priority=2), submit(priority=2)]
    engine.clock.advance(2)
    assert [state(n) for n in numbers] == ["queued", "started", "queued"]
    engine.clock.advance(5)
    assert [state(n) for n in numbers] == ["queued", "completed", "started"]


def test_slots_are_kept_for_urgent_jobs(engine, submit, state, setting):
    # features-page, PRIORITY: max_jobs 5 and priority_slots 2: any job can use 3
    setting("max_jobs", 5)
    setting("priority_slots", 2)
    numbers = [submit(priority=6) for _ in range(4)]
    engine.clock.advance(2)
    assert [state(n) for n in numbers] == ["started"] * 3 + ["queued"]
    urgent = [submit(priority=5) for _ in range(3)]
    engine.clock.advance(2)
    assert [state(n) for n in urgent] == ["started"] * 2 + ["queued"]


def test_priority_threshold_says_what_is_urgent(engine, submit, state, setting):
    # api-document, POST: /settings: priority_threshold
    setting("max_jobs", 2)
    setting("priority_slots", 1)
    setting("priority_threshold", 1)
    numbers = [submit(priority=2), submit(priority=2)]
    engine.clock.advance(2)
    assert [state(n) for n in numbers] == ["started", "queued"]
    urgent = submit(priority=1)
    engine.clock.advance(2)
    assert state(urgent) == "started"


def test_a_job_with_run_at_waits_for_the_schedule(engine, submit, state):
    # api-document, GET: /schedules: every 60 s, first in 5; the clock starts at 02:40:00
    number = submit(run_at="2026-02-02T02:41:00.000")
    assert engine("GET", f"/jobs/{number}").json()["run_at"] == "2026-02-02T02:41:00.000Z"
    engine.clock.advance(64)
    assert state(number) == "scheduled"
    engine.clock.advance(1)
    assert state(number) == "queued"


def test_a_capture_waits_for_the_end_of_its_last_clip(engine, submit):
    # features-page, SCHEDULER
    clips = [{"end": "2026-02-02T03:00:00.000"}, {"end": "2026-02-02T03:30:00.000"}]
    number = submit({"clips": clips}, "vodcapture", run_at="2026-02-02T03:10:00.000")
    assert engine("GET", f"/jobs/{number}").json()["run_at"] == "2026-02-02T03:30:00.000Z"


def test_a_job_with_semaphore_url_begins_as_scheduled(submit, state):
    # features-page, SCHEDULER
    assert state(submit(semaphore_url="http://127.0.0.1:9/go")) == "scheduled"


def test_a_new_run_at_changes_when_the_job_is_queued(engine, submit, state):
    # api-document, PATCH: /jobs/<job_id>, run_at
    number = submit(run_at="2026-02-02T09:00:00.000")
    engine("PATCH", f"/jobs/{number}", json={"run_at": "2026-02-02T02:40:30.000"})
    engine.clock.advance(65)
    assert state(number) == "queued"


def test_scheduled_jobs_wait_while_the_schedule_is_off(engine, submit, state):
    # api-document, PUT: /scheduler
    number = submit(run_at="2026-02-02T02:41:00.000")
    off = {"schedule": "queue_scheduled_jobs", "active": False}
    assert engine("PUT", "/scheduler", json=off).json() == {"result": "ok", "schedules": []}
    assert engine("GET", "/schedules").json()["schedules"] == {}
    engine.clock.advance(600)
    assert state(number) == "scheduled"
    engine("PUT", "/scheduler", json={**off, "active": True})
    engine.clock.advance(5)
    assert state(number) == "queued"


def test_schedule_interval_is_that_of_the_schedule(engine, submit, state, setting):
    # api-document, POST: /settings and GET: /schedules
    number = submit(run_at="2026-02-02T02:40:06.000")
    setting("schedule_interval", 10)
    schedule = engine("GET", "/schedules").json()["schedules"]["queue_scheduled_jobs"]
    assert schedule["every"] == [10, {"first_in": 5}]
    engine.clock.advance(15)
    assert state(number) == "queued"


def test_a_paused_job_gives_up_its_slot(engine, submit, state):
    # release-notes, 1.170.1: running jobs can be paused
    numbers = [submit() for _ in range(3)]
    engine.clock.advance(2)
    engine("PATCH", f"/jobs/{numbers[0]}", json={"queue_state": "paused"})
    assert [state(n) for n in numbers] == ["paused", "started", "started"]
    engine.clock.advance(3600)
    assert state(numbers[0]) == "paused"


def test_a_broken_job_gives_up_its_slot_for_good(engine, submit, state):
    # api-document, PATCH: /jobs/<job_id>, queue_state: break a job
    numbers = [submit() for _ in range(3)]
    engine.clock.advance(2)
    engine("PATCH", f"/jobs/{numbers[0]}", json={"queue_state": "broken"})
    assert [state(n) for n in numbers] == ["broken", "started", "started"]
    engine.clock.advance(3600)
    assert state(numbers[0]) == "broken"


@pytest.mark.parametrize(
    ("name", "value", "seconds"), [("retry_limit", 1, 2 + 5 + 5), ("retry_delay", 60, 2 + 5 + 180)]
)
def test_retries_are_as_many_and_as_far_apart_as_set(engine, submit, state, setting, name, value, seconds):
    # api-document, POST: /settings: retry_limit, retry_delay
    setting(name, value)
    number = submit({"content_id": "mock-fail"})
    engine.clock.advance(seconds - 1)
    assert state(number) == "started"
    engine.clock.advance(1)
    assert state(number) == "completed"


def test_a_failed_task_is_logged_once_for_every_attempt(engine, submit):
    # api-document, POST: /settings: retry_limit 3
    number = submit({"content_id": "mock-fail"}, "drmswitch")
    engine.clock.advance(60)
    messages = [entry["message"] for entry in engine("GET", f"/logs/{number}").json()]
    assert messages.count("'rename_manifests' failed") == 4
    assert "job has failed" in messages


def test_a_rerun_runs_anew_and_breaks_the_old_job(engine, submit, state):
    # api-document, POST: /jobs/<job id>/rerun
    old = submit({"content_id": "film"})
    engine.clock.advance(10)
    new = engine("POST", f"/jobs/{old}/rerun").json()["id"]
    assert (state(old), state(new)) == ("broken", "queued")
    assert engine("GET", f"/jobs/{new}").json()["parameters"] == {"content_id": "film"}
    assert [entry["progname"] for entry in engine("GET", f"/logs/{new}").json()] == ["api"]


def test_a_change_tells_what_was_changed(engine, submit):
    # api-document, PATCH: /jobs/<job_id>, 2xx
    reply = engine("PATCH", f"/jobs/{submit()}", json={"client": "x", "priority": "2", "persist": True})
    assert reply.json()["result"] == "Performed updates: persist, priority"


def test_a_changed_priority_changes_the_order(engine, submit, state, setting):
    # api-document, PATCH: /jobs/<job_id>, priority
    setting("max_jobs", 1)
    numbers = [submit(), submit(), submit()]
    engine.clock.advance(2)
    engine("PATCH", f"/jobs/{numbers[2]}", json={"priority": "1"})
    engine.clock.advance(5)
    assert [state(n) for n in numbers] == ["completed", "queued", "started"]


def test_a_refused_change_names_the_job(engine):
    # api-document, PATCH: /jobs/<job_id>, 400
    reply = engine("PATCH", "/jobs/99999", json={"priority": 2})
    assert (reply.status_code, reply.json()["id"]) == (400, "99999")


def test_a_job_that_fails_uses_up_its_retries(engine, submit):
    # api-document, POST: /settings: retry_limit 3, retry_delay 5; GET: /jobs: failed is completed
    number = submit({"content_id": "mock-fail"})
    engine.clock.advance(2 + 5 + 3 * 5 - 1)
    assert engine("GET", f"/jobs/{number}").json()["queue_state"] == "started"
    engine.clock.advance(1)
    job = engine("GET", f"/jobs/{number}").json()
    assert (job["queue_state"], job["failed"]) == ("completed", True)


def test_every_part_writes_its_log(engine, submit):
    # api-document, GET: /logs/<job id>
    number = submit(workflow="vodstream")
    engine.clock.advance(10)
    entries = engine("GET", f"/logs/{number}").json()
    parts = [entry["progname"] for entry in entries]
    assert parts == ["api", "worker", "worker", "worker", "controller", "callback"]
    assert entries[3]["message"] == "'vodstream' completed successfully"
    assert [entry["task_id"] for entry in entries][:2] == [0, 24103]


def test_each_task_of_a_drmswitch_is_logged(engine, submit):
    # api-page-older, Log Endpoints
    number = submit(workflow="drmswitch")
    engine.clock.advance(10)
    entries = [e for e in engine("GET", f"/logs/{number}").json() if "'" in e["message"] and e["task_id"]]
    names = ("get_filenames", "prepare_switch", "rename_manifests")
    assert [(entry["task_id"], entry["message"]) for entry in entries] == [
        (24103 + n, text)
        for n, name in enumerate(names)
        for text in (f"Task '{name}' started", f"'{name}' completed successfully")
    ]


def test_a_scheduled_request_needs_no_parameters(engine):
    # features-page, SCHEDULER
    job = {"workflow": "vodcapture", "run_at": "2040-06-06T10:00:00.000"}
    number = engine("POST", "/job", json={"client": "demo-client", "job": job}).json()["id"]
    shown = engine("GET", f"/jobs/{number}").json()
    assert (shown["queue_state"], shown["run_at"]) == ("scheduled", "2040-06-06T10:00:00.000Z")


@pytest.mark.parametrize(
    ("end", "job", "run_at"),
    [
        ("03:30:00", {}, "03:24:00"),
        ("03:01:14", {}, "03:00:00"),
        ("03:30:00", {"run_at": "2026-02-02T03:05:00.000"}, "03:05:00"),
    ],
)
def test_a_continuous_capture_starts_before_its_clips_have_ended(engine, submit, end, job, run_at):
    # features-page, CONTINUOUS CAPTURE: at 80 % of the span, or at its start where that is under 60 s
    clips = [{"start": "2026-02-02T03:00:00.000", "end": f"2026-02-02T{end}.000"}]
    number = submit({"clips": clips, "continuous_capture": True}, "vodcapture", **job)
    assert engine("GET", f"/jobs/{number}").json()["run_at"] == f"2026-02-02T{run_at}.000Z"


def test_priority_threshold_is_never_less_than_1(engine, submit, state, setting):
    # api-page-older, Settings
    for name, value in (("max_jobs", 1), ("priority_slots", 1), ("priority_threshold", 0)):
        setting(name, value)
    number = submit(priority=1)
    engine.clock.advance(2)
    assert state(number) == "started"


def test_a_job_that_persists_is_not_purged(engine, submit):
    # release-notes-2: persist
    number = submit()
    engine("PATCH", f"/jobs/{number}", json={"persist": True})
    engine.clock.advance(31 * 86400)
    assert engine("GET", f"/jobs/{number}").status_code == 200


def test_a_job_that_waits_for_its_time_says_so_in_its_log(engine, submit):
    # features-page, SCHEDULER: a log will be added if run_at is in the future
    number = submit(run_at="2040-06-06T10:00:00.000")
    engine("PATCH", f"/jobs/{number}", json={"run_at": "2041-06-06T10:00:00.000"})
    messages = [entry["message"] for entry in engine("GET", f"/logs/{number}").json()[1:]]
    assert messages == [f'Job will run at: "204{n}-06-06T10:00:00.000"' for n in (0, 1)]


def test_a_job_whose_time_has_come_says_nothing_of_it(engine, submit):
    # features-page, SCHEDULER
    number = submit(run_at="2020-06-06T10:00:00.000")
    assert [entry["progname"] for entry in engine("GET", f"/logs/{number}").json()] == ["api"]


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2601-02-31", 400),
        ("2025-02-29", 400),
        ("2100-02-29", 400),
        ("2024-02-29", 200),
        ("2000-02-29", 200),
    ],
)
def test_run_at_is_a_day_that_the_calendar_has(engine, submit, day, status):
    # api-document, PATCH: /jobs/<job_id>, run_at: a date
    reply = engine("PATCH", f"/jobs/{submit()}", json={"run_at": f"{day}T10:00:00.000"})
    assert reply.status_code == status


def test_keys_are_masked_in_the_log(engine, submit):
    # api-document, GET: /logs/<job id>, message of the first entry
    message = engine("GET", f"/logs/{submit({'content_id': 'film'})}").json()[0]["message"]
    said = json.loads(message)
    assert said["headers"]["HTTP_API_KEY"] == "*" * 32 + "9900"
    assert KEY not in message
    assert said["payload"] == "job_created"
    assert said["parameters"]["parameters"] == {"content_id": "film"}


def test_jobs_and_logs_are_purged_after_thirty_days(engine, submit):
    # api-document, PATCH: /jobs/<job_id>, persist; 30 days: providers page, published
    gone, kept = submit(), submit()
    engine("PATCH", f"/jobs/{kept}", json={"persist": True})
    engine.clock.advance(30 * 86400 - 1)
    assert engine("GET", f"/jobs/{gone}").is_success
    engine.clock.advance(1)
    assert [engine("GET", f"/jobs/{n}").status_code for n in (gone, kept)] == [400, 200]
    assert engine("GET", f"/logs/{gone}").status_code == 400


def test_a_job_that_runs_is_not_purged(engine, submit):
    # api-document, PATCH: /jobs/<job_id>, persist: automatic clean-up
    number = submit()
    engine.clock.advance(2)
    engine.mock.control.stall("taskengine", number)
    engine.clock.advance(31 * 86400)
    assert engine("GET", f"/jobs/{number}").is_success


def test_a_job_that_persists_no_longer_is_purged(engine, submit):
    # api-document, PATCH: /jobs/<job_id>, persist
    number = submit()
    engine("PATCH", f"/jobs/{number}", json={"persist": True})
    engine.clock.advance(45 * 86400)
    engine("PATCH", f"/jobs/{number}", json={"persist": False})
    engine.clock.advance(86400)
    assert engine("GET", f"/jobs/{number}").status_code == 400


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (0, "queued"),
        (1, "started"),
        (2, "completed"),
        (3, "pending"),
        (4, "broken"),
        (5, "scheduled"),
        (6, "paused"),
    ],
)
def test_a_state_has_a_number(engine, number, name):
    # api-document, GET: /jobs, Query Params: state
    assert {job["queue_state"] for job in engine("GET", f"/jobs?state={number}").json()} == {name}


def test_a_search_without_parameters_finds_the_last_ten_jobs(engine, submit):
    # api-document, GET: /jobs
    last = int([submit() for _ in range(12)][-1])
    assert [job["id"] for job in engine("GET", "/jobs").json()] == list(range(last, last - 10, -1))


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("from=2020-09-25T08:29:00", [130, 129]),
        ("to=2019-12-31", [125, 123]),
        ("from=2020-06-19&to=2020-06-20", [126, 124]),
        ("search=demo3", [129]),
        ("persist=1", [129]),
        ("persist=0&client=other-client", [130, 128, 127]),
        ("failed=true", [127]),
        ("failed=true&state=2", [127]),
        ("from=yesterday", []),
        ("from=&to=&limit=1", [130]),
        ("asc=1&limit=3", [102, 114, 122]),
        ("asc=0&limit=3", [130, 129, 128]),
        ("state=6", [128]),
        ("job_ids=123,114", [123, 114]),
    ],
)
def test_jobs_are_found_by(engine, query, ids):
    # api-document, GET: /jobs, Query Params
    assert [job["id"] for job in engine("GET", f"/jobs?{query}").json()] == ids


def test_failed_jobs_of_another_state_than_completed_are_not_found(engine):
    # api-document, GET: /jobs: «used with a state, jobs will only be returned if state is set to 2»
    engine("POST", "/jobs/127/rerun")
    assert [job["id"] for job in engine("GET", "/jobs?failed=true").json()] == [127]
    assert engine("GET", "/jobs?failed=true&state=4").json() == []


def test_the_dashboard_shows_the_queue_as_it_is(engine, submit, setting):
    # api-document, GET: /dashboard
    setting("max_jobs", 1)
    numbers = [int(submit(priority=2)), int(submit(priority=1))]
    engine.clock.advance(2)
    shown = engine("GET", "/dashboard").json()
    assert [job["id"] for job in shown["started"]] == [124, numbers[1]]
    assert [job["id"] for job in shown["queued"]] == [numbers[0], 125, 126]
    assert (shown["max_jobs"], "parameters" in shown["started"][1]) == (1, False)


def test_health_counts_jobs_as_they_are(engine, submit):
    # api-document, GET: /health: failed jobs apart from completed ones
    before = engine("GET", "/health").json()["jobs"]
    submit({"content_id": "mock-fail"}), submit(), submit(run_at="2040-01-01T00:00:00.000")
    engine.clock.advance(60)
    after = engine("GET", "/health").json()["jobs"]
    changed = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert changed == {"failed": 1, "completed": 1, "scheduled": 1}


def test_health_tells_the_limits_in_force(engine, setting):
    # api-document, GET: /health, max_jobs; POST: /settings, defaults
    shown = engine("GET", "/health").json()["jobs"]
    assert (shown["max_jobs"], shown["priority_slots"]) == (2, 0)
    setting("max_jobs", "4")
    assert engine("GET", "/health").json()["jobs"]["max_jobs"] == 4


def test_health_tells_the_load_as_it_is(engine, submit):
    # api-document, GET: /health: tasks and queues
    before = engine("GET", "/health").json()
    for _ in range(3):
        submit()
    engine.clock.advance(2)
    after = engine("GET", "/health").json()
    changed = [after["queues"]["work"][n] - before["queues"]["work"][n] for n in ("working", "pending")]
    assert changed == [2, 1]
    engine.clock.advance(60)
    assert engine("GET", "/health").json()["tasks"]["processed"] == before["tasks"]["processed"] + 3
