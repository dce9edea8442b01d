"""A load balancer gives queued tasks to probes; files are rejected, probes are lost, reports made.

Sources, as in the contract's `x-sources`: task_report (the vendor document, 4.3.10), user_guide.
No source says how many probes there are, or how long reports take. A text in the `uri` of a task
arranges what becomes of it: see `REJECTED`, `_STALLS` and `_VERDICTS`.
"""

import email.utils
import heapq
import re
import time
from typing import Any

from mediatasks.contracts.expression import Scope
from mediatasks.contracts.lifecycle.resource import Move
from mediatasks.contracts.model.schemes import APIAUTH
from mediatasks.exchange.http.signing import sign_request
from mediatasks.mock.http.messages import MockRequest
from mediatasks.mock.operations.actions import Action, FixedAction, ListAction, Outcome
from mediatasks.mock.simulators.simulator import Simulator, operation
from mediatasks.mock.store.clock import stamp
from mediatasks.mock.store.collection import Collection
from mediatasks.mock.store.lifecycle import Item
from mediatasks.mock.store.query import Found
from mediatasks.mock.store.request_failure import RequestFailure

PROBES = (17, 18)
# task_report, Reply, Rejected: one text for each possible reason, in the order of the document.
REJECTED = ("mock-no-duration", "mock-not-found", "mock-condition", "mock-format", "mock-balance")
# `mock-stall` stalls in every run, `mock-stall-2` in the first two.
_STALLS = re.compile("mock-stall(?:-([0-9]+))?")
_VERDICTS = {"mock-fail": "Failed", "mock-warning": "Warning"}
_RANKS = {"immediate": 0, "urgent": 1, "high": 2, "normal": 3, "low": 4}
_RESTARTS = 3
_RESTART_AFTER = 1.0
_REPORT_TAKES = 2.0
_GROUPS = (
    "file_summary",
    "container_validation",
    "video_parameters",
    "audio_parameters",
    "video_quality",
    "audio_quality",
)
_ON_PROBE = ("Explore", "Running")
_SIGNATURE_LIVES = 60.0


class BoroSimulation(Simulator):
    """Rules of Boro VoD."""

    needs = ("Task",)

    def reset(self) -> None:
        """Begin with the seeded tasks; their projects are those that exist."""
        self.tasks = self.store.collections["Task"]
        projects = {item.value.get("project_id") for item in self.tasks.ordered()}
        self.memory = {
            "projects": sorted(p for p in projects if isinstance(p, int)),
            "given": [0] * len(PROBES),
        }
        self.resume()

    def resume(self) -> None:
        """Read from the tasks: the queue, the probes in use, the chains of restarts."""
        self._ready: list[tuple[int, int, Item]] = []
        self._probes: dict[int, Item | None] = dict.fromkeys(PROBES)
        self._chains: dict[Any, list[Item]] = {}
        for item in self.tasks.ordered():
            self._chains.setdefault(item.value.get("initial_task_id"), []).append(item)
            if item.state in _ON_PROBE and item.value.get("app_id") in self._probes:
                self._probes[item.value["app_id"]] = item
            elif item.state == "Scheduled" and item.due is None:
                self._ready.append((_rank(item), item.number, item))
        heapq.heapify(self._ready)

    def admits(self, request: MockRequest) -> bool:
        """A signature that is sent must be right and of the last minute.

        user_guide, 4 Control API, user authentication. It may sign the path with or without the
        mock's own prefix and that of its mount; the minute counts by the mock's clock or by real time.
        """
        kind, _, _ = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != APIAUTH:
            return True
        examples = {credential.argument: credential.example for credential in self.contract.credentials}
        date = request.headers.get("date", "")
        try:
            signed_at = email.utils.parsedate_to_datetime(date).timestamp()
        except (ValueError, TypeError, OverflowError):
            return False
        if min(abs(now - signed_at) for now in (self.clock.now(), time.time())) > _SIGNATURE_LIVES:
            return False
        below = request.path.removeprefix(f"/{self.contract.provider}")
        paths = {request.prefix + request.path, request.path, below}
        return any(self._is_signed(request, path, date, examples) for path in paths)

    def _is_signed(self, request: MockRequest, path: str, date: str, examples: dict[str, Any]) -> bool:
        access_id, secret = examples["access_id"], examples["secret"]
        sent = request.body if request.sent is None else request.sent
        wanted = sign_request(access_id, secret, request.method, path, sent, date)
        given = request.headers["authorization"].partition(" ")[2].strip()
        digest = "x-authorization-content-sha256"
        is_right = given == wanted["authorization"].partition(" ")[2]
        return is_right and request.headers.get(digest) == wanted[digest]

    # How tasks live.

    def first_state(self, collection: Collection, item: Item, at: float) -> str | None:
        """A task that was started without a name has an empty one (task_report, Example)."""
        item.value.setdefault("name", "")
        return super().first_state(collection, item, at)

    def lasts(self, collection: Collection, item: Item, at: float) -> float | None:
        """A stalled task is restarted 3 times (task_report, Stalled); a report takes its time."""
        if item.state == "Stalled":
            return _RESTART_AFTER if item.private.get("restarts", 0) < _RESTARTS else None
        return _REPORT_TAKES if item.state == "Completed" else super().lasts(collection, item, at)

    def leaves(self, collection: Collection, item: Item, at: float) -> Move | None:
        """Say what becomes of a task whose time in a state is over."""
        if item.state == "Scheduled":
            heapq.heappush(self._ready, (_rank(item), item.number, item))
            self._balance(at)
            return None
        if item.state == "Completed":
            self._finish_report(item)
            return None
        if item.state == "Explore" and any(text in _uri(item) for text in REJECTED):
            return self._move("Explore", "Rejected")
        if item.state == "Running" and _stalls(item):
            return self._move("Running", "Stalled")
        if item.state == "Stalled":
            item.private["restarts"] = item.private.get("restarts", 0) + 1
            return self._move("Stalled", "Scheduled")
        return super().leaves(collection, item, at)

    def _move(self, name: str, to: str) -> Move:
        return next(move for move in self.tasks.resource.states[name].moves if move.to == to)

    def entered(self, collection: Collection, item: Item, before: str | None, at: float) -> None:
        """Note the probe, the chain and the report; a free probe takes the next task."""
        if before is None:
            self._chains.setdefault(item.value.get("initial_task_id"), []).append(item)
            item.value.pop("start", None)
        if item.state in _ON_PROBE and before not in _ON_PROBE:
            # The same instant as start_unix (task_report, Reply).
            item.value["start"] = stamp(at, "local")
        elif item.state == "Completed":
            self._note_duration(item, at)
            verdict = next((v for text, v in _VERDICTS.items() if text in _uri(item)), "Passed")
            item.value["task_result"] = verdict
            item.value["test_results"] = {"total": verdict}
            reports = item.value.get("task_report", [])
            formats = [report.get("report_format", "JSON") for report in reports]
            item.value["task_report"] = [
                {"report_status": "InProgress", "report_format": name} for name in formats
            ]
        if item.state not in _ON_PROBE:
            for probe, holder in self._probes.items():
                if holder is item:
                    self._probes[probe] = None
        self._balance(at)

    def _note_duration(self, item: Item, at: float) -> None:
        """How long the analysis took (task_report, Reply, analysis_duration).

        A task without a start gets the usual time; this is our choice.
        """
        began = item.value.get("start_unix")
        if not isinstance(began, int | float):
            began = at - item.value["analysis_duration"]
            item.value["start_unix"], item.value["start"] = stamp(began, "unix-s"), stamp(began, "local")
        item.value["analysis_duration"] = max(0, round(at - began))

    def _finish_report(self, item: Item) -> None:
        """A report is InProgress, then Ready (task_report, Reply, report_status)."""
        file = re.sub("[^A-Za-z0-9]+", "_", _uri(item).rpartition("/")[2])
        for report in item.value.get("task_report", []):
            kind = report["report_format"].lower()
            name = f"task_{item.value['task_id']}_{file}_{kind}_origin.zip"
            project = item.value.get("project_id")
            report["report_url"] = f"http://172.16.1.41/projects/{project}/uploader_get?file={name}"
            report["report_status"] = "Ready"

    # The load balancer.

    def _balance(self, at: float) -> None:
        """Give queued tasks to free probes, by priority, then first come.

        task_report, Reply, Scheduled and Canceled: a task of priority immediate replaces another
        one, which is then Canceled: here the least urgent, of these the last to come.
        """
        while self._ready and not self.tasks.busy(at):
            rank, _, item = self._ready[0]
            if self.tasks.items.get(item.key) is not item or item.state != "Scheduled":
                heapq.heappop(self._ready)
                continue
            probe = self._free_probe() or (self._cleared_probe(at) if rank == 0 else None)
            if probe is None:
                return
            heapq.heappop(self._ready)
            self._probes[probe] = item
            self.memory["given"][PROBES.index(probe)] += 1
            self.tasks.enter(item, "Explore", at)
            item.value["app_id"] = probe

    def _free_probe(self) -> int | None:
        """Return a free probe, the one that has had the fewest tasks."""
        free = [p for p, i in self._probes.items() if i is None or self.tasks.items.get(i.key) is not i]
        return min(free, key=lambda probe: self.memory["given"][PROBES.index(probe)], default=None)

    def _cleared_probe(self, at: float) -> int | None:
        """Stop a task for one of priority immediate; return its probe."""
        held = [(_rank(i), i.number, probe, i) for probe, i in self._probes.items() if i is not None]
        rank, _, probe, item = max(held)
        if rank == 0:
            return None
        # The probe is not free for others meanwhile.
        self._probes[probe] = None
        waiting, self._ready = self._ready, []
        self.tasks.enter(item, "Canceled", at)
        self._ready = waiting
        return probe

    # Methods.

    @operation("task_start", "task_stop", "task_report", "template_list")
    def in_project(self, action: Action | FixedAction, scope: Scope, request: MockRequest) -> Outcome:
        """Do what the contract says, in a project that exists."""
        self._judge_project(scope)
        return action.carry_out(scope)

    @operation("task_status")
    def task_status(self, action: ListAction, scope: Scope, request: MockRequest) -> Outcome:
        """TaskStatus: `restart_chain` chooses restarts; groups of results may stand beside `total`.

        user_guide, 4.3.9 TaskStatus.
        """
        self._judge_project(scope)
        found = action.query.find(scope)
        chosen = self._chosen(list(found.items), scope.body.get("restart_chain", "all"))
        outcome = action.show_page(Found(chosen, found.missing), scope)
        if scope.body.get("detailed_test_results"):
            for chain in outcome.body:
                for task in chain.get("tasks", []):
                    if "test_results" in task:
                        verdict = task["test_results"].get("total", "Passed")
                        # No source says which group fails; the mock takes the one of the picture.
                        groups = dict.fromkeys(_GROUPS, "Passed") | {"video_quality": verdict}
                        task["test_results"] = {**task["test_results"], **groups}
        return outcome

    def _chosen(self, items: list[Item], which: str) -> list[Item]:
        """Return the tasks of the chains that `items` belong to, each once."""
        chosen: dict[tuple[str, ...], Item] = {}
        for item in items:
            chain = self._chains.get(item.value.get("initial_task_id"), [item])
            chain = [i for i in chain if self.tasks.items.get(i.key) is i] or [item]
            wanted = {"first": chain[:1], "last": chain[-1:], "exact": [item]}.get(which, chain)
            chosen.update({i.key: i for i in wanted})
        return list(chosen.values())

    def _judge_project(self, scope: Scope) -> None:
        """user_guide, 4.4 Common Response Errors."""
        project = scope.body["project_id"]
        if project not in self.memory["projects"]:
            raise RequestFailure("missing", f"project {project} does not exist")


def _uri(item: Item) -> str:
    return str(item.value.get("uri", ""))


def _rank(item: Item) -> int:
    """Return the place of a task's priority, 0 the most urgent (task_report, Reply, priority)."""
    return _RANKS.get(str(item.value.get("priority")), _RANKS["normal"])


def _stalls(item: Item) -> bool:
    match = _STALLS.search(_uri(item))
    return match is not None and item.private.get("restarts", 0) < int((match[1] or "99")[:4])
