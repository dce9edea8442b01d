"""What the Task Engine does beyond its contract: a method per operation, `queue`, `logs`.

Sources, as in the contract's `x-sources`: api-document (the vendor document), features-page.
"""

import contextlib
from typing import Any

from mediatasks.contracts.equality import instant
from mediatasks.contracts.expression import Scope
from mediatasks.contracts.lifecycle.resource import Move
from mediatasks.mock.http.messages import MockRequest
from mediatasks.mock.operations.actions import CopyAction, ListAction, Outcome, ShowAction, UpdateAction
from mediatasks.mock.operations.creation import CreateAction, UpsertAction
from mediatasks.mock.simulators.simulator import operation
from mediatasks.mock.simulators.taskengine.logs import JobLog, entries, task_of, tasks_of
from mediatasks.mock.simulators.taskengine.queue import (
    DEFAULTS,
    SCHEDULE,
    JobQueue,
    asked_run_at,
    fails,
    priority_of,
)
from mediatasks.mock.store.collection import Collection
from mediatasks.mock.store.lifecycle import Item
from mediatasks.mock.store.request_failure import RequestFailure

_COUNTED = ("completed", "failed", "pending", "broken", "queued", "started", "scheduled", "paused")
# What of the member `job` of a request its log shows.
_NOTED = dict.fromkeys(("priority", "run_at", "semaphore_url")).keys()
_UPDATABLE = ("persist", "priority", "queue_state", "run_at", "sempahore_url", "semaphore_url")


class TaskengineSimulation(JobQueue):
    """Rules of the Task Engine."""

    def resume(self) -> None:
        """Read from the jobs which of them wait and which run; go on with the numbers of the logs."""
        super().resume()
        self.log = JobLog(self.memory)

    def entered(self, collection: Collection, item: Item, before: str | None, at: float) -> None:
        """Each part of the service writes its log (api-document, GET: /logs/<job id>)."""
        if collection is self.jobs and item.state == "started":
            item.private["step"] = 0
            self.log.started(item, at)
        elif collection is self.jobs and before == "started" and item.state in ("completed", "failed"):
            while item.state == "completed" and self._next_task(item, at):
                pass
            self.log.ended(item, at, self.setting("retry_limit") if fails(item) else 0)
        super().entered(collection, item, before, at)

    def leaves(self, collection: Collection, item: Item, at: float) -> Move | None:
        """A job whose task has ended goes on with the next one (api-page-older, Log Endpoints)."""
        if collection is self.jobs and item.state == "started" and self._next_task(item, at):
            item.plan(at + (self.task_lasts(item) or 0.0))
            collection.watch(item)
            return None
        return super().leaves(collection, item, at)

    def _next_task(self, item: Item, at: float) -> bool:
        """Start the task that follows, if one does; log and callbacks tell of both."""
        step = item.private.get("step", 0)
        if step + 1 >= len(tasks_of(item)):
            return False
        self.log.passed(item, at)
        self.dispatcher.tell_as(self.jobs, item, "task_callback", "completed", at)
        item.private["step"] = step + 1
        self.log.started(item, at)
        self.jobs.changed(item)
        self.dispatcher.tell_as(self.jobs, item, "task_callback", "started", at)
        return True

    def tells(self, collection: Collection, item: Item, event: str, body: Any, at: float) -> Any:
        """Add what the job does not say: its task, and why that failed.

        integration-page, CALLBACKS; workflows-page: those of vodremix hold no content_id.
        """
        if event == "task_callback":
            body["task_id"], body["task_name"] = item.private.get("task", 0), task_of(item)
            if body["event"] == "fail":
                body["message"] = f"'{task_of(item)}' failed"
        if item.value.get("workflow") == "vodremix":
            body.pop("content_id", None)
        return body

    @operation("create_job")
    def create_job(self, action: CreateAction, scope: Scope, request: MockRequest) -> Outcome:
        """POST: /job. `run_at` comes without a zone and goes out with one."""
        job, now = scope.body.get("job", {}), self.clock.now()
        private: dict[str, Any] = {
            "semaphore_url": job.get("semaphore_url"),
            # Most requests have none of them.
            "job": {} if _NOTED.isdisjoint(job) else {n: job[n] for n in _NOTED if n in job},
        }
        self.log.created(private, request, now)
        run_at = asked_run_at(scope.body, now)
        if run_at is None:
            return action.carry_out(scope, private=private)
        if (instant(run_at) or now) > now:
            self.log.planned(private, run_at, now)
        return action.carry_out(scope, {"/run_at": run_at}, private)

    @operation("rerun_job")
    def rerun_job(self, action: CopyAction, scope: Scope, request: MockRequest) -> Outcome:
        """POST: /jobs/<job id>/rerun: the log of the old job is not that of the new one."""
        outcome = action.carry_out(scope)
        item = self.jobs.items[(str(outcome.body["id"]),)]
        for name in ("log", "task", "step"):
            item.private.pop(name, None)
        self.log.created(item.private, request, self.clock.now())
        return outcome

    @operation("update_job")
    def update_job(self, action: UpdateAction, scope: Scope, request: MockRequest) -> Outcome:
        """PATCH: /jobs/<job_id>: what was changed is told; a failure names the job, too."""
        number = str(scope.path["job_id"])
        try:
            outcome = action.carry_out(scope)
        except RequestFailure as failure:
            raise RequestFailure(failure.kind, failure.text, {"/id": number}) from None
        now = self.clock.now()
        item, body = self.jobs.items[(number,)], scope.body
        if "run_at" in body and (instant(body["run_at"]) or now) > now:
            self.log.planned(item.private, body["run_at"], now)
        # The table spells it sempahore_url, other pages semaphore_url.
        for name in ("sempahore_url", "semaphore_url"):
            item.private["semaphore_url"] = body.get(name, item.private.get("semaphore_url"))
        if item.state == "scheduled" and "run_at" in body:
            item.private.setdefault("created", now)
            self.plan(item, now)
        if item.state == "queued" and item.due is None and "created" in item.private:
            self.wait(item)
            self.fill(now)
        outcome.body["result"] = "Performed updates: " + ", ".join(n for n in _UPDATABLE if n in body)
        return outcome

    @operation("list_logs")
    def list_logs(self, action: ListAction, scope: Scope, request: MockRequest) -> Outcome:
        """GET: /logs/<job id>: the seeded entries, and those of a job that was made here."""
        outcome = action.carry_out(scope)
        item = self.jobs.items.get((str(scope.path["job_id"]),))
        if item is not None:
            outcome.body.extend(entries(item))
        elif not outcome.body:
            raise RequestFailure("missing", "job not found")
        return outcome

    @operation("get_dashboard")
    def get_dashboard(self, action: ShowAction, scope: Scope, request: MockRequest) -> Outcome:
        """GET: /dashboard: the jobs that are started, queued and scheduled."""
        body = action.carry_out(scope).body
        for name in ("started", "queued", "scheduled"):
            items = [i for i in self.jobs.ordered() if i.state == name]
            items.sort(key=lambda i: (priority_of(i) if name == "queued" else 0, i.value["id"]))
            shown = body[name][0]
            body[name] = [{m: i.value[m] for m in shown if m in i.value} for i in items]
        return Outcome(body)

    @operation("get_health")
    def get_health(self, action: ShowAction, scope: Scope, request: MockRequest) -> Outcome:
        """GET: /health: jobs by state, failed ones apart from completed ones, and the load."""
        body = action.carry_out(scope).body
        jobs = dict.fromkeys(_COUNTED, 0)
        for item in self.jobs.ordered():
            if item.state in jobs:
                jobs[item.state] += 1
        # The example has other limits than the documented defaults, which are in force here.
        body["jobs"] = jobs | {name: self.setting(name) for name in ("max_jobs", "priority_slots")}
        body["tasks"] = {
            "failed": jobs["failed"],
            "pending": jobs["queued"],
            "processed": jobs["completed"] + jobs["failed"],
        }
        work = body["queues"]["work"]
        work["working"], work["pending"] = min(jobs["started"], work["workers"]), jobs["queued"]
        return Outcome(body)

    @operation("list_schedules")
    def list_schedules(self, action: ListAction, scope: Scope, request: MockRequest) -> Outcome:
        """GET: /schedules: with the interval in force."""
        outcome = action.carry_out(scope)
        for name, schedule in outcome.body["schedules"].items():
            if name == SCHEDULE:
                every = [self.setting("schedule_interval"), *schedule["every"][1:]]
                outcome.body["schedules"][name] = {**schedule, "every": every}
        return outcome

    @operation("update_schedule")
    def update_schedule(self, action: UpdateAction, scope: Scope, request: MockRequest) -> Outcome:
        """PUT: /scheduler: while it is off, scheduled jobs wait. Unknown names change nothing."""
        with contextlib.suppress(RequestFailure):
            action.carry_out(scope)
            self.plan_all(self.clock.now())
        names = [i.value["name"] for i in self.schedules.ordered() if i.value["active"]]
        return Outcome({"result": "ok", "schedules": names})

    @operation("update_setting")
    def update_setting(self, action: UpsertAction, scope: Scope, request: MockRequest) -> Outcome:
        """POST: /settings takes effect at once; a name that is not known makes a new setting."""
        name = scope.body["name"]
        known = name in DEFAULTS or (str(name),) in self.settings.items
        outcome = action.carry_out(scope)
        outcome.body["message"] = f"{name} setting {'updated' if known else 'created'}"
        now = self.clock.now()
        if name == "schedule_interval":
            self.plan_all(now)
        self.fill(now)
        return outcome
