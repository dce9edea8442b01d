"""What one reply says agrees with the rest of it, with the clock, and with what was read before.

Each provider's tasks are led through several outcomes, retries and restarts; after every change, and
between two of them, all are read as they go over the wire.
"""

from collections import Counter
from itertools import pairwise

import pytest

from mediatasks.contracts.equality import instant
from mediatasks.contracts.model.envelope import RpcCall
from mediatasks.contracts.pointer import MISSING, get

SR = "/kokoon/api/sr"
_MANY = 400


class Tasks:
    """The tasks of one provider that are made and read here."""

    def __init__(self, caller):
        self.caller, self.contract = caller, next(iter(caller.mock.services.values())).contract
        self.state = caller.mock.services[self.contract.provider].store
        (self.resource,) = [r for r in self.contract.resources.values() if r.states]
        self.readings = {}

    @property
    def now(self):
        return self.caller.clock.now()

    def send(self, method, path, body=None, **options):
        reply = self.caller(method, path, **({"json": body} if body is not None else {}), **options)
        assert reply.is_success, reply.text
        return reply.json()

    def call(self, method, **params):
        (reply,) = self.caller.calls(RpcCall(method, {"project_id": 2, **params}))
        return reply.result

    def step(self):
        """Read all tasks, and go half the way to the next move, or to the move itself."""
        for task in self.tasks():
            key = get(task, self.resource.key[0])
            self.readings.setdefault(key, []).append(task)
            self.judge(task)
        due = self.state.next_due()
        if due is not None:
            left = due - self.now
            self.caller.clock.advance(max(left if left < 0.2 else left / 2, 0.0))
        return due is not None

    def follow(self):
        """Read all tasks until nothing moves any more."""
        for _ in range(_MANY):
            if not self.step():
                return
        raise AssertionError("the tasks do not come to rest")

    def times(self, task):
        """Return the times in a task by what they say, in seconds since 1970."""
        found = {}
        for name, moment in self.resource.fields.get("timestamps", {}).items():
            value = get(task, moment["at"])
            if value is not MISSING and value is not None and not moment.get("planned"):
                unit = moment["unit"]
                found[name] = (
                    value / 1000 if unit == "unix-ms" else value if unit == "unix-s" else instant(value)
                )
        return found

    def judge(self, task):
        """Judge one reading by itself."""
        times, state = self.times(task), self.resource.state_of(task)
        # Milliseconds are cut.
        assert all(moment <= self.now + 0.001 for moment in times.values()), (times, self.now)
        ordered = [times[name] for name in ("created", "scheduled", "started", "finished") if name in times]
        assert all(a <= b for a, b in pairwise(ordered)), times
        assert times.get("updated", self.now) >= times.get("created", 0) - 0.001
        assert ("finished" in times) <= state.final, task
        if "progress" in self.resource.fields:
            progress = self.resource.fields["progress"]
            done, whole = get(task, progress["at"]), get(task, progress["of"]) if "of" in progress else 1
            assert done is MISSING or 0 <= float(done) <= float(whole), task

    def judge_history(self):
        """Judge the readings of each task one after the other."""
        for readings in self.readings.values():
            for earlier, later in pairwise(readings):
                before, after = self.times(earlier), self.times(later)
                assert after.get("updated", 0) >= before.get("updated", 0)
                for name in ("created", "started", "scheduled"):
                    assert name not in before or after[name] == before[name], (name, earlier, later)
                changed = self.resource.state_of(earlier) != self.resource.state_of(later)
                assert not changed or "updated" not in after or after["updated"] > before["updated"]


class LivepeerTasks(Tasks):
    def make(self):
        storage = {"type": "web3.storage", "credentials": {"proof": "x"}}
        for mark in ("", "mock-download-1", "mock-download", "mock-probe"):
            url = {"url": f"https://example.com/{mark}.mp4"}
            self.send("POST", "/transcode", {"input": url, "storage": storage, "outputs": {}})
        self.ids = [task["id"] for task in self.send("GET", "/task?limit=4&order=createdAt-true")]

    def again(self):
        for key in self.ids[-2:] if self.ids else ():
            self.caller("POST", f"/task/{key}/retry")

    def tasks(self):
        reply = self.caller("GET", "/task?limit=1000&count=1")
        assert int(reply.headers["x-total-count"]) == len(reply.json())
        return [self.send("GET", f"/task/{key}") for key in self.ids]


class EngineTasks(Tasks):
    def make(self):
        self.ids = []
        for parameters in ({}, {"content_id": "mock-fail"}, {}):
            for job in (
                {"workflow": "drmswitch"},
                {"workflow": "vodcapture", "run_at": "2026-02-02T02:45:00.000"},
            ):
                body = {"client": "demo-client", "job": job, "parameters": parameters}
                self.ids.append(self.send("POST", "/job", body)["id"])

    def again(self):
        self.ids.append(self.send("POST", f"/jobs/{self.ids[0]}/rerun")["id"])

    def tasks(self):
        jobs = self.send("GET", "/jobs?limit=1000")
        states = Counter(
            "failed" if job["failed"] and job["queue_state"] == "completed" else job["queue_state"]
            for job in jobs
        )
        health, dashboard = self.send("GET", "/health"), self.send("GET", "/dashboard")
        assert {n: states[n] for n in health["jobs"] if n not in ("max_jobs", "priority_slots")} == {
            name: count
            for name, count in health["jobs"].items()
            if name not in ("max_jobs", "priority_slots")
        }
        assert health["tasks"]["processed"] == states["completed"] + states["failed"]
        assert health["queues"]["work"]["working"] <= health["queues"]["work"]["workers"]
        for name in ("started", "queued", "scheduled"):
            shown = [job["id"] for job in dashboard[name]]
            assert sorted(shown) == sorted(j["id"] for j in jobs if j["queue_state"] == name)
        for key in self.ids:
            entries = self.send("GET", f"/logs/{key}")
            moments = [instant(entry["created_at"]) for entry in entries]
            assert [*moments, self.now + 0.001] == sorted([*moments, self.now + 0.001])
            assert [entry["id"] for entry in entries] == sorted(entry["id"] for entry in entries)
        return [self.send("GET", f"/jobs/{key}") for key in self.ids]

    def judge(self, task):
        super().judge(task)
        waited = task["queue_state"] in ("started", "completed", "failed")
        assert not waited or instant(task["run_at"]) <= self.now


class KokoonTasks(Tasks):
    def make(self):
        body = {"ai_model_name": "bluewhale", "use_film_grain": True, "use_color_grading": True}
        body |= {"width": 1280, "height": 720}
        for kind, vid in (
            ("SR", "film"),
            ("SR_PREVIEW", "film"),
            ("SR", "mock-error"),
            ("SR", "mock-cancel"),
        ):
            self.send("POST", f"{SR}/v4/task", {**body, "task_type": kind, "vid": vid})
        cut = {"start_pos": 1000, "duration": 2000}
        self.send("POST", f"{SR}/v4/task", {**body, "task_type": "SR", "vid": "cut", **cut})

    def again(self):
        self.make()

    def tasks(self):
        whole = self.send("GET", f"{SR}/v3/task")
        assert whole["all_count"] == whole["curr_count"] == len(whole["sr_tasks"])
        page = self.send("GET", f"{SR}/v3/task?page_num=0&page_size=2")
        assert (page["all_count"], page["curr_count"]) == (whole["all_count"], len(page["sr_tasks"]))
        return [self.send("GET", f"{SR}/v4/task/{task['tid']}") for task in whole["sr_tasks"]]

    def judge(self, task):
        super().judge(task)
        assert int(task.get("sr_nb_frames", 0)) <= int(task.get("nb_frames", 0))


class BoroTasks(Tasks):
    def make(self):
        marks = ("", "mock-fail", "mock-stall-1", "mock-stall", "mock-not-found")
        tasks = [{"template_id": 63, "uri": f"file:///{mark}.mp4"} for mark in marks]
        self.first = min(task["task_id"] for task in self.call("TaskStart", tasks=tasks))

    def again(self):
        immediate = {"template_id": 63, "uri": "file:///now.mp4", "priority": "immediate"}
        self.call("TaskStart", tasks=[immediate])

    def tasks(self):
        self.state.catch_up()
        last = max(int(key[0]) for key in self.state.collections["Task"].items)
        ids = list(range(self.first, last + 1))
        chains = self.call("TaskStatus", task_ids=ids)
        told = {task["task_id"]: (chain, task) for chain in chains for task in chain["tasks"]}
        reports = self.call("TaskReport", task_ids=ids)
        assert sorted(told) == sorted(report["task_id"] for report in reports) == ids
        for report in reports:
            chain, task = told[report["task_id"]]
            assert chain["initial_task_id"] == task["initial_task_id"] <= task["task_id"]
            assert {n: task[n] for n in task if n in report} == {n: report[n] for n in report if n in task}
            assert task.get("test_results", {}).get("total") == report.get("task_result")
        return reports

    def judge(self, task):
        super().judge(task)
        assert ("start" in task) == ("start_unix" in task)
        if "start" in task:
            assert instant(task["start"].replace(" +", "+")) == int(task["start_unix"])
        if task["status"] == "Completed":
            assert task["start_unix"] + task["analysis_duration"] <= self.now + 0.5
        assert (task["status"] in ("Completed", "Running", "Explore")) <= ("start" in task)


class VionlabsTasks(Tasks):
    def make(self):
        self.ids = []
        for mark in ("film", "mock-missing", "mock-short"):
            item = {
                "id": mark,
                "type": "standalone",
                "title": "x",
                "asset_info": {"file_uri": f"s3://b/{mark}"},
            }
            self.caller("PUT", "/catalog/v1/item", json=item)
            self.send("POST", f"/tasks/catalog-item/{mark}/product/adbreaks/version/1.0.1")
            self.ids.append(mark)

    def again(self):
        self.send("POST", f"/tasks/catalog-item/{self.ids[1]}/product/adbreaks/version/1.0.1")

    def tasks(self):
        found = []
        for key in self.ids:
            task = self.send("GET", f"/tasks/catalog-item/{key}/product/adbreaks/version/1.0.1")
            # No source names a failed state: a task that has an error has failed.
            assert bool(task.get("error")) == (self.resource.state_of(task).phase == "failed"), task
            found.append({**task, "task_id": key})
        return found


KINDS = {
    "livepeer": LivepeerTasks,
    "taskengine": EngineTasks,
    "kokoon": KokoonTasks,
    "boro": BoroTasks,
    "vionlabs": VionlabsTasks,
}


@pytest.mark.parametrize("provider", KINDS)
def test_what_is_read_in_a_tasks_life_agrees_with_itself(call, provider):
    tasks = KINDS[provider](call(provider))
    tasks.make()
    # In the middle of their life, and after it.
    for _ in range(12):
        tasks.step()
    tasks.again()
    tasks.follow()
    tasks.again()
    tasks.follow()
    assert len(tasks.readings) >= 3
    tasks.judge_history()
