"""Jobs share slots: queued by priority, started as slots are free, scheduled, purged.

Sources, as in the contract's `x-sources`: api-document (the vendor document), features-page.
Seeded jobs are documented facts and stand still: they are counted, but hold no slot.
"""

import heapq
from collections.abc import Mapping
from typing import Any

from mediatasks.contracts.equality import instant
from mediatasks.contracts.lifecycle.resource import Move
from mediatasks.mock.simulators.simulator import Simulator
from mediatasks.mock.simulators.taskengine.logs import tasks_of
from mediatasks.mock.simulators.taskengine.slots import Slots
from mediatasks.mock.store.clock import stamp
from mediatasks.mock.store.collection import Collection
from mediatasks.mock.store.lifecycle import Item

SCHEDULE = "queue_scheduled_jobs"
# No source says when a job fails; in the mock a job fails whose parameters hold this text.
FAILS = "mock-fail"
# api-document, POST: /settings, Possible System Default Settings.
DEFAULTS = {
    "max_jobs": 2,
    "priority_slots": 0,
    "priority_threshold": 5,
    "schedule_interval": 60,
    "retry_delay": 5,
    "retry_limit": 3,
}
_FIRST_IN = 5  # api-document, GET: /schedules
# features-page, CONTINUOUS CAPTURE: a share, and seconds.
_LEAD, _SHORT = 0.8, 60.0
_DAY = 86400.0
_KEPT = 30 * _DAY
# Two runs of the schedule are never so near to each other.
_INSTANT = 0.001


class JobQueue(Simulator):
    """Which job runs when. What a client does not see of a job is in its `private`."""

    needs = ("Job", "Log", "Setting", "Schedule")

    def reset(self) -> None:
        """Begin with the seeded jobs and schedules, and the default settings."""
        self.jobs, self.settings, self.schedules = (
            self.store.collections[name] for name in ("Job", "Setting", "Schedule")
        )
        self.memory = {"began": self.clock.now()}
        self.resume()

    def resume(self) -> None:
        """Read from the jobs which of them wait and which run."""
        self._ready: list[tuple[int, int, Item]] = []
        self._slots = Slots()
        self._old: list[tuple[float, int, Item]] = []
        self._asking: set[tuple[str, ...]] = set()
        self._filling = False
        for item in self.jobs.ordered():
            if "created" not in item.private:
                continue
            self._old.append((item.private["created"] + _KEPT, item.number, item))
            if item.state == "started":
                self._slots.take(item, priority_of(item))
            elif item.state == "queued" and item.due is None:
                self._ready.append((priority_of(item), item.number, item))
        heapq.heapify(self._old)
        heapq.heapify(self._ready)

    def setting(self, name: str) -> int:
        """Return a setting of the system; a value that is no number has no effect."""
        item = self.settings.items.get((name,))
        try:
            return int(str(item.value["setting"])[:12]) if item else DEFAULTS[name]
        except ValueError:
            return DEFAULTS[name]

    def first_state(self, collection: Collection, item: Item, at: float) -> str | None:
        """A job begins as scheduled if its run_at lies ahead or it has a semaphore_url.

        features-page, SCHEDULER.
        """
        if collection is not self.jobs:
            return super().first_state(collection, item, at)
        item.private["created"] = at
        heapq.heappush(self._old, (at + _KEPT, item.number, item))
        if item.private.get("semaphore_url"):
            self.dispatcher.attend()
            return "scheduled"
        # Most jobs may run at once; what they show was made from that moment, and need not be read.
        is_now = item.value.get("run_at") == stamp(at, "date-time")
        return "queued" if is_now or run_at(item, at) <= at else "scheduled"

    def lasts(self, collection: Collection, item: Item, at: float) -> float | None:
        """A scheduled job waits for the schedule; a failing one also runs for its retries.

        api-document, POST: /settings: retry_limit retries, retry_delay seconds apart.
        """
        usual = super().lasts(collection, item, at)
        if collection is not self.jobs or item.state == "queued":
            return usual
        if item.state == "scheduled":
            return self._until_queued(item, at)
        return self.task_lasts(item) if item.state == "started" else usual

    def task_lasts(self, item: Item) -> float | None:
        """Return how many seconds the task lasts that a job is at; the last one is the one that fails."""
        whole, count = self.jobs.lifecycle.lasts["started"], len(tasks_of(item))
        if whole is None:
            return None
        retries = max(0, self.setting("retry_limit")) * max(0, self.setting("retry_delay"))
        is_last = item.private.get("step", 0) + 1 == count or count == 1
        return whole / count + (retries if fails(item) and is_last else 0)

    def leaves(self, collection: Collection, item: Item, at: float) -> Move | None:
        """A queued job starts when it is its turn and a slot is free; a run ends well or badly."""
        if collection is self.jobs and item.state == "queued":
            self.wait(item)
            self.fill(at)
            return None
        if collection is self.jobs and item.state == "scheduled" and item.private.get("semaphore_url"):
            self._ask_semaphore(item)
            return None
        if collection is self.jobs and item.state == "started" and fails(item):
            return next(m for m in collection.resource.states["started"].moves if m.to == "failed")
        return super().leaves(collection, item, at)

    def entered(self, collection: Collection, item: Item, before: str | None, at: float) -> None:
        """Keep count of the running jobs; a slot that has become free goes to the next job."""
        if collection is not self.jobs:
            return
        if item.state == "started":
            self._slots.take(item, priority_of(item))
        else:
            self._slots.leave(item)
        self.fill(at)

    def passed(self, now: float) -> None:
        """Jobs and their logs are purged after 30 days unless they persist.

        api-document, PATCH: /jobs/<job_id>, persist; the days are published (`x-left-out`). A job
        that is not over, or persists, is looked at again day by day.
        """
        while self._old and self._old[0][0] <= now:
            due, number, item = heapq.heappop(self._old)
            if not self.jobs.holds(item):
                continue
            state = self.jobs.resource.states.get(item.state or "")
            if item.value.get("persist") is True or state is None or not state.final:
                days = int((now - due) / _DAY) + 1
                heapq.heappush(self._old, (due + days * _DAY, number, item))
            else:
                self.jobs.remove(item)

    def wait(self, item: Item) -> None:
        """Put a queued job among those that may start, at the place of its priority."""
        heapq.heappush(self._ready, (priority_of(item), item.number, item))

    def fill(self, at: float) -> None:
        """Start jobs while slots are free: the lowest priority number first, then first come.

        features-page, PRIORITY. Other moves at the same moment come first.
        """
        # Starting a job calls this method again; the outer call goes on with the next job.
        if self._filling or not self._ready:
            return
        if self._slots.are_taken(self.setting("max_jobs"), self.jobs):
            return
        self._filling = True
        try:
            while self._ready and not self.jobs.busy(at):
                priority, _, item = self._ready[0]
                waits = self.jobs.holds(item) and item.state == "queued" and priority == priority_of(item)
                if waits and not self._may_start(priority):
                    return
                heapq.heappop(self._ready)
                if waits:
                    self.jobs.enter(item, "started", at)
        finally:
            self._filling = False

    def _may_start(self, priority: int) -> bool:
        """priority_slots of max_jobs are kept for priorities up to priority_threshold.

        features-page, PRIORITY: of 5 slots with 2 kept, any job can use 3.
        """
        # The threshold cannot be less than 1 (api-page-older).
        most, threshold = self.setting("max_jobs"), max(1, self.setting("priority_threshold"))
        if self._slots.are_taken(most, self.jobs):
            return False
        if priority <= threshold:
            return True
        return self._slots.above(threshold) < most - self.setting("priority_slots")

    def _ask_semaphore(self, item: Item) -> None:
        """Ask a job's semaphore_url; unless it is open, the schedule's next run asks again.

        features-page, SCHEDULER: it is open once it answers 2xx or 3xx. The answer takes real time:
        the job is queued when it comes.
        """
        url, now = item.private["semaphore_url"], self.clock.now()
        self.plan(item, now + _INSTANT)
        if item.key in self._asking:
            return
        self._asking.add(item.key)

        def answered(status: int | None) -> None:
            self._asking.discard(item.key)
            is_open = status is not None and 200 <= status < 400
            waits = item.state == "scheduled" and item.due is not None
            held = self.jobs.holds(item)
            if is_open and waits and held and item.private.get("semaphore_url") == url:
                self.jobs.enter(item, "queued", self.clock.now())

        self.dispatcher.ask(item, "semaphore_url", url, answered)

    def _until_queued(self, item: Item, at: float) -> float | None:
        """Return the seconds until the schedule finds that run_at has passed.

        api-document, GET: /schedules: it runs every schedule_interval seconds, first after 5, and
        queues the jobs with a run_at in the past. Switched off (PUT: /scheduler), it does nothing.
        """
        schedule = self.schedules.items.get((SCHEDULE,))
        if schedule is not None and not schedule.value["active"]:
            return None
        every = max(1, self.setting("schedule_interval"))
        first = self.memory["began"] + _FIRST_IN
        runs = max(0, -int((first - max(at, run_at(item, at))) // every))
        return float(first + runs * every - at)

    def plan(self, item: Item, now: float) -> None:
        """Look anew when a scheduled job is queued."""
        wait = self._until_queued(item, now)
        item.plan(None if wait is None else now + wait)
        self.jobs.watch(item)

    def plan_all(self, now: float) -> None:
        """Do so for all scheduled jobs, after a change of the schedule."""
        for item in self.jobs.ordered():
            if item.state == "scheduled" and "created" in item.private:
                self.plan(item, now)


def priority_of(item: Item) -> int:
    """Return the rank of a job, 1 the most urgent; 5 by default (features-page, PRIORITY)."""
    priority = item.value.get("priority")
    return priority if isinstance(priority, int) else 5


def run_at(item: Item, otherwise: float) -> float:
    """Return when a job may be queued."""
    moment = instant(item.value.get("run_at"))
    return otherwise if moment is None else moment


def fails(item: Item) -> bool:
    """Whether the job is one that fails."""
    return FAILS in str(item.value.get("parameters", ""))


def asked_run_at(body: Any, now: float) -> str | None:
    """Return the run_at of a new job's request, as the job shows it.

    features-page, SCHEDULER: it comes without a zone and is UTC. For a capture whose clips end in
    the future it is the end of the last one, unless the one given is later. CONTINUOUS CAPTURE: see
    `_continuous`; a run_at that is given overrides it.
    """
    job = body.get("job", {})
    is_capture = job.get("workflow") == "vodcapture"
    if not is_capture and "run_at" not in job:
        return None
    given = instant(job.get("run_at"))
    moments = [] if given is None else [given]
    parameters = body.get("parameters") if is_capture else None
    if isinstance(parameters, dict):
        clips = parameters.get("clips")
        clips = [clip for clip in clips if isinstance(clip, Mapping)] if isinstance(clips, list) else []
        starts, ends = (
            [moment for clip in clips if (moment := instant(clip.get(name))) is not None]
            for name in ("start", "end")
        )
        if parameters.get("continuous_capture") is True and starts and ends:
            moments = moments or [_continuous(min(starts), max(ends))]
        else:
            moments += [end for end in ends if end > now]
    return stamp(max(moments), "date-time") if moments else None


def _continuous(start: float, end: float) -> float:
    """Return when a continuous capture starts: at 80 % of the span, or at the start of a short one.

    features-page, CONTINUOUS CAPTURE. That the span of several clips reaches from the first start to
    the last end is our choice.
    """
    lead = _LEAD * (end - start)
    return start if lead < _SHORT else start + lead
